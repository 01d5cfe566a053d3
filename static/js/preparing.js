// <div data-photo="7" data-preparing>: asks the page again until the worker has prepared the photo, and shows it then.
// Without scripts there is a link that loads the page again.
const waiting = () => document.querySelectorAll("[data-preparing]");
let tries = 0;

async function look() {
  tries += 1;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  // A server that is away for a moment, or the page of signing in, says nothing of photos: somebody may be typing here.
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const photo of waiting()) {
    const now = page.querySelector(`[data-photo="${photo.dataset.photo}"]:not([data-preparing])`);
    if (now) {
      photo.replaceWith(document.adoptNode(now));
      // The rest of the page may have been waiting for it, too.
      now.dispatchEvent(new CustomEvent("prepared", { bubbles: true, detail: page }));
    }
    // A page about one photo shows it in its own way once it is there.
    else if (!page.querySelector(`[data-photo="${photo.dataset.photo}"]`)) location.reload();
  }
  if (!waiting().length) document.querySelector("[data-preparing-note]")?.remove();
}

async function again() {
  try {
    await look();
  } catch {
    // Offline for a moment: the next try may do.
  }
  // Often at first, then more and more seldom, and not for ever: ten minutes in all.
  if (waiting().length && tries < 40) setTimeout(again, 1000 + tries * 700);
}

if (waiting().length) setTimeout(again, 1000);
