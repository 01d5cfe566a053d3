// [data-upload] around a file input in a form: what is picked, dropped, pasted or shot is sent at once, two files at a time,
// while the person fills in the rest; the form then carries the ids of what has arrived. What is on its way outlives a
// reload and an hour without network. Without scripts it is a plain form with a plain file input.
import { Refused, ask, pause, send, sentence } from "./upload-client.js";
import { forget, keep, kept, rekeep } from "./upload-queue.js";

const AT_ONCE = 2;
const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
const shrinker = () => import("./upload-shrink.js");
const isFinal = ({ state }) => state === "done" || state === "failed";

/** Resolve to whether no other tab has this form open; as long as this one has, it is the one. */
function isOnlyOne() {
  return new Promise((resolve) => {
    const hold = (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise(() => {});
    };
    // Only where the connection is a secure one.
    if (navigator.locks) navigator.locks.request(`uploads:${location.pathname}`, { ifAvailable: true }, hold);
    else resolve(true);
  });
}

class Photos {
  constructor(zone) {
    const form = zone.closest("form");
    const find = (name) => form.querySelector(`[data-upload-${name}]`);
    Object.assign(this, { zone, find, form, words: zone.dataset, items: [] });
    this.input = zone.querySelector("input[type=file]");
    this.endpoint = new URL(zone.closest("[data-endpoint]").dataset.endpoint, location).href;
    this.buttons = this.form.querySelectorAll("button:not([type=button])");
    this.label = this.buttons[0].textContent;
    this.input.name = "";
    this.input.required = !this.hasShared;
    zone.classList.add("is-live");
    // At the thumb, beside the button that waits for it.
    this.whole = this.find("whole");
    this.bar = this.form.querySelector(":scope > .actions");
    this.bar.prepend(this.whole);
    this.bar.classList.add("upload-bar");
    for (const live of zone.querySelectorAll("[data-upload-live], [data-upload-shoot]")) live.hidden = false;
    this.listen();
    this.offer();
    // Chosen before this script had come.
    if (this.input.files.length) this.input.dispatchEvent(new Event("change"));
  }

  /** Whether photos that a phone has shared with the site are here already: then their ids stand in the form. */
  get hasShared() {
    return Boolean(this.form.elements.uploads);
  }

  get token() {
    return this.form.elements.csrfmiddlewaretoken?.value ?? "";
  }

  listen() {
    const { form, input } = this;
    input.addEventListener("change", () => {
      this.add([...input.files].map((file) => ({ file })));
      // So that the same photo can be chosen again once it was left out.
      input.value = "";
    });
    this.find("shoot").addEventListener("click", () => {
      input.setAttribute("capture", "environment");
      input.click();
      input.removeAttribute("capture");
    });
    const bring = (event, transfer) => {
      if (!transfer?.files.length) return;
      event.preventDefault();
      this.add([...transfer.files].map((file) => ({ file })));
    };
    const over = (isOver) => this.zone.classList.toggle("is-over", isOver);
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
    document.addEventListener("drop", (event) => {
      over(false);
      bring(event, event.dataTransfer);
    });
    document.addEventListener("paste", (event) => bring(event, event.clipboardData));
    form.addEventListener("submit", (event) => {
      if (this.hasArrived) return;
      event.preventDefault();
      this.goOn?.();
      this.isWanted = true;
      this.show();
      this.finish();
    });
    // The network may be gone when it is needed first.
    this.find("slow").addEventListener("change", () => { if (this.slow) shrinker().catch(() => {}); });
    for (const name of ["online", "offline"]) addEventListener(name, () => this.show());
    addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
    addEventListener("beforeunload", (event) => {
      // What is kept goes on the next time; what could not be kept is asked about.
      if (!this.hasArrived && this.items.some((item) => !item.id && !isFinal(item))) event.preventDefault();
    });
  }

  /** What the last visit, or the event's own page, has left here. */
  async offer() {
    const isFirst = await isOnlyOne();
    const left = await kept(location.pathname);
    if (!left.length) return;
    if (location.hash === "#brought") {
      history.replaceState(null, "", location.pathname);
      this.add(left);
      return;
    }
    // Another tab is sending them.
    if (!isFirst) return;
    // The same visit, as far as the person is concerned.
    if (performance.getEntriesByType("navigation")[0]?.type === "reload") {
      this.add(left);
      return;
    }
    const notice = this.find("kept");
    const close = (then) => () => {
      notice.hidden = true;
      this.goOn = undefined;
      then();
    };
    // Whoever presses the form's button wants them, too.
    this.goOn = close(() => this.add(left));
    this.input.required = false;
    const words = left.length > 1 ? this.words.wordsKept : this.words.wordsKeptOne;
    this.find("words").textContent = words.replace("{n}", left.length);
    const thenChoose = (act) => () => {
      act?.();
      this.input.focus();
    };
    const forgetThem = close(() => {
      left.forEach((record) => this.drop(record));
      this.input.required = !this.items.length && !this.hasShared;
    });
    this.find("go-on").addEventListener("click", thenChoose(this.goOn));
    this.find("forget").addEventListener("click", thenChoose(forgetThem));
    notice.hidden = false;
  }

