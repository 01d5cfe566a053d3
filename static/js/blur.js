// [data-blur]: rectangles are drawn, moved and resized on the photo. What is sent are the rows of numbers; every
// rectangle is one of them, and each follows the other.
const form = document.querySelector("[data-blur]");
const picture = form.querySelector("[data-blur-picture]");
const list = form.querySelector("[data-blur-places]");
const blank = form.querySelector("[data-blur-template]");
const total = form.querySelector("[name=place-TOTAL_FORMS]");
const said = form.querySelector("[data-blur-said]");
const NAMES = ["left", "top", "width", "height"];
const LEAST = 1;
const spots = new Map(); // row of numbers -> rectangle

const inputs = (row) => NAMES.map((name) => row.querySelector(`[name$="-${name}"]`));
const read = (row) => inputs(row).map((input) => Number.parseFloat(input.value));
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const rows = () => [...list.querySelectorAll("[data-blur-place]")];
const numberOf = (row) => [...spots.keys()].indexOf(row) + 1;

function sentence(row, words = form.dataset.wordsPlace) {
  const [left, top, width, height] = read(row).map(Math.round);
  const values = { n: numberOf(row), left, top, width, height };
  return words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

function write(row, [left, top, width, height]) {
  width = clamp(width, LEAST, 100);
  height = clamp(height, LEAST, 100);
  const place = [clamp(left, 0, 100 - width), clamp(top, 0, 100 - height), width, height];
  inputs(row).forEach((input, index) => { input.value = String(Math.round(place[index] * 100) / 100); });
  draw(row);
}

function draw(row) {
  const place = read(row);
  const spot = spots.get(row);
  if (!spot || place.some(Number.isNaN)) return;
  NAMES.forEach((name, index) => { spot.style[name] = `${place[index]}%`; });
  spot.setAttribute("aria-label", sentence(row));
}

function renumber() {
  for (const [row, spot] of spots) {
    spot.querySelector("b").textContent = numberOf(row);
    row.querySelector("legend").textContent = sentence(row).split(":")[0];
    draw(row);
  }
}

// A rectangle for the row.
function show(row) {
  const spot = document.createElement("div");
  spot.className = "blur-spot";
  spot.tabIndex = 0;
  spot.setAttribute("role", "group");
  spot.append(document.createElement("b"), document.createElement("span"));
  spot.lastChild.className = "blur-corner";
  spots.set(row, spot);
  picture.append(spot);
  row.querySelector("[data-blur-remove]").hidden = false;
  renumber();
  return spot;
}

// The rows are counted from 0 without a gap: one that is missing in between would be taken for an empty one.
function reindex() {
  rows().forEach((row, index) => {
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(/place-\d+/, `place-${index}`));
      }
    }
  });
  total.value = rows().length;
}

function add(place) {
  if (spots.size >= Number(form.dataset.most)) {
    said.textContent = form.dataset.wordsMost;
    return null;
  }
  const index = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", index);
  const row = holder.firstElementChild;
  list.append(row);
  total.value = index + 1;
  show(row);
  write(row, place);
  return row;
}

function remove(row) {
  const next = [...spots.keys()][numberOf(row)] ?? [...spots.keys()][numberOf(row) - 2];
  said.textContent = sentence(row, form.dataset.wordsGone);
  spots.get(row).remove();
  spots.delete(row);
  row.remove();
  reindex();
  renumber();
  (next ? spots.get(next) : form.querySelector("[data-blur-add]")).focus();
}

// --- By pointer: a finger, a pen, a mouse ---------------------------------------------------------------------
let hold = null;

const at = (event) => {
  const box = picture.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100];
};
const rowOf = (spot) => [...spots].find(([, one]) => one === spot)?.[0];

picture.addEventListener("pointerdown", (event) => {
  if (hold || (event.pointerType === "mouse" && event.button !== 0)) return;
  const spot = event.target.closest(".blur-spot");
  const from = at(event);
  if (spot) {
    const row = rowOf(spot);
    hold = { row, from, place: read(row), way: event.target.matches(".blur-corner") ? "size" : "move" };
  } else {
    hold = { row: null, from, place: [...from, 0, 0], way: "new" };
  }
  hold.pointer = event.pointerId;
  picture.setPointerCapture(event.pointerId);
  event.preventDefault();
});

picture.addEventListener("pointermove", (event) => {
  if (!hold || event.pointerId !== hold.pointer) return;
  const [x, y] = at(event).map((value) => clamp(value, 0, 100));
  const [dx, dy] = [x - hold.from[0], y - hold.from[1]];
  const [left, top, width, height] = hold.place;
  if (hold.way === "new") {
    // A tap is no rectangle.
    if (!hold.row && Math.max(Math.abs(dx), Math.abs(dy)) < 1.5) return;
    hold.row ??= add([left, top, LEAST, LEAST]);
    if (hold.row) write(hold.row, [Math.min(left, x), Math.min(top, y), Math.abs(dx), Math.abs(dy)]);
    else hold = null;
  } else if (hold.way === "move") write(hold.row, [left + dx, top + dy, width, height]);
  else write(hold.row, [left, top, Math.min(width + dx, 100 - left), Math.min(height + dy, 100 - top)]);
});

for (const name of ["pointerup", "pointercancel"]) {
  picture.addEventListener(name, (event) => {
    if (!hold || event.pointerId !== hold.pointer) return;
    const { row } = hold;
    hold = null;
    if (!row) return;
    spots.get(row).focus({ preventScroll: true });
    said.textContent = sentence(row);
  });
}

// --- By keyboard ------------------------------------------------------------------------------------------------
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

picture.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Delete" || event.key === "Backspace") remove(row);
  else if (STEPS[event.key]) {
    const [dx, dy] = STEPS[event.key];
    const [left, top, width, height] = read(row);
    if (event.shiftKey) write(row, [left, top, Math.min(width + dx, 100 - left), Math.min(height + dy, 100 - top)]);
    else write(row, [left + dx, top + dy, width, height]);
    said.textContent = sentence(row);
  } else return;
  event.preventDefault();
});

// --- By numbers ---------------------------------------------------------------------------------------------------
list.addEventListener("change", (event) => {
  const row = event.target.closest("[data-blur-place]");
  if (!read(row).some(Number.isNaN)) write(row, read(row));
});
list.addEventListener("click", (event) => {
  if (event.target.closest("[data-blur-remove]")) remove(event.target.closest("[data-blur-place]"));
});
const adding = form.querySelector("[data-blur-add]");
adding.addEventListener("click", () => {
  const row = add([40, 40, 20, 20]);
  if (row) spots.get(row).focus();
});

// Rows that the page came with: empty ones go, the others get their rectangle.
for (const row of rows()) if (inputs(row).every((input) => input.value === "")) row.remove();
reindex();
for (const row of rows()) {
  show(row);
  write(row, read(row).map((value) => (Number.isNaN(value) ? 10 : value)));
}
picture.classList.add("is-live");
adding.hidden = false;
form.querySelector("[data-blur-help]").hidden = false;
// What has an error stands there to be read.
form.querySelector("[data-blur-numbers]").open = Boolean(form.querySelector(".has-errors"));
