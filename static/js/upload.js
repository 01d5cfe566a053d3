// [data-upload] around a file input in a form: shows what is chosen, lets one photo be left out, and sends the form with
// a bar that tells how much has arrived. Without scripts it is a plain form with a plain file input.
const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

function thumbnail(file) {
  const image = document.createElement("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  // Most browsers cannot show HEIC: its name stands there instead, from `alt`.
  image.addEventListener("error", () => URL.revokeObjectURL(image.src));
  return image;
}

function chooser(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-upload-chosen]");
  let chosen = [];

  function show() {
    const transfer = new DataTransfer();
    for (const file of chosen) transfer.items.add(file);
    input.files = transfer.files;
    list.hidden = !chosen.length;
    list.replaceChildren(...chosen.map((file) => {
      const item = document.createElement("li");
      const leave = document.createElement("button");
      leave.type = "button";
      leave.className = "button quiet small";
      leave.textContent = zone.dataset.wordsRemove;
      leave.setAttribute("aria-label", `${zone.dataset.wordsRemove}: ${file.name}`);
      leave.addEventListener("click", () => {
        chosen = chosen.filter((other) => other !== file);
        show();
        input.focus();
      });
      item.append(thumbnail(file), leave);
      return item;
    }));
  }

  // A second choice adds to the first, as people expect who pick from two albums.
  function add(files) {
    chosen = [...chosen, ...[...files].filter((file) => !chosen.some((other) => same(file, other)))];
    show();
  }

  input.addEventListener("change", () => add(input.files));
  const drop = zone.querySelector(".dropzone");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    add(event.dataTransfer.files);
  });
  if (input.files.length) add(input.files);
}

function sender(form, zone) {
  const progress = zone.querySelector("[data-upload-progress]");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[role=status]");
  const buttons = form.querySelectorAll("button:not([type=button])");
  let arrived = false;

  function wait(waiting) {
    progress.hidden = !waiting;
    for (const button of buttons) button.disabled = waiting;
  }

  function complain(element) {
    wait(false);
    form.parentElement.querySelector(".error-summary")?.remove();
    form.before(element);
    element.tabIndex = -1;
    element.focus();
  }

  function say(sentence) {
    const notice = document.createElement("div");
    const text = document.createElement("div");
    notice.className = "notice notice-error error-summary";
    notice.setAttribute("role", "alert");
    text.textContent = sentence;
    notice.append(text);
    complain(notice);
  }

  function finish(request) {
    if (request.status === 200 && request.getResponseHeader("Content-Type") === "application/json") {
      arrived = true;
      // Tells the other scripts that nothing unsaved is left here.
      form.dispatchEvent(new Event("submit", { bubbles: true }));
      location.assign(JSON.parse(request.responseText).address);
      return;
    }
    // The page came back with what is wrong. Its file input would be empty, so only its words are taken.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const summary = page.querySelector(".error-summary");
    if (summary) complain(document.adoptNode(summary));
    else say(zone.dataset.wordsFailed);
  }

  form.addEventListener("submit", (event) => {
    if (arrived) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? (100 * loaded) / total : 0;
      words.textContent = loaded < total ? `${Math.floor(bar.value)} %` : zone.dataset.wordsArrived;
    });
    request.addEventListener("load", () => finish(request));
    request.addEventListener("error", () => say(zone.dataset.wordsLost));
    const data = new FormData(form);
    wait(true);
    bar.value = 0;
    request.send(data);
  });
  addEventListener("pageshow", () => {
    arrived = false;
    wait(false);
  });
}

for (const zone of document.querySelectorAll("[data-upload]")) {
  chooser(zone);
  sender(zone.closest("form"), zone);
}
