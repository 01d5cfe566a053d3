// What is missing, on an event's page: a line opens its jobs in place, each is done there, and the next one takes its
// place. Without this script the lines lead to a page that does the same.
const list = document.querySelector("[data-missing]");
const words = list?.dataset;

// The region stands there, empty, before it says anything: one that comes with its words is not read everywhere.
function live() {
  const region = document.createElement("div");
  const notice = document.createElement("p");
  region.setAttribute("role", "status");
  notice.className = "notice";
  list.after(region);
  return (text) => {
    notice.textContent = text;
    region.replaceChildren(...(text ? [notice] : []));
  };
}

// The part of the jobs' page that has this name, and what the page says above it.
async function ask(address, options) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.querySelector("main .notice, main .errorlist, main [role=alert]");
  return { page, ok: answer.ok, said: said?.textContent.trim().replace(/\s+/g, " ") ?? "" };
}

function partOf(page, name) {
  return page.querySelector(`#missing-${CSS.escape(name)} .jobs`);
}

function take(item, jobs) {
  item.querySelector(".jobs")?.remove();
  if (jobs) item.append(document.adoptNode(jobs));
}

// In the place of what was sent comes what the list did not have: what is being typed into the others stays.
function goOn(item, sent, jobs) {
  if (!jobs || !sent.isConnected) return take(item, jobs);
  const of = (row) => row.querySelector("a").getAttribute("href");
  const row = sent.closest(".job");
  const rest = [...item.querySelectorAll(".job")].filter((other) => other !== row).map(of);
  return row.replaceWith(...[...jobs.children].filter((other) => !rest.includes(of(other))));
}

async function open(link, say) {
  const item = link.closest("li");
  if (item.querySelector(".jobs")) {
    take(item, null);
    link.setAttribute("aria-expanded", "false");
    return;
  }
  const { page, ok } = await ask(link.href);
  const jobs = ok && partOf(page, link.dataset.job);
  if (!jobs) {
    location.assign(link.href);
    return;
  }
  // A second press may have opened it meanwhile.
  if (item.querySelector(".jobs")) return;
  take(item, jobs);
  link.setAttribute("aria-expanded", "true");
  say("");
  item.querySelector(".jobs :is(input:not([type=hidden]), a, button)")?.focus();
}

async function done(form, say) {
  const item = form.closest("[data-missing] > li");
  const name = item.querySelector("[data-job]").dataset.job;
  const { page, ok, said } = await ask(form.action, { method: "POST", body: new FormData(form) });
  if (!ok) {
    say(said || words.failed);
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    form.querySelector("input:not([type=hidden])")?.focus();
    return;
  }
  goOn(item, form, partOf(page, name));
  say(said || words.done);
  // Whoever is typing elsewhere already stays there.
  if (document.activeElement !== document.body) return;
  // After the last one there is only the line that opened them.
  (item.querySelector(".jobs :is(input:not([type=hidden]), a)") ?? item.querySelector("[data-job]")).focus();
}

if (list) {
  const say = live();
  for (const link of list.querySelectorAll("a[data-job]")) link.setAttribute("aria-expanded", "false");
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-job]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link, say).catch(() => location.assign(link.href));
  });
  list.addEventListener("submit", (event) => {
    event.preventDefault();
    done(event.target, say).catch(() => say(words.failed));
  });
}
