// <form data-draft="recap-new-3" data-owner data-revision data-drafts>: what is typed is kept as it is typed, in this browser
// and, for whoever is known (data-owner), on the server. It comes back after a reload, a crash or an expired session. Two
// tabs follow each other; where both have words of their own, both are kept until somebody chooses.
const SOON = 300;
const LATER = 1500;
const DAYS = 60;
const TAB = Math.random().toString(36).slice(2);
// What the page itself asks about the text (js/named.js) is asked anew.
const NOT_KEPT = ["csrfmiddlewaretoken", "named", "named_shown"];
const NOT_TYPED = ["csrfmiddlewaretoken", "draft_revision", "submission_key", "version"];

const typed = (form) => Object.fromEntries(
  [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.includes(name) && typeof value === "string" && value));
const words = (fields) => JSON.stringify(Object.entries(fields).filter(([name]) => !NOT_TYPED.includes(name)).sort());
const same = (one, other) => words(one) === words(other);

function fill(form, fields) {
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || NOT_KEPT.includes(field.name) || field.tagName === "BUTTON") continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = fields[field.name] === field.value;
    else if (field.type !== "hidden" || fields[field.name]) field.value = fields[field.name] ?? "";
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

const store = {
  read(slot) {
    try { return JSON.parse(localStorage.getItem(slot)); } catch { return null; }
  },
  write(slot, record) {
    try { localStorage.setItem(slot, JSON.stringify({ ...record, at: Date.now() })); return true; } catch { return false; }
  },
  drop(slot) {
    try { localStorage.removeItem(slot); } catch { /* Nothing was kept. */ }
  },
  slots() {
    try { return Object.keys(localStorage).filter((slot) => slot.startsWith("draft:")); } catch { return []; }
  },
};

