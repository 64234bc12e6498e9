/* Every page loads this one file; each part looks whether the page has its place. */
import { keepForm, forgetWhatWasTaken, forgetWhenAsked } from "./kept-text.js";
import { addFileRows, refuseTooLarge } from "./file-rows.js";
import { followProgress } from "./progress.js";
import { guardUnsaved } from "./unsaved.js";

forgetWhatWasTaken();
const form = document.querySelector("form[data-keep]");
if (form) {
  addFileRows(form);
  refuseTooLarge(form);
  guardUnsaved(form);
  keepForm(form);
}
forgetWhenAsked();

const progress = document.querySelector("[data-progress]");
if (progress) followProgress(progress);

/* After a refused form, reading begins at what went wrong. */
document.querySelector("[data-focus]")?.focus();
