// An address to send on: one press copies it. Without scripts, or where nothing may be copied, it stands in its field.
for (const box of document.querySelectorAll("[data-copy-done]")) {
  const field = box.querySelector("[data-copy]");
  const button = box.querySelector("[data-copy-button]");
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  field.hidden = true;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.hidden = false;
      field.focus();
      return;
    }
    button.querySelector("span").textContent = box.dataset.copyDone;
  });
}
