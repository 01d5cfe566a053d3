// A form with <textarea data-write> and, around the things that its text may name, <div data-named>: while somebody writes, asks
// the server for these from time to time, with the form's own preview, and shows them. Without scripts they come with that.
const PAUSE = 2500;

for (const text of document.querySelectorAll("textarea[data-write]")) {
  const form = text.form;
  let asked = text.value;
  let timer = 0;

  async function look() {
    const named = form.querySelector("[data-named]");
    if (!named || text.value === asked || text.value.length < 20) return;
    asked = text.value;
    const body = new FormData(form);
    body.set("preview", "1");
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-named]");
    // Where somebody has written on, or stands in the list, the next look is the better one.
    if (found && text.value === asked && !named.contains(document.activeElement)) named.replaceWith(document.adoptNode(found));
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), PAUSE);
  });
  text.addEventListener("change", () => look().catch(() => {}));
}
