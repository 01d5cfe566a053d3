// [data-photo-keys]: the arrow keys lead to the photos before and after this one, by the links that stand in it.
const beside = document.querySelector("[data-photo-keys]");
const relations = { ArrowLeft: "prev", ArrowRight: "next" };

document.addEventListener("keydown", (event) => {
  const relation = relations[event.key];
  if (!relation || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
  // In a field the arrows move the cursor, and in the lightbox they are the lightbox's.
  if (event.target.closest("input, textarea, select, [contenteditable], video, audio, .pswp")) return;
  beside.querySelector(`[rel="${relation}"]`)?.click();
});
