// <form data-confirm="Sentence?"> or <button data-confirm>: asks in a dialog before it submits.
// Without scripts the form submits at once, so use it only for what can be undone.
function ask(sentence, submitter) {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  const actions = document.createElement("div");
  const yes = document.createElement("button");
  const no = document.createElement("button");
  text.id = "confirm-text";
  text.textContent = sentence;
  dialog.setAttribute("aria-labelledby", text.id);
  actions.className = "actions";
  yes.className = "button danger";
  yes.textContent = submitter?.textContent.trim() || "OK";
  no.className = "button quiet";
  no.textContent = document.body.dataset.cancel;
  no.autofocus = true;
  yes.addEventListener("click", () => dialog.close("yes"));
  no.addEventListener("click", () => dialog.close(""));
  actions.append(no, yes);
  dialog.append(text, actions);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

// In the capture phase, so that the question comes before anything else that listens to submit.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const sentence = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!sentence || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const submitter = event.submitter;
  if (await ask(sentence, submitter)) {
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  } else {
    submitter?.focus();
  }
}, true);
