// Every form that posts: a second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // After the submit: a disabled button's own name and value would not be sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button]):not([disabled])")) {
      button.disabled = true;
      button.dataset.once = "";
    }
  });
});

// The page may come back from the browser's cache with the buttons as they were left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[data-once]")) {
    button.disabled = false;
    delete button.dataset.once;
  }
});
