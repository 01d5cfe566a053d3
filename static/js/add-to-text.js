// Pictures that go into a text: sent at once, while a dialog asks what they show. Then they are photos of the event, and stand in
// the text where the caret was. The dialog comes from the kind of pictures (photos/_add_to_text.html). Used by editor.js.
import { Refused, ask, send, sentence } from "./upload-client.js";

const GUEST = ["guest_name", "guest_email"];
const isPicture = ({ name, type }) => type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(name);
// As the form knows it again after an answer that did not arrive. (randomUUID is not there without https.)
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export class Adding {
  /** `put(words)` puts them into `text`; `tell(sentences)` says beside it how it went. */
  constructor(html, text, { put, tell }) {
    const dialog = new DOMParser().parseFromString(html, "text/html").querySelector("dialog");
    const find = (what) => dialog.querySelector(what);
    Object.assign(this, { dialog, find, text, put, tell, words: dialog.dataset, rows: [], done: [], notes: [] });
    document.body.append(dialog);
    this.form = find("form");
    this.input = find("input[type=file]");
    this.input.name = "";
    this.line = Promise.resolve();
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    find("[data-cancel]").addEventListener("click", () => this.isBusy || dialog.close());
    dialog.addEventListener("cancel", (event) => { if (this.isBusy) event.preventDefault(); });
    dialog.addEventListener("close", () => this.finish());
  }

  choose() {
    this.input.click();
  }

  add(files) {
    const { most, mostBytes } = this.input.dataset;
    const pictures = files.filter(isPicture);
    const fitting = pictures.filter(({ size }) => size && size <= mostBytes);
    const room = most - this.rows.length;
    const problems = [
      pictures.length < files.length && this.words.wordsKind,
      pictures.some(({ size }) => !size) && this.words.wordsEmpty,
      ...pictures.filter(({ size }) => size > mostBytes).map((file) => `${file.name}: ${this.tooLarge(file)}`),
      fitting.length > room && this.words.wordsMany.replace("{most}", most),
    ].filter(Boolean);
    for (const file of fitting.slice(0, room)) this.draw(file);
    if (!this.rows.length) return this.tell(problems);
    this.complain(problems);
    this.open();
  }

  tooLarge({ size }) {
    const { tooLarge, megabyte } = this.input.dataset;
    const digits = { maximumFractionDigits: 1 };
    return tooLarge.replace("{size}", megabyte.replace("1", (size / 1e6).toLocaleString(document.documentElement.lang, digits)));
  }

  open() {
    // What a guest has said in the form of the text holds here, too.
    for (const name of GUEST) {
      const [here, there] = [this.form.elements[name], this.text.form.elements[name]];
      if (here && there && !here.value) here.value = there.value;
    }
    if (!this.dialog.open) {
      // What a dialog covers may forget where its caret was.
      this.caret = [this.text.selectionStart, this.text.selectionEnd];
      this.dialog.showModal();
    }
    this.rows.find(({ about }) => !about.value)?.about.focus();
  }

  draw(file) {
    const row = { file, key: newKey(), stop: new AbortController() };
    row.element = this.find("template").content.firstElementChild.cloneNode(true);
    const part = (what) => row.element.querySelector(what);
    Object.assign(row, { about: part("textarea"), state: part(".upload-state"), bar: part("progress") });
    row.bar.setAttribute("aria-label", file.name);
    const image = part("img");
    const address = URL.createObjectURL(file);
    // Most browsers cannot show HEIC: the camera stands there instead.
    image.addEventListener("load", () => { URL.revokeObjectURL(address); row.element.classList.add("is-shown"); });
    image.addEventListener("error", () => URL.revokeObjectURL(address));
    image.src = address;
    part("[data-leave]").addEventListener("click", () => {
      this.drop(row);
      if (!this.rows.length) this.dialog.close();
    });
    this.rows.push(row);
    this.find("[data-rows]").append(row.element);
    row.arrived = this.line = this.line.then(() => this.upload(row));
  }

  show(row, state, words) {
    row.element.dataset.state = state;
    row.state.textContent = words;
    row.bar.hidden = ["done", "failed"].includes(state);
  }

  async upload(row) {
    if (row.stop.signal.aborted) return;
    try {
      row.address = await send(row.file, {
        endpoint: new URL(this.words.endpoint, location).href,
        token: this.form.elements.csrfmiddlewaretoken.value,
        signal: row.stop.signal,
        placed: (address) => { row.address = address; },
        moved: (bytes) => {
          row.bar.value = 100 * bytes / row.file.size;
          this.show(row, "sends", "");
        },
        stuck: (problem) => this.show(row, "stuck", problem || this.words.wordsStuck),
      });
      this.show(row, "done", this.words.wordsDone);
    } catch (error) {
      row.problem = (error instanceof Refused && error.message) || this.words.wordsFailed;
      row.about.required = false;
      this.show(row, "failed", `${row.file.name}: ${row.problem}`);
    }
  }

  drop(row) {
    row.stop.abort();
    row.element.remove();
    this.rows = this.rows.filter((other) => other !== row);
    if (row.address) {
      const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
      ask("DELETE", row.address, { headers }).catch(() => {});
    }
  }

  complain(sentences) {
    const place = this.find("[data-error]");
    place.textContent = sentences.join(" ");
    place.hidden = !sentences.length;
  }

  async send() {
    if (this.isBusy) return;
    this.isBusy = true;
    this.complain([]);
    this.form.querySelector(".actions .button").setAttribute("aria-disabled", "true");
    let problem = "";
    for (const row of [...this.rows]) {
      await row.arrived;
      problem = row.problem || await this.post(row);
      if (problem) break;
    }
    this.isBusy = false;
    this.form.querySelector(".actions .button").removeAttribute("aria-disabled");
    if (!problem) return this.dialog.close();
    this.complain([problem]);
  }

  /** Add one that has arrived; resolve to what is wrong with it, if anything. */
  async post(row) {
    const body = new FormData(this.form);
    body.set("alt", row.about.value);
    body.set("uploads", row.address.split("/").at(-2));
    body.set("submission_key", row.key);
    // It was taken where, and on the day that, the text is about.
    for (const name of ["event", "day"]) {
      const said = this.text.form.elements[name]?.value;
      if (said) body.set(name, said);
    }
    const request = await ask("POST", this.form.action, { body }).catch(() => null);
    if (request?.status !== 200) return (request && sentence(request)) || this.words.wordsFailed;
    const { words, notes } = JSON.parse(request.responseText);
    this.done.push(words);
    this.notes.push(...notes);
    row.address = "";
    this.drop(row);
    return "";
  }

  finish() {
    for (const row of this.rows) this.drop(row);
    this.text.focus();
    this.text.setSelectionRange(...this.caret);
    if (this.done.length) {
      this.put(this.done.join("\n\n"));
      // From now on this browser is known, and nobody is asked once more.
      for (const form of [this.form, this.text.form]) for (const name of GUEST) form.elements[name]?.closest(".field").remove();
    }
    this.tell([...new Set(this.notes)]);
    this.done = [];
    this.notes = [];
  }
}
