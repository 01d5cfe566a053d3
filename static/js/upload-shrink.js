// Makes a very large photo smaller before it is sent: 2560 pixels, JPEG. Keeps when it was taken, and nothing else of what
// the camera wrote. Loaded only where somebody says that the network is slow.
const EDGE = 2560;
const SMALL = 700_000;
const ORIGINAL = 0x9003;
const OFFSET = 0x9011;

function textOf(bytes, start, length) {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** Return the EXIF time and its offset from UTC as the camera wrote them; empty where there are none. */
function taken(bytes) {
  const view = new DataView(bytes.buffer);
  const isStart = (at) => ["II*\0\x08\0\0\0", "MM\0*\0\0\0\x08"].includes(textOf(bytes, at, 8));
  // JPEG, PNG, WebP and HEIC keep the same block in different places: it is known by how it begins.
  let start = 0;
  while (start < bytes.length - 8 && !((bytes[start] === 0x49 || bytes[start] === 0x4d) && isStart(start))) start += 1;
  const little = bytes[start] === 0x49;
  const entries = (at) => Array.from({ length: view.getUint16(at, little) }, (_, index) => at + 2 + 12 * index);
  const value = (entry) => view.getUint32(entry + 8, little);
  const found = {};
  try {
    const details = entries(start + 8).find((entry) => view.getUint16(entry, little) === 0x8769);
    for (const entry of entries(start + value(details))) {
      const tag = view.getUint16(entry, little);
      const length = view.getUint32(entry + 4, little);
      if ([ORIGINAL, OFFSET].includes(tag) && length < 21) found[tag] = textOf(bytes, start + value(entry), length);
    }
  } catch {
    // Nothing there, or cut short.
  }
  return found;
}

/** Return an EXIF segment that says when, and no more. */
function segment(found) {
  const tags = Object.entries(found);
  const behind = 26 + 2 + 12 * tags.length + 4;
  const length = tags.reduce((sum, [, text]) => sum + text.length, 10 + behind);
  const view = new DataView(new ArrayBuffer(length));
  const write = (at, text) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  view.setUint32(0, 0xffe10000 + length - 2);
  write(4, "Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0");
  view.setUint16(36, tags.length);
  let end = behind;
  tags.forEach(([tag, text], index) => {
    const entry = 38 + 12 * index;
    view.setUint16(entry, tag);
    view.setUint16(entry + 2, 2);
    view.setUint32(entry + 4, text.length);
    view.setUint32(entry + 8, end);
    write(10 + end, text);
    end += text.length;
  });
  return view.buffer;
}

/** Resolve to a smaller file, or to the same one: what moves, what is small, and what this browser cannot read. */
export async function shrunk(file) {
  if (file.size < SMALL || file.type === "image/gif") return file;
  const bytes = new Uint8Array(await file.arrayBuffer());
  // A film in WebP or PNG would lose all but its first picture.
  if (/ANIM|acTL/.test(textOf(bytes, 0, 4096))) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const paper = canvas.getContext("2d");
  paper.imageSmoothingQuality = "high";
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  canvas.width = 0;
  if (!drawn || drawn.size > 0.9 * file.size) return file;
  const found = taken(bytes);
  const parts = Object.keys(found).length ? [drawn.slice(0, 2), segment(found), drawn.slice(2)] : [drawn];
  return new File(parts, `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
}
