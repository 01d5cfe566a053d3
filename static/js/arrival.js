// On every page. Once it has come: what its notices say is read out once, for a live region says only what changes and they
// stand there from the beginning; a form that came back has the focus where its first error is, unless a summary has it;
// and whoever chose a chip by keyboard goes on from there. Without scripts they stand where they stand.
const LATER = 400;
const GONE = 6000;
const CHOSEN = "chip";

const sentences = [...document.querySelectorAll(".notices [role=status]")].map((one) => one.textContent.trim().replace(/\s+/g, " "));
const said = document.querySelector("[data-said]");
if (sentences.length) {
  setTimeout(() => { said.textContent = sentences.join(" "); }, LATER);
  // Read by whoever walks through the page, it would be there twice.
  setTimeout(() => { said.textContent = ""; }, GONE);
}

if (!document.querySelector(".error-summary")) document.querySelector("main [aria-invalid=true]")?.focus();

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("a.chip")?.closest("nav, .chips");
  // No mouse and no finger has pressed a key.
  if (row && event.detail === 0) sessionStorage.setItem(CHOSEN, JSON.stringify([location.pathname, row.ariaLabel]));
});
const [path, label] = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]");
sessionStorage.removeItem(CHOSEN);
if (path === location.pathname) {
  const rows = [...document.querySelectorAll("main :is(nav, .chips):has(> .chip, li > .chip)")];
  const row = rows.find((one) => one.ariaLabel === label);
  (row?.querySelector(".chip[aria-current]") ?? row?.querySelector(".chip") ?? document.querySelector(".list-choice > summary"))?.focus();
}
