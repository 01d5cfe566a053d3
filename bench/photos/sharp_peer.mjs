// sharp, as its manual shows it: a pipeline a size, each with its own shrink-on-load. "one" as the first argument: one
// decoding for all five, the best that can be done with it. One thread, as processor seconds are what is compared.
// sharp_peer.mjs <each|one> <quality> <effort> <target folder> [<picture>]
import { createRequire } from "node:module";
import path from "node:path";

const [how, quality, effort, target, source] = process.argv.slice(2);
const sharp = createRequire(path.join(process.cwd(), "package.json"))("sharp");
sharp.concurrency(1);
sharp.cache(false);
const options = { quality: Number(quality), effort: Number(effort) };
const fitted = (edge) => [edge, edge, { fit: "inside", withoutEnlargement: true }];
const write = (image, edge) => image.resize(...fitted(edge)).webp(options).toFile(path.join(target, `${edge}.webp`));

if (source && how === "one") {
  const opened = sharp(source).autoOrient().keepIccProfile().resize(...fitted(2000));
  const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true });
  for (const edge of [2000, 1280, 640, 480, 320]) await write(sharp(data, { raw: info }), edge);
} else if (source) {
  for (const edge of [2000, 1280, 640, 480, 320]) await write(sharp(source).autoOrient().keepIccProfile(), edge);
}
