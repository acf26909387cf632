// Saves a letter while it is being written: after 30 seconds and when a field is left. The page works without it.
"use strict";

const form = document.querySelector("form[data-autosave]");
const line = form.querySelector("[data-status]");
let kept = new FormData(form).get("title") + "\n" + new FormData(form).get("body");

const save = async () => {
  const fields = new FormData(form);
  const words = fields.get("title") + "\n" + fields.get("body");
  if (words === kept) return;
  fields.set("autosave", "yes");
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields, redirect: "error" });
    const said = await answer.json();
    if (!answer.ok) {
      line.textContent = said.refused;
      return;
    }
    kept = words;
    form.elements.base.value = said.base;
    line.textContent = form.dataset.saved + " " + new Date().toLocaleTimeString(document.documentElement.lang);
  } catch {
    line.textContent = form.dataset.unsaved;
  }
};

form.addEventListener("focusout", save);
setInterval(save, 30000);
