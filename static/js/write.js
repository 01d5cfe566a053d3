// A form with <textarea data-write> and a button named "preview": shows the preview in place, made by the server from the
// same form. Where that fails, or without scripts, the form is sent as ever, and the page comes back with the preview.
// In an editor on the whole screen it stands in the editor ([data-show-preview] there), and follows what is typed.
const PAUSE = 800;

for (const text of document.querySelectorAll("textarea[data-write]")) {
  const form = text.form;
  const editor = text.closest("[data-editor]");
  const button = form.querySelector("button[name=preview]");
  const toggle = editor?.querySelector("[data-show-preview]");
  const inside = () => editor?.querySelector(":scope > section");
  let pause;
  let latest;

  // Null where a later one was asked for meanwhile: the older answer must not take its place.
  async function fresh() {
    const asked = fetch(form.action, { method: "POST", body: new FormData(form, button) });
    latest = asked;
    const answer = await asked;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked !== latest) return null;
    const section = page.getElementById("preview")?.closest("section");
    if (!answer.ok || !section) throw new Error("no preview");
    return document.adoptNode(section);
  }

  // Looking is not sending: what was wrong when it was sent is said again when it is sent again.
  function forgetErrors() {
    document.querySelector(".error-summary")?.remove();
    for (const said of form.querySelectorAll(".field .errorlist:not([data-error])")) said.remove();
    for (const field of form.querySelectorAll(".has-errors")) field.classList.remove("has-errors");
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  async function preview() {
    const section = await fresh();
    if (!section) return;
    document.getElementById("preview")?.closest("section").remove();
    if (editor?.classList.contains("is-large")) editor.append(section);
    else form.before(section);
    toggle?.setAttribute("aria-pressed", String(Boolean(inside())));
    forgetErrors();
    section.tabIndex = -1;
    section.focus();
  }

  async function follow() {
    const section = await fresh();
    if (section) inside()?.replaceChildren(...section.childNodes);
  }

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name !== "preview" || button.dataset.plainly) return;
    event.preventDefault();
    try {
      await preview();
    } catch {
      button.dataset.plainly = "yes";
      form.requestSubmit(button);
      delete button.dataset.plainly;
    }
  });

  toggle?.addEventListener("click", () => {
    const shown = inside();
    shown?.remove();
    toggle.setAttribute("aria-pressed", "false");
    if (!shown && text.value.trim()) form.requestSubmit(button);
    else text.focus();
  });
  text.addEventListener("input", () => {
    clearTimeout(pause);
    if (inside()) pause = setTimeout(() => follow().catch(() => {}), PAUSE);
  });
}
