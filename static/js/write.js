// A form with <textarea data-write> and a button named "preview": shows the preview in place, made by the server from the
// same form. Where that fails, or without scripts, the form is sent as ever, and the page comes back with the preview.
for (const text of document.querySelectorAll("textarea[data-write]")) {
  const form = text.form;

  async function preview(button) {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById("preview")?.closest("section");
    if (!answer.ok || !section) throw new Error("no preview");
    document.getElementById("preview")?.closest("section").remove();
    form.before(document.adoptNode(section));
    section.tabIndex = -1;
    section.focus();
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name !== "preview" || button.dataset.plainly) return;
    event.preventDefault();
    try {
      await preview(button);
    } catch {
      button.dataset.plainly = "yes";
      form.requestSubmit(button);
      delete button.dataset.plainly;
    }
  });
}
