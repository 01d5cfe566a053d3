// The queue by keyboard, without loading the page for each decision: [data-desk] with rows [data-row].
// Every key presses what is on the page, and every answer is that of the same form; if sending fails, the form goes
// the plain way.
const desk = document.querySelector("[data-desk]");
const report = desk.querySelector("[data-report]");
const undo = desk.querySelector("[data-undo]");
const dialog = document.querySelector("[data-keys-dialog]");
const plain = new WeakSet();
let busy = false;

const rows = () => [...desk.querySelectorAll("[data-row]")];
const waiting = () => rows().filter((row) => !("done" in row.dataset));
const current = () => desk.querySelector("[data-row][aria-current]");
const say = (text) => { report.textContent = text; };

function stand(row) {
  current()?.removeAttribute("aria-current");
  if (!row) return;
  row.setAttribute("aria-current", "true");
  if (!row.contains(document.activeElement)) row.focus();
  row.scrollIntoView({ block: "nearest" });
}

// The row after this one (or before it); with `open`, one that still waits.
function step(from, by, open) {
  const all = rows();
  const start = from ? all.indexOf(from) + by : by > 0 ? 0 : all.length - 1;
  for (let at = start; at >= 0 && at < all.length; at += by) {
    if (!open || !("done" in all[at].dataset)) return all[at];
  }
  return null;
}

function swap(answer) {
  let first = null;
  for (const fresh of [...answer.querySelectorAll("[data-row]")]) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    old.replaceWith(fresh);
    first ??= fresh;
  }
  return first;
}

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  const here = form.closest("[data-row]") ?? current();
  const isUndo = form === undo;
  busy = true;
  try {
    const response = await fetch(form.action, {
      method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin",
    });
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    const answer = holder.content.querySelector("[data-answer]");
    if (!answer || !(response.ok || response.status === 422)) throw new Error(response.status);
    const wasHere = here ? rows().indexOf(here) : -1;
    const first = swap(answer);
    undo.hidden = !("canUndo" in answer.dataset);
    if (response.status !== 422) {
      for (const box of desk.querySelectorAll("[data-row] [name=pick]:checked")) box.checked = false;
      for (const details of desk.querySelectorAll("[data-bulk-reject][open]")) details.open = false;
      if (isUndo && first) stand(first);
      else stand(rows().slice(Math.max(wasHere, 0)).find((row) => !("done" in row.dataset)) ?? waiting()[0] ?? first);
    }
    const empty = waiting().length === 0;
    desk.querySelector("[data-again]").hidden = !empty;
    say([answer.querySelector("p").textContent.trim(), empty ? report.dataset.empty : ""].filter(Boolean).join(" "));
  } catch {
    say(report.dataset.lost);
    plain.add(form);
    form.requestSubmit(submitter);
  } finally {
    busy = false;
  }
}

// In the capture phase: once.js would take the form for sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-decide], [data-undo]") || plain.has(form)) return;
  event.preventDefault();
  if (!busy) send(form, event.submitter);
}, true);

const press = (row, key) => row?.querySelector(`[data-key="${key}"]`)?.click();
const act = {
  j: () => stand(step(current(), 1) ?? current()),
  k: () => stand(step(current(), -1) ?? current()),
  a: () => press(current(), "a"),
  e: () => press(current(), "e"),
  s: () => stand(step(current(), 1, true) ?? waiting()[0]),
  r: () => {
    const details = current()?.querySelector("[data-reject]");
    if (!details) return press(current(), "r");
    details.open = true;
    details.querySelector("select").focus();
  },
  x: () => {
    const box = current()?.querySelector("[name=pick][type=checkbox]");
    if (box) box.checked = !box.checked;
  },
  u: () => (undo.hidden ? say(report.dataset.none) : undo.requestSubmit(undo.querySelector("button"))),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || busy) return;
  if (event.key === "Escape") {
    const details = event.target.closest?.("details[open]");
    if (details && desk.contains(details)) {
      details.open = false;
      details.closest("[data-row]")?.focus();
    }
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const action = act[event.key];
  if (!action) return;
  event.preventDefault();
  // Keys without a row at hand begin with the first one.
  if (!current() && "aersx".includes(event.key)) stand(waiting()[0]);
  else action();
});

desk.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && row !== current()) stand(row);
});

const all = desk.querySelector("[data-pick-all]");
all?.addEventListener("click", () => {
  const boxes = [...desk.querySelectorAll("[data-row] [name=pick][type=checkbox]")];
  const every = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !every;
});
const help = desk.querySelector("[data-help]");
help.addEventListener("click", () => dialog.showModal());
for (const hidden of [all, help, desk.querySelector("[data-keys]")]) if (hidden) hidden.hidden = false;
if (waiting().length) stand(waiting()[0]);
