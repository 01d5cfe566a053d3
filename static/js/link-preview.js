// <input data-previews="/previews/" data-fills="title author">: once an address is pasted or typed, asks what stands there and
// proposes it for the fields named that are still empty. Says so beside the field, and can be undone. Where nothing comes
// of it, nothing happens; without scripts nothing is missing.
const WAITS = [300, 500, 800, 1300, 2000, 3000, 4000, 5000];

function noteBeside(input) {
  const note = document.createElement("p");
  note.className = "link-note";
  note.setAttribute("role", "status");
  input.after(note);
  return note;
}

async function found(input) {
  const form = input.form;
  const body = new FormData();
  body.set("url", input.value);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const asked = await fetch(input.dataset.previews, { method: "POST", body });
  if (!asked.ok) return null;
  const { look } = await asked.json();
  for (const wait of WAITS) {
    await new Promise((done) => setTimeout(done, wait));
    const answer = await fetch(look);
    if (!answer.ok) return null;
    const known = await answer.json();
    if (known.state !== "waits") return known;
  }
  return null;
}

// Whether what was chosen elsewhere asks for this field (data-fills-when="role=found").
function isWanted(field) {
  const [other, wanted] = (field.dataset?.fillsWhen ?? "").split("=");
  return !other || field.form.elements[other]?.value === wanted;
}

// The empty fields for which something was found; a select takes only what it has.
function proposals(input, known) {
  return input.dataset.fills.split(" ").flatMap((name) => {
    const field = input.form.elements[name];
    const value = known[name];
    // Where the cursor stands, somebody is about to write.
    if (!field || !value || field.value || field === document.activeElement || !isWanted(field)) return [];
    if (field.options && ![...field.options].some((option) => option.value === value)) return [];
    return [{ field, value }];
  });
}

function change(field, value) {
  field.value = value;
  // Whoever listens to typing (the guard of unsaved text, another suggestion) hears of it.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function empty(filled) {
  for (const { field, value } of filled) if (field.value === value) change(field, "");
}

for (const input of document.querySelectorAll("input[data-previews]")) {
  const note = noteBeside(input);
  const [most] = input.dataset.fills.split(" ");
  // An address that came with the page's own address (?url=…) is as good as a pasted one.
  let asked = input.form.elements[most]?.value ? input.value.trim() : "";
  let known = null;
  let filled = [];

  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button-link";
  undo.addEventListener("click", () => {
    empty(filled);
    note.textContent = known.undone;
    known = null;
    input.focus();
  });

  const say = () => {
    note.textContent = known.note;
    if (!filled.length) return;
    const labels = filled.map(({ field }) => field.labels[0]?.firstChild.textContent.trim()).join(", ");
    undo.textContent = known.undo;
    note.append(` ${known.filled} ${labels}. `, undo);
  };

  // Each field is proposed once: what somebody has emptied stays so. One that is not asked for any more lets go of it.
  const propose = () => {
    if (!known) return;
    const over = filled.filter(({ field }) => !isWanted(field));
    const more = proposals(input, known).filter(({ field }) => !filled.some((one) => one.field === field));
    if (!over.length && !more.length) return;
    empty(over);
    for (const { field, value } of more) change(field, value);
    filled = [...filled.filter((one) => !over.includes(one)), ...more];
    say();
  };

  const look = async () => {
    const url = input.value.trim();
    // An address has a dot and no space; anything else is being typed, or is no address.
    if (url === asked || !/^\S+\.\S+$/.test(url)) return;
    asked = url;
    known = null;
    filled = [];
    note.textContent = "";
    const answer = await found(input).catch(() => null);
    // Another address may have been pasted meanwhile.
    if (!answer || input.value.trim() !== url) return;
    known = answer;
    say();
    propose();
  };

  input.addEventListener("change", look);
  // A pasted address is complete at once; a typed one when the field is left.
  input.addEventListener("paste", () => setTimeout(look));
  // Whose it is may be said afterwards, and a field that somebody looked at be left empty.
  input.form.addEventListener("change", propose);
  input.form.addEventListener("focusout", propose);
  look();
}
