// Drives tus-js-client as it comes from its authors: node tus_client.cjs <scenario> <endpoint> <file>. Prints one line of JSON.
const fs = require("node:fs");
const net = require("node:net");
const tus = require("tus-js-client");

const [scenario, endpoint, path] = process.argv.slice(2);
const bytes = fs.readFileSync(path);

function upload(options) {
  let made;
  const requests = [];
  const found = [];
  const done = new Promise((resolve) => {
    made = new tus.Upload(bytes, {
      endpoint,
      retryDelays: [0, 50, 100, 200],
      metadata: { filename: "from the client.jpg", filetype: "image/jpeg" },
      onBeforeRequest: (request) => { requests.push(request.getMethod()); },
      onAfterResponse: (request, response) => {
        if (request.getMethod() === "HEAD") found.push(Number(response.getHeader("Upload-Offset")));
      },
      onError: (error) => resolve({ error: String(error), requests, found }),
      onSuccess: () => resolve({ requests, found }),
      ...options,
    });
  });
  return { made, done };
}

/** A proxy that cuts the first connection that carries more than `most` bytes. */
function cutting(most) {
  const target = new URL(endpoint);
  let left = 1;
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    let count = 0;
    near.on("data", (data) => {
      const room = most - count;
      count += data.length;
      if (left && count > most) {
        left -= 1;
        far.end(data.subarray(0, room));
        // What is on its way to the server gets there; the client hears nothing any more.
        setTimeout(() => near.destroy(), 1000);
      } else far.write(data);
    });
    far.on("data", (data) => near.write(data));
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on("close", () => other.end());
      one.on("error", () => other.destroy());
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const scenarios = {
  async whole() {
    const { made, done } = upload({});
    made.start();
    return done;
  },
  async together() {
    const { made, done } = upload({ uploadDataDuringCreation: true });
    made.start();
    return done;
  },
  async resumed() {
    const first = upload({
      chunkSize: 50_000,
      onChunkComplete: (_size, arrived) => {
        if (arrived >= 100_000) first.made.abort().then(() => stopped());
      },
    });
    let stopped;
    const stop = new Promise((resolve) => { stopped = resolve; });
    first.made.start();
    await stop;
    const second = upload({ chunkSize: 50_000, uploadUrl: first.made.url });
    second.made.start();
    return second.done;
  },
  async cut() {
    const server = await cutting(200_000);
    const through = new URL(endpoint);
    through.port = server.address().port;
    const { made, done } = upload({ endpoint: through.href });
    made.start();
    const outcome = await done;
    server.close();
    return outcome;
  },
  async terminated() {
    const { made } = upload({
      chunkSize: 50_000,
      onChunkComplete: () => made.abort(true).then(() => stopped()),
    });
    let stopped;
    const stop = new Promise((resolve) => { stopped = resolve; });
    made.start();
    await stop;
    return {};
  },
};

scenarios[scenario]().then((outcome) => {
  console.log(JSON.stringify(outcome));
  process.exit(0);
});
