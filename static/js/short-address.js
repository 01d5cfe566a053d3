// form[data-short-address]: fields that are left empty stay out of the address that the form leads to.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-short-address]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
