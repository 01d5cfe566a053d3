// <form id="…" data-guard>: unsaved text survives an accidental reload, and leaving with some asks first.
// Kept in this tab's sessionStorage only. Passwords, files and hidden fields are never kept.
const kept = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
const isTick = (field) => ["checkbox", "radio"].includes(field.type);
const fields = (form) => [...form.elements].filter(kept);
const state = (form) => JSON.stringify(fields(form).map((f) => [f.name, isTick(f) ? f.checked : f.value]));

for (const form of document.querySelectorAll("form[data-guard]")) {
  const key = `draft:${location.pathname}:${form.id}`;
  const failed = form.querySelector("[aria-invalid=true]");
  const clean = failed ? "" : state(form);
  let sending = false;

  const draft = sessionStorage.getItem(key);
  // A form that comes back with errors already holds what was typed; an older draft must not replace it.
  if (draft && !failed) {
    const values = JSON.parse(draft);
    fields(form).forEach((field, index) => {
      const [name, value] = values[index] ?? [];
      if (name !== field.name) return;
      if (isTick(field)) field.checked = value;
      else field.value = value;
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const isDirty = () => state(form) !== clean;
  form.addEventListener("input", () => {
    if (isDirty()) sessionStorage.setItem(key, state(form));
    else sessionStorage.removeItem(key);
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    sending = true;
    sessionStorage.removeItem(key);
  });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    if (!sending && isDirty()) event.preventDefault();
  });
}
