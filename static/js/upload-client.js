// Sends one file by the open protocol tus 1.0, in pieces, and goes on where it broke. Used by upload.js.
const VERSION = { "Tus-Resumable": "1.0.0" };
const LEAST = 2 ** 20;
const MOST = 4 * 2 ** 20;
const SILENCE = 45_000;
// What another try may get past: everything else that is not 2xx is a no, in the server's words.
const FOR_NOW = [408, 409, 423, 425, 429, 500, 502, 503, 504];
// So often it asks again where too many are on their way; whoever sends the form makes room.
const PATIENCE = 5;

/** A no. The message is the server's sentence, `status` its answer's; 0 where the file has gone from the device. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Ask, and resolve to the XMLHttpRequest; rejects where the network fails or says nothing for 45 seconds. */
export function ask(method, address, { headers = {}, body = null, moved = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer;
    const stop = () => request.abort();
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
    };
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded }) => {
      alive();
      moved(loaded);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      if (request.status) resolve(request);
      else reject(new Error("network"));
    });
    signal?.addEventListener("abort", stop);
    alive();
    request.send(body);
  });
}

/** The sentence that the server gave with its no, if any. */
export function sentence(request) {
  try {
    const { error, errors } = JSON.parse(request.responseText);
    return error ?? errors?.join(" ") ?? "";
  } catch {
    return "";
  }
}

/**
 * Wait 1, 2, 4 … 60 seconds, a little more or less, so that a full room does not try all at once; or until the network is
 * back, or somebody looks at the phone again.
 */
export function pause(tries, signal) {
  return new Promise((resolve) => {
    const ends = new AbortController();
    const done = () => {
      clearTimeout(timer);
      ends.abort();
      resolve();
    };
    const timer = setTimeout(done, Math.min(60, 2 ** tries) * (750 + 500 * Math.random()));
    addEventListener("online", done, { signal: ends.signal });
    document.addEventListener("visibilitychange", done, { signal: ends.signal });
    signal?.addEventListener("abort", done, { signal: ends.signal });
  });
}

const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function checked(request, tries = 0) {
  const { status } = request;
  if (status < 300) return request;
  const mayPass = FOR_NOW.includes(status) && (status !== 429 || tries < PATIENCE);
  throw mayPass ? new Error(sentence(request)) : new Refused(sentence(request), status);
}

/**
 * Send `file` and resolve to its address at the server. Tries for as long as it takes; rejects with Refused, whose message
 * is the server's sentence, or with an Error where `signal` aborts.
 * `address`: where a part of it lies already. `placed(address)`, `moved(bytes)` and `stuck(sentence)` tell how it goes.
 */
export async function send(file, { endpoint, address, token, placed, moved, stuck, signal }) {
  const headers = { ...VERSION, "X-CSRFToken": token };
  let offset = 0;
  let piece = LEAST;
  let tries = 0;
  let isKnown = false;

  async function place() {
    const about = { "Upload-Length": file.size, "Upload-Metadata": `filename ${inBase64(file.name.slice(-200))}` };
    const request = checked(await ask("POST", endpoint, { headers: { ...headers, ...about }, signal }), tries);
    address = new URL(request.getResponseHeader("Location"), endpoint).pathname;
    offset = 0;
    await placed(address);
  }

  async function find() {
    const request = await ask("HEAD", address, { headers: VERSION, signal });
    // It was given up there meanwhile: from the beginning.
    if ([403, 404, 410].includes(request.status)) await place();
    else offset = Number(checked(request).getResponseHeader("Upload-Offset"));
  }

  async function next() {
    const start = performance.now();
    const request = await ask("PATCH", address, {
      headers: { ...headers, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" },
      body: file.slice(offset, offset + piece),
      moved: (bytes) => moved(Math.min(offset + bytes, file.size)),
      signal,
    });
    if ([404, 410].includes(request.status)) throw new Error();
    offset = Number(checked(request).getResponseHeader("Upload-Offset"));
    // A cut loses what one piece holds: large ones only where they take a few seconds.
    piece = performance.now() - start < 3000 ? Math.min(2 * piece, MOST) : LEAST;
  }

  for (;;) {
    try {
      if (!isKnown) await (address ? find() : place());
      isKnown = true;
      moved(offset);
      if (offset >= file.size) return address;
      await next();
      tries = 0;
    } catch (error) {
      if (error instanceof Refused || signal.aborted) throw error;
      // A file that has gone from the device fails like a network that has.
      await file.slice(0, 1).arrayBuffer().catch(() => { throw new Refused("", 0); });
      isKnown = false;
      stuck(error.message === "network" ? "" : error.message);
      await pause(tries, signal);
      tries += 1;
      if (signal.aborted) throw error;
    }
  }
}
