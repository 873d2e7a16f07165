// What every part of the page is made of: Preact with htm, which makes text of whatever is inserted.

import { Component, h, render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import htm from "htm";

export const html = htm.bind(h);
export { Component, render, useCallback, useEffect, useRef, useState };

/** Keeps the place of whoever works by keys: where the element with the focus is taken away or disabled, as a button that
 * was pressed, the focus goes to the nearest part of the page around it that is still there. */
export function keepFocus() {
  let last = /** @type {any} */ (null);
  let around = /** @type {HTMLElement[]} */ ([]);
  addEventListener("focusin", (event) => {
    last = event.target;
    around = [];
    for (let each = last.parentElement; each; each = each.parentElement) around.push(each);
  });
  const look = () => {
    if (!last || document.activeElement !== document.body || (last.isConnected && !last.disabled)) return;
    const place = around.find((each) => each.isConnected && each.matches("article, section, form, main"));
    if (!place) return;
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  const how = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] };
  new MutationObserver(look).observe(document.body, how);
}

/** What `read` gives, read again whenever one of `when` is another: `[value, error, again]`.
 * @template T @param {() => Promise<T>} read @param {unknown[]} when
 * @returns {[T | null, string, () => void]} */
export function useRead(read, when) {
  const [value, setValue] = useState(/** @type {T | null} */ (null));
  const [error, setError] = useState("");
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let mine = true; // not overtaken by a later one
    read().then(
      (got) => {
        if (mine) (setValue(() => got), setError(""));
      },
      (fault) => mine && setError(fault.message),
    );
    return () => {
      mine = false;
    };
  }, [...when, turn]);
  return [value, error, useCallback(() => setTurn((now) => now + 1), [])];
}

/** A number with at most two digits after the point.
 * @param {number | null | undefined} number */
export const points = (number) => (number == null ? "–" : `${Math.round(number * 100) / 100}`);

/** A share as per cent.
 * @param {number | null | undefined} share */
export const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);

/** A number with its noun.
 * @param {number} number @param {string} noun */
export const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** A message that something went wrong, read out at once.
 * @param {{text: string}} props */
export const Fault = ({ text }) => (text ? html`<p class="fault" role="alert">${text}</p>` : null);

/** A student: the id, and the name where it is known.
 * @param {{id: string, names: Record<string, string>}} props */
export const Person = ({ id, names }) => html`<strong>${id}</strong>${names[id] ? ` ${names[id]}` : ""}`;

/** The head of a column of numbers. @param {string} text */
export const number = (text) => ({ number: text });

/** A table that scrolls by itself where it is too wide, by keys too.
 * @param {{title: string, heads: any[], children?: any}} props */
export const Table = ({ title, heads, children }) => html`
  <div class="wide" tabindex="0" role="region" aria-label=${`Table: ${title}`}>
    <table>
      <caption class="unseen">
        ${title}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" class=${head.number ? "number" : ""}>${head.number ?? head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${children}
      </tbody>
    </table>
  </div>
`;

/** A labelled control.
 * @param {{label: string, children?: any, hint?: string}} props */
export const Field = ({ label, children, hint }) => html`
  <label class="field"><span>${label}</span>${children}${hint ? html`<small>${hint}</small>` : null}</label>
`;

/** A box to tick.
 * @param {{label: string, checked: boolean, onChange: (on: boolean) => void}} props */
export const Tick = ({ label, checked, onChange }) => html`
  <label class="tick">
    <input
      type="checkbox"
      checked=${checked}
      onChange=${(/** @type {any} */ event) => onChange(event.target.checked)}
    />
    ${label}
  </label>
`;

/** The command that was run, to be copied.
 * @param {{text: string}} props */
export function Command({ text }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(true));
  return html`<div class="command">
    <code tabindex="0">${text}</code>
    <button type="button" class="small" onClick=${copy}>${copied ? "Copied" : "Copy"}</button>
  </div>`;
}

/** A list under its title, folded unless `open`; nothing where it is empty.
 * @param {{title: string, items: any[], open?: boolean}} props */
export const Folded = ({ title, items, open = false }) =>
  items.length
    ? html`<details open=${open}>
        <summary>${title}</summary>
        <ul>
          ${items.map((item) => html`<li>${item}</li>`)}
        </ul>
      </details>`
    : null;
