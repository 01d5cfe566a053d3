// <input data-picks="/talks/suggestions/?event=…">: known talks under the field while its title is typed, as a combobox: arrow
// keys, Enter, Escape, or a tap. Picking one of this event opens it, with what was typed besides becoming a recommendation;
// picking one of another event fills the form in from it. An address that belongs to no known talk goes to its own field.
// Without scripts the form does the same after it was sent.
const WAIT = 120;
const LEAST = 2;
const input = document.querySelector("input[data-picks]");
const words = document.querySelector("[data-picker-words]")?.dataset;

if (input && words) {
  const { form } = input;
  const list = Object.assign(document.createElement("ul"), { id: "known-talk-list", className: "picks", hidden: true });
  const said = Object.assign(document.createElement("p"), { className: "sr" });
  said.setAttribute("role", "status");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.list);
  input.after(list, said);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", list.id]]) input.setAttribute(name, value);

  let talks = [];
  let at = -1;
  let waiting;
  let asked = "";

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  // Whoever left the field or closed the list wants no answer that is still on its way.
  const leave = () => {
    clearTimeout(waiting);
    asked = "";
    close();
  };

  const mark = (place) => {
    at = place;
    [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    return list.children[at].scrollIntoView({ block: "nearest" });
  };

  const row = (talk, number) => {
    const item = document.createElement("li");
    item.id = `known-talk-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const part = (name, text, lang) => {
      const piece = item.appendChild(document.createElement(name));
      piece.textContent = text;
      if (lang) piece.lang = lang;
    };
    part("b", talk.title, talk.language);
    part("span", [talk.event, talk.speakers].filter(Boolean).join(" · "));
    part("small", talk.here ? words.here : words.elsewhere);
    return item;
  };

  const show = (found) => {
    talks = found;
    list.replaceChildren(...talks.map(row));
    said.textContent = talks.length ? words.count.replace("%s", talks.length) : words.none;
    close();
    if (!talks.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const suggest = async () => {
    const typed = input.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (typed.length < LEAST) {
      show([]);
      said.textContent = "";
      return;
    }
    const answer = await fetch(`${input.dataset.picks}&q=${encodeURIComponent(typed)}`).catch(() => null);
    const found = answer?.ok && (await answer.json()).talks;
    // A later letter may have asked again meanwhile.
    if (!found || typed !== asked) return;
    show(found);
    if (!talks.length && /^https?:\/\/\S+\.\S+$/i.test(typed)) moveAddress(typed);
  };

  // An address that nobody has brought yet belongs into the field of addresses, which proposes a title for it.
  const moveAddress = (address) => {
    const field = form.elements.video_url;
    if (!field || field.value.trim() || input.value.trim() !== address) return;
    input.value = "";
    asked = "";
    field.value = address;
    // It may be folded away.
    field.closest("details")?.setAttribute("open", "");
    // Not in the title any more: what stands where somebody writes is not filled in.
    field.focus();
    said.textContent = words.moved;
    for (const [one, name] of [[input, "input"], [field, "input"], [field, "change"]]) {
      one.dispatchEvent(new Event(name, { bubbles: true }));
    }
  };

  // Whether something beside the title was typed that must not be lost.
  const saysMore = () => ["why", "video_url"].some((name) => form.elements[name]?.value.trim());

  const send = (name, talk) => {
    form.querySelectorAll("[data-picked]").forEach((old) => old.remove());
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value: talk.id });
    field.dataset.picked = "";
    form.append(field);
    form.noValidate = name === "take";
    form.requestSubmit();
  };

  const pick = (talk) => {
    close();
    if (!talk.here) send("take", talk);
    else if (saysMore()) send("known", talk);
    else {
      // Nothing is lost by leaving: the guard of the form need not ask.
      form.reset();
      form.dispatchEvent(new Event("input", { bubbles: true }));
      location.assign(talk.url);
    }
  };

  input.addEventListener("input", (event) => {
    form.querySelectorAll("[data-picked]").forEach((old) => old.remove());
    clearTimeout(waiting);
    if (event.isTrusted) waiting = setTimeout(suggest, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const wasHidden = list.hidden;
    if (event.key === "Escape") leave();
    if (wasHidden) return;
    if (event.key === "ArrowDown") mark((at + 1) % talks.length);
    else if (event.key === "ArrowUp") mark(at < 1 ? talks.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) pick(talks[at]);
    else if (event.key !== "Escape") return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const number = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (number >= 0) pick(talks[number]);
  });
  input.addEventListener("blur", leave);
}
