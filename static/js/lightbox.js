// <div data-lightbox>: a[data-full] inside it opens its photo large, in place; without scripts it leads to its page.
// The address is then the photo's own, so it can be shared, and the back button closes. PhotoSwipe comes with the first
// photo that somebody opens.
const root = document.querySelector("[data-lightbox]");
const words = root.dataset;
const links = () => [...root.querySelectorAll("a[data-full]")];
let shown = null;
let library = null;

function styles() {
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: words.styles });
    link.onload = done;
    link.onerror = failed;
    document.head.append(link);
  });
}

function load() {
  library ??= Promise.all([import(words.photoswipe), styles()]).then(([module]) => module.default);
  // Offline for a moment: the next press tries again.
  library.catch(() => (library = null));
  return library;
}

function slide(link) {
  const picture = link.querySelector("img:last-of-type");
  return {
    src: link.dataset.full,
    srcset: picture.srcset,
    width: Number(link.dataset.width),
    height: Number(link.dataset.height),
    // As it stands on the page already, until the large one is there.
    msrc: picture.currentSrc,
    alt: picture.alt,
    element: link,
    thumbCropped: true,
  };
}

// A picture that stands on its own page keeps that page's address.
const addressOf = (link) => ("stay" in link.dataset ? location.href : link.href);

function caption(box) {
  box.ui.registerElement({
    name: "words",
    className: "pswp-words",
    appendTo: "root",
    onInit(element) {
      element.setAttribute("aria-live", "polite");
      box.on("change", () => {
        const template = box.currSlide.data.element.parentElement.querySelector("template");
        element.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
      });
    },
  });
}

// The opening, the closing and the zoom show where a photo went; who wants no motion gets the photo.
const STILL = { showHideAnimationType: "none", zoomAnimationDuration: false };
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function options(index) {
  return {
    index,
    dataSource: links().map(slide),
    bgOpacity: 1,
    loop: false,
    // How many there are on this page says nothing to whoever looks.
    counter: false,
    returnFocus: false,
    maxZoomLevel: 2,
    closeTitle: words.wordsClose,
    zoomTitle: words.wordsZoom,
    arrowPrevTitle: words.wordsPrevious,
    arrowNextTitle: words.wordsNext,
    errorMsg: words.wordsError,
    // What is said below a photo does not cover it.
    paddingFn: (viewport) => ({ top: 0, bottom: viewport.x < 700 ? 132 : 84, left: 0, right: 0 }),
    ...(isStill() ? STILL : {}),
  };
}

// The page behind is out of reach of keys and screen readers while the lightbox is open.
function setAside(box, isAside) {
  for (const element of document.body.children) if (element !== box.element) element.inert = isAside;
}

// PhotoSwipe does not hear of closing while it opens: it is told again when it has opened.
function closable(box) {
  const close = box.close.bind(box);
  let isOpened = false;
  let isOver = false;
  box.close = () => (isOpened ? close() : (isOver = true));
  box.on("openingAnimationEnd", () => {
    isOpened = true;
    if (isOver) setTimeout(close);
  });
}

async function open(index, isNew) {
  const PhotoSwipe = await load();
  if (shown) return;
  const all = links();
  const box = (shown = new PhotoSwipe(options(index)));
  closable(box);
  box.on("uiRegister", () => caption(box));
  box.on("afterInit", () => {
    box.element.setAttribute("aria-label", words.wordsName);
    box.element.setAttribute("aria-modal", "true");
    box.element.focus();
    box.element.addEventListener("keydown", ({ key }) => key === "Escape" && box.close());
    setAside(box, true);
  });
  box.on("change", () => history.replaceState({ photo: box.currIndex }, "", addressOf(all[box.currIndex])));
  box.on("close", () => {
    if (!box.isLeftByBack) history.back();
  });
  box.on("destroy", () => {
    shown = null;
    setAside(box, false);
    all[box.currIndex].focus();
  });
  if (isNew) history.pushState({ photo: index }, "", addressOf(all[index]));
  box.init();
}

root.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-full]");
  // A new tab, a new window, a download: as the browser does it.
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    await open(links().indexOf(link), true);
  } catch {
    location.assign(link.href);
  }
});

window.addEventListener("popstate", ({ state }) => {
  const index = state?.photo;
  if (index === undefined && shown) {
    shown.isLeftByBack = true;
    shown.close();
  } else if (shown) shown.goTo(index);
  else if (links()[index]) open(index, false);
});

// Nearly there: the library is loaded when it is needed.
root.addEventListener("pointerover", () => load().catch(() => {}), { once: true, passive: true });
root.addEventListener("focusin", () => load().catch(() => {}), { once: true, passive: true });
