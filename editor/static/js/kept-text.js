/* Keeps what is typed in this browser until the server has it: a crash, a lost network, an ended
   session or a refused size takes no text. Files cannot be kept here. Nothing is written while an
   input method composes a word, and nothing is ever put back without being asked. */

const PREFIX = "toasoan:";
const SENT = "toasoan-sent";
const PAUSE = 800;
const DAYS = 14;

export function keepForm(form) {
  const key = PREFIX + form.dataset.keep;
  /* A refused form shows text that the server has not stored: all of it is still to be kept. */
  const refused = "refused" in document.body.dataset;
  const served = refused ? {} : servedTextOf(form);
  forgetOld();
  if (!refused) offer(form, key, served);
  let timer = 0;
  const write = () => {
    const now = textOf(form);
    if (JSON.stringify(now) === JSON.stringify(served)) return;
    store(key, { version: form.dataset.keepVersion, when: Date.now(), text: now });
  };
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(write, PAUSE);
  });
  form.addEventListener("compositionend", () => { timer = setTimeout(write, PAUSE); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) write(); });
  form.addEventListener("submit", () => {
    write();
    sessionStorage.setItem(SENT, JSON.stringify({ key, token: form.elements.form_token.value }));
  });
  /* On a slow network somebody types before this script is there. */
  write();
  /* Fields that the browser fills again after "back" would be older than what is stored. */
  form.autocomplete = "off";
}

/* A page after the form names the form that was stored; without that word the text stays. */
export function forgetWhatWasTaken() {
  const sent = parsed(sessionStorage.getItem(SENT));
  if (!sent || !document.body.dataset.taken.split(" ").includes(sent.token)) return;
  sessionStorage.removeItem(SENT);
  localStorage.removeItem(sent.key);
}

export function forgetWhenAsked() {
  for (const link of document.querySelectorAll("[data-forget]")) {
    link.addEventListener("click", () => localStorage.removeItem(PREFIX + link.dataset.forget));
  }
}

function offer(form, key, served) {
  const kept = read(key);
  if (!kept) return;
  const lost = Object.keys(kept.text).some((name) => (served[name] ?? "") !== kept.text[name]);
  if (!lost) {
    localStorage.removeItem(key);
    return;
  }
  const bar = document.createElement("p");
  bar.className = "note restore";
  bar.append(form.dataset.restoreText, " ");
  bar.append(button(form.dataset.restoreButton, () => { putBack(form, kept.text); bar.remove(); }));
  bar.append(button(form.dataset.forgetButton, () => { localStorage.removeItem(key); bar.remove(); }));
  form.prepend(bar);
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button small";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function textOf(form) {
  return valuesOf(form, (box) => box.checked, (field) => field.value);
}

/* What the server sent, whatever has been typed since. */
function servedTextOf(form) {
  return valuesOf(form, (box) => box.defaultChecked, (field) => {
    if (field.tagName !== "SELECT") return field.defaultValue;
    const options = [...field.options];
    return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
  });
}

function valuesOf(form, isChecked, valueOf) {
  const text = {};
  for (const field of form.elements) {
    if (!field.name || ["file", "hidden", "submit"].includes(field.type)) continue;
    if (field.type === "checkbox") text[`${field.name}=${field.value}`] = isChecked(field) ? "1" : "";
    else text[field.name] = valueOf(field);
  }
  return text;
}

function putBack(form, text) {
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.type === "hidden") continue;
    const name = field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;
    if (!(name in text)) continue;
    if (field.type === "checkbox") field.checked = text[name] === "1";
    else field.value = text[name];
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function store(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* storage full or forbidden */ }
}

function read(key) {
  return parsed(localStorage.getItem(key));
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function forgetOld() {
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !((read(key)?.when ?? 0) > oldest)) localStorage.removeItem(key);
  }
}
