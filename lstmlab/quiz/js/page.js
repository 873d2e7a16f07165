// Draws the page of a review or a test: text, code, options and commands as buttons, a status line.
// lstmlab/quiz/pages.py hands over the page and hears of presses. A new page puts the focus on its first button, but only
// where the reader has the focus in it already: the next press of Enter, or of Tab and Enter, answers.
import { element, rootOf, sender } from "./element.js";
import { _ } from "../../widgets/js/words.js";

/** @typedef {[name: string, label: string, title: string]} Button */
/** @typedef {{text: string, status: string, options: Button[], buttons: Button[], chosen: string, focus: string, number: number}} Page */

/** @param {{model: import("./element.js").Model, el: HTMLElement}} place */
function render({ model, el }) {
  const root = rootOf(el);
  // Live regions that stay: what changes in them is spoken, once.
  const live = { role: "status", "aria-live": "polite", "aria-atomic": "true" };
  const text = element("div", { ...live, class: "lp-text" }, root);
  const options = element("div", { role: "group", "aria-label": _`Options`, class: "lp-options" }, root);
  const bar = element("div", { role: "group", "aria-label": _`Commands`, class: "lq-bar" }, root);
  const status = element("div", { ...live, class: "lq-status" }, root);

  const send = sender(root, model, status);

  /** @param {HTMLElement} group @param {Button[]} buttons @param {Page} page */
  const fill = (group, buttons, page) => {
    group.replaceChildren();
    group.hidden = buttons.length === 0;
    for (const [name, label, title] of buttons) {
      const button = element("button", { type: "button", title, "data-press": name }, group);
      button.innerHTML = label;
      if (name === page.chosen) button.setAttribute("aria-pressed", "true");
      // A second press may overtake the page that the first one asks for: so each says which page it means.
      button.addEventListener("click", () => send({ press: name, page: page.number }));
    }
  };
  const draw = () => {
    /** @type {Page} */
    const page = model.get("page");
    const inside = root.contains(document.activeElement);
    text.innerHTML = page.text;
    fill(options, page.options, page);
    fill(bar, page.buttons, page);
    status.innerHTML = page.status;
    if (!inside) return;
    const wanted = root.querySelector(`[data-press="${page.focus}"]`);
    const first = wanted ?? root.querySelector("[data-press]");
    if (first instanceof HTMLElement) first.focus();
    else (text.setAttribute("tabindex", "-1"), text.focus());
  };
  model.on("change:page", draw);
  draw();
}

export default { render };
