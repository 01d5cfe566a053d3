// [data-bring="/photos/new/…/"] on a page: pictures that are dropped or pasted anywhere on it are brought to that form.
const isPicture = ({ name, type }) => type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(name);

for (const { dataset: { bring: form } } of document.querySelectorAll("[data-bring]")) {
  const take = async (event, transfer) => {
    const files = [...(transfer?.files ?? [])].filter(isPicture);
    if (!files.length) return;
    event.preventDefault();
    // Fetched only now: the page itself does not need it.
    const { keep } = await import("./upload-queue.js");
    await Promise.all(files.map((file) => keep({ form, file, address: "" })));
    location.assign(`${form}#brought`);
  };
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => take(event, event.dataTransfer));
  document.addEventListener("paste", (event) => take(event, event.clipboardData));
}
