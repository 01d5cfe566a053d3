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

// The empty fields for which something was found; a select takes only what it has.
function proposals(input, known) {
  return input.dataset.fills.split(" ").flatMap((name) => {
    const field = input.form.elements[name];
    const value = known[name];
    // Where the cursor stands, somebody is about to write.
    if (!field || !value || field.value || field === document.activeElement) return [];
    const [other, wanted] = (field.dataset.fillsWhen ?? "").split("=");
    if (other && input.form.elements[other]?.value !== wanted) return [];
    if (field.options && ![...field.options].some((option) => option.value === value)) return [];
    return [{ field, value }];
  });
}

function change(field, value) {
  field.value = value;
  // Whoever listens to typing (the guard of unsaved text, another suggestion) hears of it.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function propose(input, known, note) {
  const filled = proposals(input, known);
  for (const { field, value } of filled) change(field, value);
  note.textContent = known.note;
  if (!filled.length) return;
  const labels = filled.map(({ field }) => field.labels[0]?.firstChild.textContent.trim()).join(", ");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button-link";
  undo.textContent = known.undo;
  undo.addEventListener("click", () => {
    for (const { field, value } of filled) if (field.value === value) change(field, "");
    note.textContent = known.undone;
    input.focus();
  });
  note.append(` ${known.filled} ${labels}. `, undo);
}

for (const input of document.querySelectorAll("input[data-previews]")) {
  const note = noteBeside(input);
  const [most] = input.dataset.fills.split(" ");
  // An address that came with the page's own address (?url=…) is as good as a pasted one.
  let asked = input.form.elements[most]?.value ? input.value.trim() : "";

  const look = async () => {
    const url = input.value.trim();
    // An address has a dot and no space; anything else is being typed, or is no address.
    if (url === asked || !/^\S+\.\S+$/.test(url)) return;
    asked = url;
    note.textContent = "";
    const known = await found(input).catch(() => null);
    // Another address may have been pasted meanwhile.
    if (known && input.value.trim() === url) propose(input, known, note);
  };

  input.addEventListener("change", look);
  // A pasted address is complete at once; a typed one when the field is left.
  input.addEventListener("paste", () => setTimeout(look));
  look();
}
