// A link with data-reply opens its form below the comment; pressed again, it closes it. Without this script the link
// leads to a page with the same form.
async function formAt(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return answer.ok && page.querySelector("form[data-comment]");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-reply]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const tools = link.parentElement;
  const open = tools.nextElementSibling;
  if (open?.matches("form[data-comment]")) {
    open.hidden = !open.hidden;
    link.setAttribute("aria-expanded", String(!open.hidden));
    if (!open.hidden) open.querySelector("textarea").focus();
    return;
  }
  const form = await formAt(link.href).catch(() => null);
  if (!form) {
    location.assign(link.href);
    return;
  }
  // A second press may have brought it meanwhile.
  if (tools.nextElementSibling?.matches("form[data-comment]")) return;
  tools.after(document.adoptNode(form));
  link.setAttribute("aria-expanded", "true");
  form.querySelector("textarea").focus();
});
