// [data-wall]: one photo or reason after the other, all day. It makes as many places as it will ever need at the start, and
// each holds its picture, so that nothing grows and a lost network leaves what is there.
const DWELL = 8000; // how long each is shown
const POLL = 20000; // how often it asks for what is new
const PATIENCE = 15000; // how long it waits for an answer
const PICTURE = 5000; // how long it waits for a picture before it takes another one
const STILL = 3000; // how soon a pointer that rests is hidden

const root = document.querySelector("[data-wall]");
const pause = root.querySelector("[data-wall-pause]");
const offline = root.querySelector("[data-wall-offline]");
const empty = root.querySelector("[data-wall-empty]");
let shown = null;
let count = 0;
let etag = "";
let paused = false;

function add(parent, name, kind) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  // A text that is changed later, never a new one.
  if (name === "p" || name === "b" || name === "span") element.append("");
  parent.append(element);
  return element;
}

const list = document.createElement("div");
list.className = "wall-slides";
const slots = Array.from({ length: Number(root.dataset.slots) }, () => {
  const element = add(list, "div", "wall-slide");
  const image = add(element, "img");
  const quote = add(element, "p", "wall-quote");
  const caption = add(element, "div", "wall-caption");
  return { element, image, quote, about: add(caption, "b"), by: add(caption, "span"), item: null, seen: 0 };
});

const write = (element, words) => { element.firstChild.data = words; };

function fill(slot, item) {
  const isNew = slot.item?.id !== item?.id || slot.item?.src !== item?.src;
  slot.item = item;
  write(slot.quote, item?.quote ?? "");
  write(slot.about, item?.about ?? "");
  write(slot.by, item?.by ?? "");
  slot.image.alt = item?.alt ?? "";
  slot.element.classList.toggle("is-reason", Boolean(item && !item.src));
  if (!isNew) return;
  slot.seen = 0;
  if (item?.src) load(slot);
  else for (const name of ["src", "srcset"]) slot.image.removeAttribute(name);
}

function load({ image, item }) {
  image.sizes = "100vw";
  image.srcset = item.srcset;
  image.src = item.src;
}

// What is not among `items` any more goes at once; what is new takes the places that are free.
function take(items) {
  const wanted = new Map(items.map((item) => [item.id, item]));
  for (const slot of slots) {
    const item = wanted.get(slot.item?.id);
    if (item) fill(slot, item);
    else if (slot.item) clear(slot);
    wanted.delete(item?.id);
  }
  const free = slots.filter((slot) => !slot.item);
  for (const item of wanted.values()) if (free.length) fill(free.shift(), item);
  const places = new Map(items.map((item, place) => [item.id, place]));
  for (const slot of slots) slot.place = places.get(slot.item?.id) ?? 0;
  empty.hidden = items.length > 0;
  if (!shown) next();
}

function clear(slot) {
  fill(slot, null);
  if (slot !== shown) return;
  slot.element.classList.remove("is-on");
  shown = null;
}

// Whether its picture is here. One that did not arrive is asked for once more.
async function ready(slot) {
  if (!slot.item?.src) return Boolean(slot.item);
  if (slot.image.complete && !slot.image.naturalWidth) load(slot);
  try {
    await Promise.race([slot.image.decode(), new Promise((_, late) => setTimeout(late, PICTURE))]);
    return true;
  } catch {
    return false;
  }
}

// What was shown least lately comes next, and what is new before all else.
async function next() {
  const waiting = slots.filter((slot) => slot.item && slot !== shown);
  waiting.sort((one, other) => one.seen - other.seen || one.place - other.place);
  for (const slot of waiting) {
    const { item } = slot;
    if (!(await ready(slot)) || slot.item !== item) continue;
    shown?.element.classList.remove("is-on");
    slot.element.classList.add("is-on");
    shown = slot;
    slot.seen = count += 1;
    root.dataset.shown = count;
    return;
  }
}

async function ask() {
  const answer = await fetch(root.dataset.items, {
    cache: "no-store",
    headers: etag ? { "If-None-Match": etag } : {},
    signal: AbortSignal.timeout(PATIENCE),
  });
  // The event is not public any more: nor is what it showed.
  if (answer.status === 404) take([]);
  if (!answer.ok && ![304, 404].includes(answer.status)) throw new Error(answer.status);
  if (!answer.ok) return;
  const news = await answer.json();
  if (news.address !== root.dataset.address) location.reload();
  take(news.items);
  etag = answer.headers.get("ETag") ?? "";
}

async function poll() {
  try {
    await ask();
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  setTimeout(poll, POLL);
}

async function play() {
  if (!paused) await next();
  setTimeout(play, DWELL);
}

function rest(now) {
  paused = now;
  pause.setAttribute("aria-pressed", paused);
  root.classList.toggle("is-paused", paused);
}

let resting = 0;
function move() {
  root.classList.remove("is-still");
  clearTimeout(resting);
  resting = setTimeout(() => root.classList.add("is-still"), STILL);
}

// A screen that goes to sleep is no wall; where the browser cannot promise that, it is the machine's setting.
async function stayAwake() {
  try {
    if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser does not want to.
  }
}

root.querySelector("[data-wall-still]").replaceWith(list);
root.classList.add("is-live");
pause.hidden = false;
pause.addEventListener("click", () => rest(!paused));
addEventListener("keydown", (event) => {
  if (event.key !== " " || event.target.closest("button, a")) return;
  event.preventDefault();
  rest(!paused);
});
addEventListener("pointermove", move);
addEventListener("keydown", move);
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
move();
poll();
setTimeout(play, DWELL);
