// The queue by keyboard, without loading the page for each decision: [data-desk] with rows [data-row].
// Every key presses what is on the page, and every answer is that of the same form; if sending fails, the form goes
// the plain way.
const desk = document.querySelector("[data-desk]");
const report = desk.querySelector("[data-report]");
const undo = desk.querySelector("[data-undo]");
const dialog = document.querySelector("[data-keys-dialog]");
const rejecting = document.querySelector("[data-reject-dialog]");
const large = document.querySelector("[data-large-dialog]");
const plain = new WeakSet();
let busy = false;
const PART = 50;

const rows = () => [...desk.querySelectorAll("[data-row]")];
const waiting = () => rows().filter((row) => !("done" in row.dataset));
const current = () => desk.querySelector("[data-row][aria-current]");
const boxOf = (row) => row?.querySelector("[name=pick][type=checkbox]");
const boxes = () => [...desk.querySelectorAll("[data-row] [name=pick][type=checkbox]")];

const has = (row, key) => Boolean(row?.querySelector(`[data-key="${key}"]${key === "r" ? ", [data-reject], [data-reject-one]" : ""}`));

// What a dialog covers is read to nobody.
function say(text) {
  // Once: what is written again is read again.
  if (report.textContent !== text) report.textContent = text;
  large.querySelector("[data-large-said]").textContent = large.open ? text : "";
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  for (const place of desk.querySelectorAll("[data-count]")) place.textContent = chosen ? ` (${chosen})` : "";
}

function stand(row, canScroll = true) {
  current()?.removeAttribute("aria-current");
  // Requests have other answers than “approve”: the bar names what the row at hand has.
  for (const key of desk.querySelectorAll("[data-keys] [data-of]")) key.hidden = !has(row, key.dataset.of);
  if (!row) return;
  row.setAttribute("aria-current", "true");
  if (large.open) enlarge(row);
  else if (!row.contains(document.activeElement)) row.focus();
  if (canScroll) row.scrollIntoView({ block: "nearest" });
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
    // A picture stays where it is, so that nothing jumps: what was turned down may not be asked for again.
    const picture = old.querySelector("[data-large]");
    if (picture) fresh.querySelector("[data-kept]")?.append(picture);
    for (const button of fresh.querySelectorAll("[data-reject-one]")) button.hidden = false;
    old.replaceWith(fresh);
    first ??= fresh;
  }
  return first;
}

async function ask(form, data) {
  const response = await fetch(form.action, {
    method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin",
  });
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  const answer = holder.content.querySelector("[data-answer]");
  if (!answer || !(response.ok || response.status === 422)) throw new Error(response.status);
  return { answer, refused: response.status === 422 };
}