  // A second choice adds to the first, as people expect who pick from two albums.
  add(records) {
    const fresh = records.filter(({ file }) => !this.items.some((item) => same(item.file, file)));
    const { most, mostBytes } = this.input.dataset;
    const room = Math.max(0, most - this.items.filter(({ state }) => state !== "failed").length);
    for (const record of fresh.slice(0, room)) {
      const { file, id, address = "" } = record;
      const item = { file, id, address, since: record.since, sent: 0, state: "waits" };
      this.items.push(item);
      this.draw(item);
      if (!file.size) this.fail(item, this.words.wordsEmpty);
      else if (!(file.type || "image/").startsWith("image/")) this.fail(item, this.words.wordsKind);
      else if (file.size > mostBytes && !this.slow) this.fail(item, this.tooLarge(file));
      else item.isKept = id ? undefined : this.keep(item);
    }
    this.surplus = fresh.length > room ? this.words.wordsMany.replace("{most}", most) : "";
    this.show();
    this.work();
  }

  tooLarge({ size }) {
    const { tooLarge, megabyte } = this.input.dataset;
    const digits = { maximumFractionDigits: 1 };
    const number = (size / 1e6).toLocaleString(document.documentElement.lang, digits);
    return tooLarge.replace("{size}", megabyte.replace("1", number));
  }

  get slow() {
    return this.find("slow").checked;
  }

  async keep(item) {
    const { file, address } = item;
    item.since = Date.now();
    item.id = await keep({ form: location.pathname, file, address });
    if (item.isGone) this.drop(item);
  }

