// Draws one item of the quiz: heading, code, options, a text to write, buttons, boxes to tick, a status line.
// lstmlab/quiz/item_widgets.py hands over the state and hears of presses; nothing is judged here.

import { element, rootOf, sender } from "./element.js";
import { _ } from "../../widgets/js/words.js";

/** @typedef {import("./element.js").Model} Model */

// Each item comes with a copy of this module, so a counter would give all of them the same names.
const fresh = () => `lstmlab-${Math.random().toString(36).slice(2)}`;

/**
 * A fieldset whose name is spoken on entering it; its inputs follow `model`'s trait `items`.
 * @param {HTMLElement} root @param {Model} model @param {string} name @param {string} items
 * @param {"radio" | "checkbox"} type
 * @param {(input: HTMLInputElement, k: number) => boolean} value whether an input is checked
 * @param {(inputs: HTMLInputElement[]) => void} hear what to do when a reader has checked one
 */
function choices(root, model, name, items, type, value, hear) {
  const group = element(
    "fieldset",
    { role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": name },
    root,
  );
  const own = fresh();
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const draw = () => {
    group.hidden = model.get(items).length === 0;
    inputs.splice(0).forEach((input) => input.closest("label")?.remove());
    for (const [key, html] of model.get(items)) {
      const label = element("label", {}, group);
      const input = element("input", { type, name: own, value: key }, label);
      element("span", {}, label).innerHTML = html;
      input.addEventListener("change", () => hear(inputs));
      inputs.push(input);
    }
    show();
  };
  const show = () => inputs.forEach((input, k) => (input.checked = value(input, k)));
  model.on(`change:${items}`, draw);
  return { draw, show };
}

/** @param {{model: Model, el: HTMLElement}} place */
function render({ model, el }) {
  const root = rootOf(el);
  const name = fresh();
  element("div", { class: "lq-heading", id: name }, root).innerHTML = model.get("heading");
  if (model.get("code"))
    element("pre", { tabindex: "0", "aria-label": _`Code` }, root).textContent = model.get("code");

  const radios = choices(
    root,
    model,
    name,
    "options",
    "radio",
    (input) => input.value === model.get("chosen"),
    (inputs) => {
      model.set("chosen", inputs.find((input) => input.checked)?.value);
      model.save_changes();
    },
  );
  model.on("change:chosen", radios.show);

  const writing = { rows: "6", "aria-labelledby": name, placeholder: _`In your own words` };
  const area = model.get("writes") ? element("textarea", writing, root) : undefined;
  if (area) {
    area.value = model.get("written");
    let waiting = 0;
    const send = () => {
      clearTimeout(waiting);
      if (area.value === model.get("written")) return;
      model.set("written", area.value);
      model.save_changes();
    };
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(send, 500); // kept while one writes, not at every key
    });
    area.addEventListener("blur", send);
    model.on("change:written", () => document.activeElement !== area && (area.value = model.get("written")));
  }

  const bar = element("div", { class: "lq-bar" }, root);
  const label = element("div", { id: `${name}-boxes`, class: "lq-label" }, root);
  const boxes = choices(
    root,
    model,
    `${name}-boxes`,
    "boxes",
    "checkbox",
    (_place, k) => Boolean(model.get("ticks")[k]),
    (inputs) => {
      model.set(
        "ticks",
        inputs.map((input) => input.checked),
      );
      model.save_changes();
    },
  );
  model.on("change:ticks", boxes.show);
  // One live region that stays: what changes in it is spoken, once.
  const status = element(
    "div",
    { role: "status", "aria-live": "polite", "aria-atomic": "true", class: "lq-status" },
    root,
  );
  if (model.get("status_first")) root.insertBefore(status, bar); // what a card says stands above what one may press
  const more = element("div", { class: "lq-more" }, root);
  const send = sender(root, model, status);

  for (const [id, text, title] of model.get("buttons")) {
    const button = element("button", { type: "button", title, "data-press": id }, bar);
    button.textContent = text;
    button.addEventListener("click", () => {
      // A press overtakes what was chosen just before it, which waits for the kernel: so it carries it along.
      const written = area ? area.value : model.get("written");
      send({ press: id, chosen: model.get("chosen"), written, ticks: model.get("ticks") });
    });
  }
  const follow = () => {
    status.innerHTML = model.get("status");
    more.innerHTML = model.get("more");
    label.textContent = model.get("boxes").length ? model.get("boxes_label") : "";
    for (const button of bar.children) {
      // Not `disabled`: a button that is switched off under the finger would lose the keyboard's place.
      button.setAttribute(
        "aria-disabled",
        String(model.get("off").includes(button.getAttribute("data-press"))),
      );
    }
  };
  for (const trait of ["status", "more", "off", "boxes"]) model.on(`change:${trait}`, follow);
  radios.draw();
  boxes.draw();
  follow();
}

export default { render };
