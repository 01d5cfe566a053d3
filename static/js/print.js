// [data-print]: a button that opens the browser's own way of printing. Without scripts it does not show.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
