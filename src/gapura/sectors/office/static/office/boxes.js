// Black boxes drawn on the page with mouse, pen or finger. The numbers in the field are what counts; without this
// script they are written by hand.
"use strict";

const EACH = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*$/;

class Sheet {
  constructor(area) {
    this.area = area;
    this.field = document.getElementById(area.dataset.boxes);
    this.picture = area.querySelector("img");
    this.glass = area.querySelector("[data-glass]");
    this.list = area.querySelector("[data-list]");
    this.place = area.querySelector("[data-place]");
    this.draw = area.querySelector("[data-draw]");
    this.page = 1;
    area.hidden = false;
    area.querySelector("[data-back]").addEventListener("click", () => this.turn(this.page - 1));
    area.querySelector("[data-on]").addEventListener("click", () => this.turn(this.page + 1));
    this.picture.addEventListener("error", () => {
      if (this.page > 1) this.turn(this.page - 1, area.dataset.last);
      else this.place.textContent = area.dataset.unseen;
    });
    if (this.draw) this.listen();
    this.turn(1);
  }

  listen() {
    this.draw.addEventListener("click", () => {
      const on = this.draw.getAttribute("aria-pressed") !== "true";
      this.draw.setAttribute("aria-pressed", String(on));
      this.glass.classList.toggle("boxes__glass--draw", on);
    });
    this.glass.addEventListener("pointerdown", (event) => {
      if (this.draw.getAttribute("aria-pressed") !== "true" || event.button !== 0) return;
      event.preventDefault();
      this.glass.setPointerCapture(event.pointerId);
      this.from = this.point(event);
      this.growing = this.glass.appendChild(document.createElement("div"));
    });
    this.glass.addEventListener("pointermove", (event) => {
      if (this.from) this.lay(this.growing, this.between(this.point(event)));
    });
    this.glass.addEventListener("pointerup", (event) => {
      if (!this.from) return;
      const box = this.between(this.point(event));
      this.from = null;
      if (box[2] > 0 && box[3] > 0) this.keep([...this.boxes(), [this.page, ...box]]);
      this.show();
    });
    this.glass.addEventListener("pointercancel", () => {
      this.from = null;
      this.show();
    });
    this.field.addEventListener("input", () => this.show());
  }

  point(event) {
    const edge = this.glass.getBoundingClientRect();
    const inside = (part, whole) => Math.min(100, Math.max(0, (100 * part) / whole));
    return [inside(event.clientX - edge.left, edge.width), inside(event.clientY - edge.top, edge.height)];
  }

  // Rounded outwards: what is touched goes.
  between([x, y]) {
    const left = Math.floor(Math.min(x, this.from[0]));
    const top = Math.floor(Math.min(y, this.from[1]));
    return [left, top, Math.ceil(Math.max(x, this.from[0])) - left, Math.ceil(Math.max(y, this.from[1])) - top];
  }

  boxes() {
    const lines = this.field ? this.field.value : this.area.dataset.fixed;
    return lines.split("\n").map((line) => EACH.exec(line)).filter(Boolean).map((found) => found.slice(1).map(Number));
  }

  keep(boxes) {
    this.field.value = boxes.map((box) => box.join(" ")).join("\n");
    const choice = this.field.form.querySelector("input[name=do][value=boxes]");
    choice.checked = true;
  }

  turn(page, said = "") {
    if (page < 1) return;
    this.page = page;
    this.picture.src = this.area.dataset.first.replace(/1\.jpg$/, page + ".jpg");
    this.picture.alt = this.area.dataset.page.replace("0", page);
    this.place.textContent = said || this.picture.alt;
    this.show();
  }

  lay(box, [left, top, width, height]) {
    Object.assign(box.style, { left: left + "%", top: top + "%", width: width + "%", height: height + "%" });
    return box;
  }

  show() {
    const boxes = this.boxes();
    const here = boxes.filter((box) => box[0] === this.page);
    this.glass.replaceChildren(...here.map((box) => this.lay(document.createElement("div"), box.slice(1))));
    this.list.replaceChildren(...(this.draw ? boxes : []).map((box, place) => this.line(boxes, box, place)));
  }

  line(boxes, box, place) {
    const line = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = this.area.dataset.remove.replace("0", box.join(" "));
    button.addEventListener("click", () => {
      this.keep(boxes.filter((_box, other) => other !== place));
      this.show();
      this.draw.focus();
    });
    line.append(button);
    return line;
  }
}

for (const area of document.querySelectorAll("[data-boxes]")) new Sheet(area);