// Hundreds of pictures are decided in parts, so that no request takes long; the sentence counts on.
async function askInParts(form, data) {
  const picks = data.has("approve") ? [] : data.getAll("pick");
  let [first, done, result] = [null, 0, null];
  do {
    if (form === undo) data.set("most", PART);
    else if (picks.length > PART) {
      data.delete("pick");
      for (const pick of picks.slice(done, done + PART)) data.append("pick", pick);
    }
    data.set("before", done);
    result = await ask(form, data);
    const swapped = swap(result.answer);
    first ??= swapped;
    done += PART;
    say(result.answer.querySelector("p").textContent.trim());
  } while (!result.refused && (form === undo ? "canUndo" in result.answer.dataset : done < picks.length));
  return { ...result, first };
}

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  const here = form.closest("[data-row]") ?? current();
  const isUndo = form === undo;
  busy = true;
  try {
    const wasHere = here ? rows().indexOf(here) : -1;
    const { answer, refused, first } = await askInParts(form, data);
    undo.hidden = !("canUndo" in answer.dataset);
    if (!refused) {
      rejecting.close();
      for (const details of desk.querySelectorAll("[data-bulk-reject][open]")) details.open = false;
      if (isUndo && first) stand(first);
      else stand(rows().slice(Math.max(wasHere, 0)).find((row) => !("done" in row.dataset)) ?? waiting()[0] ?? first);
    }
    count();
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

// What keeps a form from being sent is said where the last answer stood.
document.addEventListener("invalid", ({ target }) => {
  if (target.closest("[data-decide]")) say(target.selectedOptions?.[0]?.text || target.validationMessage);
}, true);

// --- Pictures beside each other -----------------------------------------------------------------------------------
let anchor = null;

// Choose a row, or with `range` all from the one that was chosen last to this one.
function choose(row, chosen, range) {
  const all = rows();
  const [from, to] = [all.indexOf(range && anchor?.isConnected ? anchor : row), all.indexOf(row)].sort((a, b) => a - b);
  for (const one of all.slice(from, to + 1)) if (boxOf(one)) boxOf(one).checked = chosen;
  anchor = row;
  count();
  if (large.open) enlarge(current());
}

function turnDown(row) {
  rejecting.querySelector("[data-reject-pick]").value = boxOf(row).value;
  rejecting.querySelector("form").reset();
  rejecting.showModal();
  rejecting.querySelector("select").focus();
}

function enlarge(row) {
  const link = row?.querySelector("[data-large]");
  if (!link) return large.close();
  const frame = large.querySelector("[data-large-frame]");
  // Made here: an element without an address is no picture.
  const picture = frame.querySelector("img") ?? frame.appendChild(new Image());
  if (picture.src !== link.href) picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  large.querySelector("[data-large-title]").textContent = row.querySelector(".card-title").textContent.trim();
  const about = row.querySelector("[data-about]")?.cloneNode(true);
  large.querySelector("[data-large-about]").replaceChildren(...(about ? [about] : []));
  for (const details of large.querySelectorAll("details")) details.open = true;
  for (const key of ["a", "r", "x"]) large.querySelector(`[data-act="${key}"]`).disabled = !boxOf(row);
  large.querySelector('[data-act="x"]').setAttribute("aria-pressed", String(Boolean(boxOf(row)?.checked)));
  large.querySelector('[data-act="u"]').disabled = undo.hidden;
  if (!large.open) {
    say("");
    large.showModal();
  }
  // The next one is there when it is asked for.
  const next = step(row, 1)?.querySelector("[data-large]");
  if (next) new Image().src = next.href;
  return null;
}

// To the picture before or after; with Shift all on the way are chosen.
function walk(by, event) {
  const next = step(current(), by);
  if (next) go(next, event);
}

// To the nearest picture in the line above or below.
function climb(by, event) {
  const here = current().getBoundingClientRect();
  const beyond = rows().filter((row) => {
    const box = row.getBoundingClientRect();
    return by > 0 ? box.top > here.top + 8 : box.top < here.top - 8;
  });
  const off = (row) => {
    const box = row.getBoundingClientRect();
    return Math.abs(box.top - here.top) * 100 + Math.abs(box.left - here.left);
  };
  const next = beyond.sort((one, other) => off(one) - off(other))[0];
  if (next) go(next, event);
}

function go(row, event) {
  if (event?.shiftKey) {
    if (!boxOf(current())?.checked) anchor = current();
    choose(row, true, true);
  }
  stand(row);
}

desk.addEventListener("click", (event) => {
  const row = event.target.closest("[data-sheet] [data-row]");
  if (!row || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("[name=pick]")) choose(row, event.target.checked, event.shiftKey);
  else if (event.shiftKey && event.target.closest(".pick, [data-large]")) {
    event.preventDefault();
    choose(row, true, true);
  } else if (event.target.closest("[data-large]")) {
    event.preventDefault();
    stand(row);
    enlarge(row);
  } else if (event.target.closest("[data-reject-one]")) turnDown(row);
});

large.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button && !busy) act[button.dataset.act](event);
});
large.addEventListener("close", () => current()?.focus());
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const button of desk.querySelectorAll("[data-pick-group]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const mine = [...button.closest("[data-group]").querySelectorAll("[data-row]")].map(boxOf).filter(Boolean);
    const every = mine.every((box) => box.checked);
    for (const box of mine) box.checked = !every;
    count();
  });
}
for (const button of desk.querySelectorAll("[data-reject-one]")) button.hidden = false;
desk.addEventListener("change", count);

const press = (row, key) => row?.querySelector(`[data-key="${key}"]`)?.click();
const act = {
  j: () => stand(step(current(), 1) ?? current()),
  k: () => stand(step(current(), -1) ?? current()),
  a: () => press(current(), "a"),
  e: () => press(current(), "e"),
  s: () => stand(step(current(), 1, true) ?? waiting()[0]),
  r: () => {
    const details = current()?.querySelector("[data-reject]");
    if (current()?.querySelector("[data-reject-one]")) return turnDown(current());
    if (!details) return press(current(), "r");
    details.open = true;
    details.querySelector("select").focus();
  },
  x: () => {
    if (boxOf(current())) choose(current(), !boxOf(current()).checked);
  },
  " ": () => (large.open ? large.close() : enlarge(current())),
  ArrowLeft: (event) => walk(-1, event),
  ArrowRight: (event) => walk(1, event),
  ArrowUp: (event) => climb(-1, event),
  ArrowDown: (event) => climb(1, event),
  u: () => (undo.hidden ? say(report.dataset.none) : undo.requestSubmit(undo.querySelector("button"))),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || rejecting.open || busy) return;
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
  const isArrow = event.key.startsWith("Arrow");
  // Space presses what has the focus, and arrows scroll, unless a picture is at hand.
  if (event.key === " " && event.target.closest("a, button, input, summary")) return;
  if ((event.key === " " || isArrow) && !large.open && !current()?.closest("[data-sheet]")) return;
  event.preventDefault();
  // Keys without a row at hand begin with the first one.
  if (!current() && "aersx".includes(event.key)) stand(waiting()[0]);
  else action(event);
});

// What the mouse is pressing stays under it: scrolled away before the button is let go, it would not be clicked.
let isPressed = false;
document.addEventListener("pointerdown", () => { isPressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { isPressed = false; }, true);
desk.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && row !== current()) stand(row, !isPressed);
});

const all = desk.querySelector("[data-pick-all]");
all?.addEventListener("click", () => {
  const every = boxes().every((box) => box.checked);
  for (const box of boxes()) box.checked = !every;
  count();
});
const help = desk.querySelector("[data-help]");
help.addEventListener("click", () => dialog.showModal());
for (const hidden of [all, help, desk.querySelector("[data-keys]")]) if (hidden) hidden.hidden = false;
if (waiting().length) stand(waiting()[0]);
