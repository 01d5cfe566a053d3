// [data-full-screen]: a button that gives the page the whole screen, and takes it back. Hidden where that is not possible.
for (const button of document.fullscreenEnabled ? document.querySelectorAll("[data-full-screen]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  });
}