  /** Let the server and this browser forget a file. */
  drop({ id, address }) {
    if (id) forget(id);
    if (address) ask("DELETE", address, { headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token } }).catch(() => {});
  }

  draw(item) {
    item.row = this.find("row").content.firstElementChild.cloneNode(true);
    const part = (name) => item.row.querySelector(name);
    Object.assign(item, { words: part(".upload-state"), bar: part("progress"), again: part("[data-upload-again]") });
    const { name } = item.file;
    part(".upload-name").textContent = name;
    item.bar.setAttribute("aria-label", name);
    const image = part("img");
    const address = URL.createObjectURL(item.file);
    // Most browsers cannot show HEIC: the camera and its name stand there instead.
    const settle = () => URL.revokeObjectURL(address);
    image.addEventListener("load", () => { settle(); item.row.classList.add("is-shown"); });
    image.addEventListener("error", settle);
    image.src = address;
    const leave = part("[data-upload-leave]");
    leave.lastElementChild.append(`: ${name}`);
    leave.addEventListener("click", () => this.leave(item));
    item.again.addEventListener("click", () => {
      item.state = "waits";
      this.show();
      this.work();
    });
    this.find("list").append(item.row);
  }

  leave(item) {
    item.isGone = true;
    item.stop?.abort();
    item.row.remove();
    this.items = this.items.filter((other) => other !== item);
    this.drop(item);
    this.show();
    this.work();
    this.input.focus();
  }

  fail(item, words, mayPass = false) {
    Object.assign(item, { state: "failed", problem: words, mayPass });
    // What is no picture is none the next time either.
    if (!mayPass && item.id) forget(item.id);
  }

  work() {
    const waiting = this.items.filter(({ state }) => state === "waits");
    const busy = this.items.filter((item) => !isFinal(item)).length - waiting.length;
    for (const item of waiting.slice(0, Math.max(0, AT_ONCE - busy))) this.send(item);
    this.finish();
  }

  async send(item) {
    item.stop = new AbortController();
    item.state = "sends";
    try {
      await item.isKept;
      if (this.slow && !item.address) await this.shrink(item);
      if (item.file.size > this.input.dataset.mostBytes) throw new Refused(this.tooLarge(item.file), 413);
      item.state = "sends";
      await send(item.file, {
        endpoint: this.endpoint,
        address: item.address,
        token: this.token,
        signal: item.stop.signal,
        placed: (address) => {
          item.address = address;
          if (item.id) return rekeep(this.record(item));
        },
        moved: (bytes) => {
          Object.assign(item, { sent: bytes, state: "sends" });
          this.show();
        },
        stuck: (problem) => {
          Object.assign(item, { state: "stuck", problem });
          this.show();
        },
      });
      item.state = "done";
    } catch (error) {
      if (item.isGone) return;
      const otherwise = error.status === 0 ? this.words.wordsUnreadable : this.words.wordsFailed;
      // What nobody foresaw speaks a programmer's English, and may pass.
      const isOurs = error instanceof Refused;
      const mayPass = !isOurs || error.status === 429 || error.status >= 500;
      this.fail(item, (isOurs && error.message) || otherwise, mayPass);
    }
    this.show();
    this.work();
  }

  record({ id, since, file, address }) {
    return { id, since, file, address, form: location.pathname };
  }

  async shrink(item) {
    item.state = "shrinks";
    this.show();
    // Where the network went before what shrinks has come, a photo is sent as it is.
    const { shrunk } = await shrinker().catch(() => ({}));
    const file = shrunk ? await shrunk(item.file) : item.file;
    if (file === item.file) return;
    item.file = file;
    if (item.id) await rekeep(this.record(item));
  }

  say(words) {
    const status = this.find("status");
    if (status.textContent !== words) status.textContent = words;
  }

  /** Draw how far each and all of them are. */
  show() {
    const { items, words } = this;
    for (const item of items) this.showOne(item);
    const going = items.filter(({ state }) => state !== "failed");
    const total = going.reduce((sum, { file }) => sum + file.size, 0);
    const sent = going.reduce((sum, { sent: part, state, file }) => sum + (state === "done" ? file.size : part), 0);
    const done = going.filter(({ state }) => state === "done").length;
    const percent = total ? Math.floor((100 * sent) / total) : 0;
    this.find("list").hidden = this.whole.hidden = !items.length;
    this.zone.classList.toggle("has-some", items.length > 0);
    this.find("count").textContent = words.wordsAll.replace("{done}", done).replace("{all}", items.length);
    this.find("percent").textContent = going.length > done ? `· ${percent} %` : "";
    this.whole.querySelector("progress").value = percent;
    // Where none can be taken, pressing “Add” says so, and leads to where others are chosen.
    const isNone = !going.length && !this.hasShared;
    this.input.required = isNone;
    this.input.setCustomValidity(isNone && items.length ? words.wordsNone : "");
    const rests = going.length > done;
    this.form.classList.toggle("is-offline", rests && !navigator.onLine);
    const failed = items.length - going.length;
    const notTaken = failed ? words.wordsNotTaken.replace("{n}", failed) : "";
    const asItIs = [this.surplus, notTaken].filter(Boolean).join(" ");
    if (rests && !navigator.onLine) this.say(words.wordsOffline);
    else if (this.isWanted) this.say(rests ? words.wordsRest : words.wordsAdding);
    else this.say(asItIs || (done && !rests ? words.wordsHere : ""));
    for (const button of this.buttons) button.setAttribute("aria-disabled", Boolean(this.isWanted));
    this.buttons[0].textContent = this.isWanted ? `${this.label} · ${percent} %` : this.label;
  }

  showOne({ row, state, bar, words, again, file, sent, problem, mayPass }) {
    const percent = Math.floor((100 * sent) / (file.size || 1));
    row.dataset.state = state;
    bar.value = state === "done" ? 100 : percent;
    bar.hidden = isFinal({ state });
    again.hidden = !(state === "failed" && mayPass);
    const told = state === "sends" ? `${percent} %` : this.words[`words${state[0].toUpperCase()}${state.slice(1)}`];
    words.textContent = ["stuck", "failed"].includes(state) && problem ? problem : told;
  }

  /** Send the form once it is wanted and everything has come to its end. */
  async finish() {
    if (!this.isWanted || this.isPosting || !this.items.every(isFinal)) return;
    const done = this.items.filter(({ state }) => state === "done");
    if (!done.length && !this.hasShared) {
      this.isWanted = false;
      this.show();
      this.input.reportValidity();
      return;
    }
    this.isPosting = true;
    const data = new FormData(this.form);
    for (const { address } of done) data.append("uploads", address.split("/").at(-2));
    const request = await this.post(data);
    this.isPosting = this.isWanted = false;
    this.show();
    if (request.status === 200) this.go(JSON.parse(request.responseText).address, done);
    else this.complain(request);
  }

  async post(body) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask("POST", this.form.action, { headers: { Accept: "application/json" }, body });
      } catch {
        // The form has a key: what has arrived unseen is not made twice.
        this.say(this.words.wordsOffline);
        await pause(tries);
      }
    }
  }

  async go(address, done) {
    this.hasArrived = true;
    await Promise.all(done.map(({ id }) => id && forget(id)));
    const leftOut = this.items.filter(({ state }) => state === "failed");
    sessionStorage.setItem(`left-out:${address}`, leftOut.map(({ file, problem }) => `${file.name}: ${problem}`).join("\n"));
    // Tells the other scripts that nothing unsaved is left here.
    this.form.dispatchEvent(new Event("submit", { bubbles: true }));
    location.assign(address);
  }

  complain(request) {
    const notice = document.createElement("div");
    notice.className = "notice notice-error error-summary";
    // It gets the focus, and with it is read; as an alert it would be read twice.
    notice.setAttribute("role", "group");
    notice.tabIndex = -1;
    notice.append(sentence(request) || this.words.wordsFailed);
    this.form.parentElement.querySelector(".error-summary")?.remove();
    this.form.before(notice);
    notice.focus();
  }
}

for (const zone of document.querySelectorAll("[data-upload]")) new Photos(zone);
