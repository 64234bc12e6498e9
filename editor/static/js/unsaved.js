/* Asks before typed text is left behind, and stops a second press of a button. After a save it
   never asks. */

export function guardUnsaved(form) {
  let typed = "refused" in document.body.dataset;
  form.addEventListener("input", () => { typed = true; });
  const warn = (event) => { if (typed) event.preventDefault(); };
  window.addEventListener("beforeunload", warn);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    window.removeEventListener("beforeunload", warn);
    const pressed = event.submitter;
    /* Later, or the pressed button's value would not be sent. */
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
      if (pressed) pressed.textContent = form.dataset.sendingText;
    });
  });
  /* Coming back by the browser's button must not find dead buttons. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
}
