/* Adds rows for photos and PDFs, and shows a chosen photo before it is sent. */

export function addFileRows(form) {
  for (const block of form.querySelectorAll("[data-files]")) {
    const rows = block.querySelector(".file-rows");
    const template = block.querySelector("template[data-file-row]");
    const button = block.querySelector("[data-add-file]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const row = newRow(block.dataset.files, template, rows.children.length);
      rows.append(row);
      row.querySelector("input[type=file]").focus();
    });
    block.addEventListener("change", (event) => {
      if (event.target.type === "file") showThumbnail(event.target);
      if (event.target.name?.endsWith("-remove")) {
        event.target.closest(".file-row").classList.toggle("is-removed", event.target.checked);
      }
    });
  }
}

function newRow(name, template, index) {
  const row = template.content.firstElementChild.cloneNode(true);
  const old = `${name}-__index__`;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of ["id", "name", "for"]) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith(old)) element.setAttribute(attribute, value.replace(old, `${name}-${index}`));
    }
  }
  return row;
}

function showThumbnail(input) {
  const place = input.closest(".file-row").querySelector("[data-thumbnail]");
  const file = input.files[0];
  if (!file?.type.startsWith("image/")) return;
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  place.replaceChildren(image);
}