function keepDrafts(form) {
  const { draft: name, owner, drafts } = form.dataset;
  const slot = `draft:${owner}:${name}`;
  const aside = `${slot}:${TAB}`;
  const state = form.querySelector("[data-draft-state]");
  const notice = (which) => document.querySelector(`[data-draft-notice="${which}"]`);
  const failed = form.querySelector("[aria-invalid=true]");
  const revision = document.createElement("input");
  Object.assign(revision, { type: "hidden", name: "draft_revision", value: form.dataset.revision });
  form.append(revision);
  let known = typed(form); // What is kept elsewhere, as far as this tab knows.
  let stamp = ""; // Of the copy in this browser that this tab has last written or seen.
  let other = null; // Another text, from which somebody has to choose.
  let soon, later;
  let sending = false;
  const unheard = new Set(); // Texts of this tab that may have arrived, though no answer said so.
  let over = false; // What was typed is thrown away.

  const base = () => Number(revision.value);
  const say = (what) => { state.textContent = state.dataset[what] ?? ""; };

  function put(more = {}) {
    stamp = `${TAB} ${Math.random()}`;
    return store.write(slot, { fields: typed(form), base: base(), stamp, ...more });
  }

  function keepHere() {
    clearTimeout(soon);
    if (over) return;
    if (other) return void store.write(aside, { fields: typed(form), base: base() });
    const there = store.read(slot);
    if (there && there.stamp !== stamp && !same(there.fields, typed(form))) return offer(there.fields, there.base);
    if (!put()) return say("full");
    if (!owner) say("local");
  }

  async function keepThere(leaving = false) {
    clearTimeout(later);
    const fields = typed(form);
    // One at a time: two on one revision would meet as if they came from two tabs. Whoever leaves cannot wait, and counts
    // what is under way as arrived.
    if (over || other || !owner || same(fields, known) || (sending && !leaving)) return;
    const body = new URLSearchParams({
      draft: name, typed: JSON.stringify(fields), revision: base() + Number(sending),
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    });
    // What is small enough may arrive after the page is gone.
    const keepalive = body.toString().length < 60_000;
    sending = true;
    unheard.add(words(fields));
    const signal = AbortSignal.timeout(40 * LATER);
    const answer = await fetch(drafts, { method: "POST", body, keepalive, signal }).catch(() => null);
    const there = await answer?.json().catch(() => null);
    sending = false;
    clearTimeout(later);
    if (!there || !(answer.ok || answer.status === 409)) {
      later = setTimeout(keepThere, 10 * LATER);
      return say(answer ? "local" : "offline");
    }
    const theirs = there.fields ?? fields;
    if (!answer.ok && !same(theirs, typed(form)) && !unheard.has(words(theirs))) return offer(theirs, there.revision);
    unheard.clear();
    revision.value = there.revision;
    known = theirs;
    // The form is on its way, and the copy here says so.
    if (form.dataset.sent) return;
    const isAll = same(known, typed(form));
    if (!other) put({ kept: isAll });
    if (isAll) say("saved");
    else later = setTimeout(keepThere, LATER);
  }

  function offer(fields, newBase) {
    other = { fields, base: newBase };
    store.write(aside, { fields: typed(form), base: base() });
    notice("other").hidden = false;
  }

  const choices = {
    swap() {
      const mine = typed(form);
      fill(form, other.fields);
      other.fields = mine;
    },
    mine() {
      revision.value = other.base;
      other = null;
      notice("other").hidden = true;
      store.drop(aside);
      known = {};
      put();
      keepThere();
    },
    afresh() {
      over = true;
      store.drop(slot);
      location.replace(location.pathname + location.search);
    },
  };
  for (const button of document.querySelectorAll("[data-draft-notice] [data-do]")) {
    button.addEventListener("click", () => { choices[button.dataset.do](); form.querySelector("textarea")?.focus(); });
  }

  // Whether what this browser sent last, and heard nothing of, has arrived.
  async function arrived({ fields }) {
    if (fields.version) return Number(form.elements.version.value) > Number(fields.version) && same(fields, typed(form));
    const answer = await fetch(`${drafts}outcome/?key=${fields.submission_key}`).catch(() => null);
    return Boolean(answer?.ok && (await answer.json()).saved);
  }

  // What was sent and has arrived is no draft, though the browser fills the form with it when somebody goes back. It may
  // have been written by somebody who was not known before it was sent.
  async function leaveWhatArrived() {
    for (const key of new Set([slot, `draft::${name}`])) {
      const record = store.read(key);
      if (!record?.sent || failed || !await arrived(record)) continue;
      store.drop(key);
      form.reset();
      known = typed(form);
    }
  }

  async function comeBack() {
    await leaveWhatArrived();
    const lost = store.slots().filter((key) => key.startsWith(`${slot}:`));
    const record = store.read(slot);
    if (failed) {
      // It holds what was typed; an older copy must not replace it.
      known = {};
      put();
      keepThere();
    } else if ("started" in form.dataset) {
      // Begun by an address or another form: what was kept before is another text.
      known = {};
      if (record && !record.kept && !same(record.fields, typed(form))) offer(record.fields, base());
      else { put(); keepThere(); }
    } else if (record && !same(record.fields, typed(form))) {
      if (!record.kept && record.base === base()) {
        fill(form, record.fields);
        stamp = record.stamp;
        notice("kept").hidden = false;
        keepThere();
      } else if (record.kept) store.drop(slot);
      else offer(record.fields, base());
    } else {
      stamp = record?.stamp ?? "";
    }
    for (const key of lost) {
      const left = store.read(key);
      store.drop(key);
      if (left && !other && !same(left.fields, typed(form))) offer(left.fields, base());
    }
    const signedOut = !owner && store.slots().some((key) => key.split(":")[1] && key.split(":")[2] === name);
    if (signedOut) notice("signed-out").hidden = false;
  }

  form.addEventListener("input", () => {
    clearTimeout(soon);
    clearTimeout(later);
    soon = setTimeout(keepHere, SOON);
    later = setTimeout(keepThere, LATER);
  });
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== slot || !newValue) return;
    const there = JSON.parse(newValue);
    const mine = typed(form);
    if (same(there.fields, mine)) {
      stamp = there.stamp;
      revision.value = there.base;
      if (there.kept) known = mine;
    } else if (!same(mine, known)) {
      offer(there.fields, there.base);
    } else {
      stamp = there.stamp;
      revision.value = there.base;
      known = there.fields;
      fill(form, there.fields);
      say("taken");
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.afresh === name) {
      over = true;
      store.drop(slot);
    }
    if (event.target !== form) return;
    // What was typed just before must not be kept once more beside it.
    clearTimeout(soon);
    clearTimeout(later);
    put({ sent: true });
  });
  addEventListener("pagehide", () => {
    if (over || form.dataset.sent || same(typed(form), known)) return;
    keepHere();
    keepThere(true);
  });
  comeBack();
}

for (const slot of store.slots()) {
  if (!(store.read(slot)?.at > Date.now() - DAYS * 86_400_000)) store.drop(slot);
}
for (const form of document.querySelectorAll("form[data-draft]")) keepDrafts(form);
