// [data-editor] around a text area: short cuts for the buttons of its toolbar, the whole screen, what is left of its length,
// a list of what a word may become (@ : # [[), and pictures of the event to put in: from a list, or dropped, pasted and chosen
// ones, which become photos of the event. Without scripts it is a text area.
import { Adding } from "./add-to-text.js";

const KEYS = { b: "md-bold", i: "md-italic", k: "md-link" };
const NEARLY = 2000;

function insert(text, words) {
  text.focus();
  // So that it can be undone like what is typed.
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// What lies behind the editor is for no key and no reader.
function cover(editor, on) {
  for (let part = editor; part !== document.body; part = part.parentElement) {
    for (const other of part.parentElement.children) if (other !== part && other.tagName !== "DIALOG") other.inert = on;
  }
}

function completes(editor, text) {
  const expander = text.closest("text-expander");
  const ask = async (key, typed) => {
    const answer = await fetch(`${editor.dataset.completions}?${new URLSearchParams({ key, q: typed })}`).catch(() => null);
    return answer?.ok ? (await answer.json()).rows : [];
  };
  const list = (rows) => {
    const menu = document.createElement("ul");
    menu.className = "picks";
    menu.setAttribute("role", "listbox");
    menu.append(...rows.map(({ value, label, hint }, number) => {
      const row = document.createElement("li");
      row.setAttribute("role", "option");
      row.id = `completion-${number}`;
      row.dataset.value = value;
      row.append(Object.assign(document.createElement("b"), { textContent: label }),
        Object.assign(document.createElement("span"), { textContent: hint }));
      return row;
    }));
    return menu;
  };
  let latest;
  expander.addEventListener("text-expander-change", ({ detail: { key, provide, text: typed } }) => {
    const asked = ask(key, typed);
    latest = asked;
    // An answer that comes after the one to a later letter would take its list away: it is for nobody.
    provide(asked.then((rows) => (asked === latest
      ? { matched: rows.length > 0, fragment: rows.length ? list(rows) : null }
      : new Promise(() => {}))));
  });
  expander.addEventListener("text-expander-value", ({ detail }) => {
    // It takes the place of what was typed, the sign that began it included.
    detail.value = detail.item.dataset.value;
  });
  expander.addEventListener("text-expander-committed", () => text.dispatchEvent(new Event("input", { bubbles: true })));
}

function takesPictures(editor, text) {
  const button = editor.querySelector("[data-pictures]");
  const list = editor.querySelector("[data-picture-list]");
  const state = editor.querySelector("[data-picture-state]");
  const tell = (sentences) => { state.textContent = sentences.join(" "); };
  const put = (words) => {
    const before = text.value.slice(0, text.selectionStart);
    insert(text, `${!before || before.endsWith("\n\n") ? "" : "\n\n"}${words}\n\n`);
  };
  let adding;
  const load = async () => {
    const answer = await fetch(button.dataset.pictures).catch(() => null);
    if (!answer?.ok) return tell([editor.dataset.failed]);
    const { html, form } = await answer.json();
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    adding ??= new Adding(form, text, { put, tell });
  };
  button.addEventListener("click", async () => {
    if (list.hidden) await load();
    list.hidden = !list.hidden;
    button.setAttribute("aria-expanded", String(!list.hidden));
    if (!list.hidden) list.querySelector("button, a")?.focus();
  });
  list.addEventListener("click", ({ target }) => {
    const picture = target.closest("[data-insert]");
    if (picture) put(picture.dataset.insert);
    if (target.closest("[data-choose]")) adding?.choose();
  });
  // Photos may have been added in another tab meanwhile.
  addEventListener("focus", () => { if (!list.hidden) load(); });

  const take = async (event, { files }) => {
    event.preventDefault();
    tell([]);
    const taken = [...files];
    if (!adding) await load();
    adding?.add(taken);
  };
  const over = (isOver) => editor.classList.toggle("is-over", isOver);
  // Anywhere on the page: a browser would leave it, and show the picture.
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) over(false); });
  document.addEventListener("drop", (event) => {
    over(false);
    if (event.dataTransfer.files.length) take(event, event.dataTransfer);
  });
  // Words from an office program come with a picture of themselves.
  text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (files.length && !types.includes("text/plain")) take(event, event.clipboardData);
  });
}

for (const editor of document.querySelectorAll("[data-editor]")) {
  const text = editor.querySelector("textarea");
  const count = editor.querySelector("[data-count]");
  const large = editor.querySelector("[data-large]");

  const enlarge = (on) => {
    // The preview comes along, and goes back (js/write.js).
    const preview = document.getElementById("preview")?.closest("section");
    if (preview && on) editor.append(preview);
    else if (preview) text.form.before(preview);
    editor.querySelector("[data-show-preview]")?.setAttribute("aria-pressed", String(Boolean(preview && on)));
    editor.classList.toggle("is-large", on);
    large.setAttribute("aria-pressed", String(on));
    cover(editor, on);
    // Its label is covered, too.
    if (on) text.setAttribute("aria-label", text.labels[0]?.firstChild.textContent.trim() ?? "");
    else text.removeAttribute("aria-label");
    text.focus();
  };
  large.addEventListener("click", () => enlarge(!editor.classList.contains("is-large")));
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && editor.classList.contains("is-large")) enlarge(false);
    const button = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && KEYS[event.key.toLowerCase()];
    if (!button || event.target !== text) return;
    event.preventDefault();
    editor.querySelector(button).click();
  });
  text.addEventListener("input", () => {
    const left = text.maxLength - text.value.length;
    count.hidden = left > NEARLY;
    // Not at every letter: it is read out.
    if (!count.hidden) count.textContent = editor.dataset.left.replace("%s", left > 100 ? Math.round(left / 100) * 100 : left);
  });
  if (editor.dataset.completions) completes(editor, text);
  if (editor.querySelector("[data-pictures]")) takesPictures(editor, text);
}
