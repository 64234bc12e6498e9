/* Adds rows for photos and PDFs, takes several files at once, shows a chosen photo before it is
   sent, and sends nothing that the server would refuse for its size. */

const MOST_BYTES = 62 * 1024 * 1024;

export function addFileRows(form) {
  for (const block of form.querySelectorAll("[data-files]")) {
    const rows = block.querySelector(".file-rows");
    const template = block.querySelector("template[data-file-row]");
    const button = block.querySelector("[data-add-file]");
    button.hidden = false;
    /* Only here: the server reads one file from each row, and this script gives each its own. */
    for (const root of [block, template.content]) {
      for (const input of root.querySelectorAll("input[type=file]")) input.multiple = true;
    }
    button.addEventListener("click", () => {
      const row = newRow(block.dataset.files, template, rows.children.length);
      rows.append(row);
      row.querySelector("input[type=file]").focus();
    });
    block.addEventListener("change", (event) => {
      if (event.target.type === "file") {
        spread(event.target, () => newRow(block.dataset.files, template, rows.children.length), rows);
      }
      if (event.target.name?.endsWith("-remove")) {
        event.target.closest(".file-row").classList.toggle("is-removed", event.target.checked);
      }
    });
  }
}

export function refuseTooLarge(form) {
  form.addEventListener("submit", (event) => {
    const inputs = [...form.querySelectorAll("input[type=file]")];
    const bytes = inputs.flatMap((input) => [...input.files]).reduce((sum, file) => sum + file.size, 0);
    form.querySelector("[data-size-error]")?.remove();
    if (bytes <= MOST_BYTES) return;
    event.preventDefault();
    const sentence = document.createElement("p");
    sentence.className = "error";
    sentence.setAttribute("role", "alert");
    sentence.dataset.sizeError = "";
    sentence.textContent = form.dataset.tooLarge;
    form.querySelector(".buttons-form").before(sentence);
  });
}

/* One row for each of the files that were chosen together. */
function spread(input, addRow, rows) {
  const [first, ...more] = input.files;
  if (more.length) give(input, first);
  showThumbnail(input);
  const free = [...rows.querySelectorAll("input[type=file]")].filter((other) => other !== input && !other.files.length);
  for (const file of more) {
    let place = free.shift();
    if (!place) {
      const row = addRow();
      rows.append(row);
      place = row.querySelector("input[type=file]");
    }
    give(place, file);
    showThumbnail(place);
  }
}

function give(input, file) {
  const held = new DataTransfer();
  held.items.add(file);
  input.files = held.files;
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
