// <input data-tags list="…">: suggests words of the vocabulary for the word being typed, whatever stands before it.
// Without scripts the datalist offers the words that are used most, for the first word only.
const WAIT = 150;

for (const input of document.querySelectorAll("input[data-tags]")) {
  const list = input.list;
  if (!list?.dataset.suggestions) continue;
  let waiting;
  let asked = "";

  const offer = (before, words) => {
    list.replaceChildren(...words.map((word) => {
      const option = document.createElement("option");
      option.value = before ? `${before}, ${word}` : word;
      return option;
    }));
  };

  const suggest = async () => {
    const whole = input.value;
    const words = whole.split(",");
    const typed = words.pop().trim();
    const before = words.map((word) => word.trim()).filter(Boolean).join(", ");
    if (!typed || whole === asked) return;
    asked = whole;
    const answer = await fetch(`${list.dataset.suggestions}?q=${encodeURIComponent(typed)}`).catch(() => null);
    // Somebody may have typed on meanwhile.
    if (answer?.ok && input.value === whole) offer(before, (await answer.json()).suggestions);
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });
}
