// The page that asks what the photos of a batch show: says which files the uploader left out, and proposes the day and
// what took place on it once a photo is prepared, unless somebody chose already.
const notice = document.querySelector("[data-left-out]");
const key = `left-out:${location.pathname}`;
const lines = sessionStorage.getItem(key)?.split("\n").filter(Boolean) ?? [];

if (lines.length) {
  sessionStorage.removeItem(key);
  notice.querySelector("div").append(...lines.map((line) => {
    const left = document.createElement("p");
    left.textContent = line;
    return left;
  }));
  notice.hidden = false;
}

document.addEventListener("prepared", ({ target, detail: page }) => {
  const fields = target.closest("[data-of]");
  const now = page.querySelector(`[data-of="${fields?.dataset.of}"]`);
  if (!now) return;
  for (const field of now.querySelectorAll(".field:has(select)")) {
    const here = fields.querySelector(`[name="${field.querySelector("select").name}"]`);
    const isTouched = here && [...here.options].some((option) => option.selected !== option.defaultSelected && option.value);
    if (isTouched) continue;
    if (here) here.closest(".field").replaceWith(document.adoptNode(field));
    else fields.querySelector(".fields").prepend(document.adoptNode(field));
  }
});
