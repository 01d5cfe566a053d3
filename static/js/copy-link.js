// An address to send on, or lines to put elsewhere (data-copy-stays: these stay to be read): one press copies them. Without
// scripts, or where nothing may be copied, they stand in their field.
for (const box of document.querySelectorAll("[data-copy-done]")) {
  const field = box.querySelector("[data-copy]");
  const button = box.querySelector("[data-copy-button]");
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  field.hidden = !("copyStays" in field.dataset);
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
