// <input data-own-zone>: the browser's own time zone, as long as nobody has typed another one.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const input of document.querySelectorAll("input[data-own-zone]")) {
  if (zone && input.value === input.defaultValue) input.value = input.defaultValue = zone;
}
