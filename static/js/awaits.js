// <div data-awaits>: something is on its way in the worker. Asks the page again until that is no longer said, and shows it
// then. Without scripts there is a link that loads the page again.
let tries = 0;

async function look() {
  tries += 1;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok && !page.querySelector("[data-awaits]")) return location.reload();
  } catch {
    // Offline for a moment: the next try may do.
  }
  // Often at first, then more and more seldom, and not for ever: ten minutes in all.
  if (tries < 40) setTimeout(look, 700 + tries * 700);
}

if (document.querySelector("[data-awaits]")) setTimeout(look, 700);
