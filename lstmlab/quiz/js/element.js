// What the quiz and the pages of a review are made of.
import { lost, isLost, onKernel } from "../../widgets/js/kernel.js";
import { _ } from "../../widgets/js/words.js";

/**
 * @typedef {object} Model  The item's traits, as anywidget passes them.
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, handler: () => void) => void} on
 * @property {(content: object) => void} send
 */

/**
 * An element at the end of `parent`.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string>} attributes @param {Element} parent
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes, parent) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

/** The root of an item on the page; the notebook hears none of its keys. @param {HTMLElement} el */
export function rootOf(el) {
  const root = element("div", { class: "lstmlab-quiz", "data-lm-suppress-shortcuts": "true" }, el);
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the notebook has keys of its own
    if (event.key !== "Escape") return;
    const cell = el.closest("[tabindex]");
    if (cell instanceof HTMLElement) cell.focus(); // back to the cell, as from an editor
  });
  return root;
}

/**
 * Says in the item's place that its kernel is gone, when it is; returns how to send a press, which then says it in the
 * live region `status`, aloud.
 * @param {HTMLElement} root @param {Model} model @param {HTMLElement} status
 */
export function sender(root, model, status) {
  const notice = element("p", { class: "lq-lost" }, root);
  notice.textContent = [lost(), _`Predictions that you committed are kept.`].join(" ");
  const show = (/** @type {boolean} */ gone) => (notice.hidden = !gone);
  show(isLost(model));
  onKernel(model, show);
  return (/** @type {object} */ content) => {
    if (!isLost(model)) return model.send(content);
    show(false); // it is said once
    status.textContent = notice.textContent;
  };
}
