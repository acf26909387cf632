// What the editor adds where scripts run: marks at a touch, the look beside the text, saving by itself. Without it
// the same form saves and shows by its buttons. Whatever is not saved yet is kept in this browser.
"use strict";

const form = document.getElementById("editor");
const text = form.elements.body;
const status = form.querySelector("[data-status]");
const words = JSON.parse(form.dataset.words);
const KEPT = `gapura-draft-${form.dataset.code}`;
const SAVE_AFTER = 30_000;
const SHOW_AFTER = 700;

const fill = (sentence, values) => Object.entries(values).reduce(
  (said, [name, value]) => said.replace(`{${name}}`, value), sentence);
const clock = (moment) => new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function say(name, values = {}, isLost = false) {
  status.textContent = fill(words[name], values);
  status.classList.toggle("editor__status--lost", isLost);
}

// Everything that the writer may change, as it is now.
function written() {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  data.delete("base");
  return JSON.stringify([...data.entries()].filter(([, value]) => typeof value === "string"));
}

let saved = written();
let isSaving = false;
let waiting = 0;

function keepHere() {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), base: form.elements.base.value, written: written() }));
  } catch { /* full, or not allowed: the house still has the last saved words */ }
}

function forgetHere() {
  try { localStorage.removeItem(KEPT); } catch { /* there was nothing */ }
}

async function save() {
  const now = written();
  if (isSaving || now === saved) return;
  isSaving = true;
  say("saving");
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST", body: new FormData(form), redirect: "error", credentials: "same-origin",
    });
    if (answer.status === 422) {
      say("refused", { why: (await answer.json()).why }, true);
    } else if (answer.ok) {
      accept(now, await answer.json());
    } else {
      say("lost", {}, true);
    }
  } catch {
    say("lost", {}, true);
  }
  isSaving = false;
}

function accept(now, answer) {
  if (answer.merged) {
    // The merged text is on the house's side; what was typed since stays here until the page is loaded again.
    say("merged", {}, true);
    saved = now;
    text.dataset.stale = "1";
    return;
  }
  form.elements.base.value = answer.version;
  saved = now;
  if (written() === saved) forgetHere();
  say("saved", { time: clock(Date.now()) });
}

function changed() {
  if (written() === saved) return;
  keepHere();
  if (!isSaving) say("unsaved");
  clearTimeout(waiting);
  if (!text.dataset.stale) waiting = setTimeout(save, SAVE_AFTER);
}

form.addEventListener("input", changed);
form.addEventListener("focusout", () => { if (!text.dataset.stale) save(); });
form.addEventListener("submit", () => { keepHere(); saved = written(); });
window.addEventListener("beforeunload", (event) => { if (written() !== saved) event.preventDefault(); });

// A text of an earlier visit that never reached the house is put back, with its own beginning: saving merges it.
(function restore() {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(KEPT)); } catch { return; }
  if (!kept || kept.written === saved || document.querySelector(".error-summary")) return;
  if (document.querySelector(".message--success")) { forgetHere(); return; }
  for (const [name, value] of JSON.parse(kept.written)) {
    const field = form.elements[name];
    if (field && "value" in field) field.value = value;
  }
  form.elements.base.value = kept.base;
  say("kept", { time: clock(kept.at) }, true);
})();

// The look: the house draws it, this page only hangs it up. Parsed as a document of its own, so nothing in it runs.
const preview = form.querySelector("[data-shown]");
const place = form.querySelector("[data-words-here]");
let showing = 0;

function show() {
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.preview);
  request.responseType = "document";
  request.onload = () => {
    if (request.status !== 200 || !request.response) return;
    place.replaceChildren(...[...request.response.body.childNodes].map((node) => document.importNode(node, true)));
    preview.hidden = false;
  };
  request.send(new FormData(form));
}

text.addEventListener("input", () => { clearTimeout(showing); showing = setTimeout(show, SHOW_AFTER); });
show();

// Marks. The browser's own undo takes them back, where it can.
const put = (value) => {
  if (!document.execCommand("insertText", false, value)) {
    text.setRangeText(value, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const TABLE = "\n|   |   |\n| --- | --- |\n|   |   |\n";
const marks = {
  around: (mark, chosen) => put(`${mark}${chosen || "…"}${mark}`),
  line: (mark, chosen) => put((chosen || "").split("\n").map((line) => mark + line).join("\n")),
  table: () => put(TABLE),
};

const tools = form.querySelector(".editor__tools");
tools.hidden = false;
tools.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  text.focus();
  marks[button.dataset.kind](button.dataset.mark, text.value.slice(text.selectionStart, text.selectionEnd));
});
