// <div data-awaits>: something is on its way in the worker. Asks the page again, shows how far it is, and the whole page
// once that is no longer said. Without scripts there is a link that loads the page again.
let tries = 0;

async function look() {
  tries += 1;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document, page].map((one) => one.querySelector("[data-awaits]"));
    if (answer.ok && !there) return location.reload();
    if (answer.ok && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  } catch {
    // Offline for a moment: the next try may do.
  }
  // Often at first, then more and more seldom, and not for ever: ten minutes in all.
  if (tries < 40) setTimeout(look, 700 + tries * 700);
}

if (document.querySelector("[data-awaits]")) setTimeout(look, 700);
