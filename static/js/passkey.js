// What has to do with passkeys shows only where the browser knows them, and says so when one did not work.
// The ceremony itself is allauth's script, which reports what went wrong by an event on the document.
if (window.PublicKeyCredential) {
  for (const element of document.querySelectorAll("[data-passkey-only]")) element.hidden = false;
} else {
  for (const button of document.querySelectorAll("[data-passkey-button]")) button.disabled = true;
}

document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-error]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});
