// What the widgets' pictures are made of: elements of HTML and SVG, made and renewed, and numbers for a reader.

const SVG = "http://www.w3.org/2000/svg";

/** A low window, as a projector's is: pictures are drawn lower, so that their controls are seen with them. The style sheets ask the same. */
export const low = matchMedia("(max-height: 640px)");

/** @template {Element} E @param {E} node @param {Record<string, any>} attributes @param {any[]} children */
function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  node.append(...children);
  return node;
}

/**
 * An HTML element. JupyterLab in command mode takes arrows and letters away from whatever has the focus, unless
 * that very element says no.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, attributes = {}, ...children) {
  const keyed = /^(input|select|button)$/.test(tag) ? { "data-lm-suppress-shortcuts": "true" } : {};
  return filled(document.createElement(tag), { ...keyed, ...attributes }, children);
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Sets attributes where they differ: to write what is there already costs the browser style and paint all the same.
 * @param {Element} node @param {Record<string, string | number>} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Writes text where it differs. @param {Element} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Rounded to a tenth; toFixed takes five times as long. @param {number} value */
export const tenths = (value) => Math.round(10 * value) / 10;

/**
 * Makes the children of `node` be what `wanted` are, and touches only what differs: what stays as it was costs the
 * browser neither style nor layout nor paint. Listeners belong on `node`, not on its children.
 * @param {Element} node @param {Iterable<Node>} wanted
 */
export function renew(node, wanted) {
  let at = node.firstChild;
  for (const made of wanted) {
    if (!at) node.append(made);
    else {
      const here = at;
      at = at.nextSibling;
      if (!renewed(here, made)) node.replaceChild(made, here);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Turns `here` into `made` where they are of one kind; says whether it did. @param {Node} here @param {Node} made */
function renewed(here, made) {
  if (here === made) return true;
  if (here.nodeName !== made.nodeName) return false;
  if (!(here instanceof Element && made instanceof Element)) {
    if (here.nodeValue !== made.nodeValue) here.nodeValue = made.nodeValue;
    return true;
  }
  for (const { name, value } of made.attributes)
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  if (here.attributes.length > made.attributes.length)
    for (const { name } of [...here.attributes]) if (!made.hasAttribute(name)) here.removeAttribute(name);
  renew(here, [...made.childNodes]);
  return true;
}

/**
 * A number for a reader: two digits, a real minus sign, no −0.00; of large ones what fits, 123.4, 12346, 1.2e30.
 * @param {number} value @param {number} [digits]
 */
export function fixed(value, digits = 2) {
  const size = Math.abs(value);
  const text =
    size >= 1e5
      ? size.toExponential(1).replace("+", "")
      : size.toFixed(size >= 1e3 ? 0 : size >= 100 ? Math.min(1, digits) : digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/**
 * A number in five characters, for a cell: −0.12, −12.3, −1235, −4e12.
 * @param {number} value
 */
export function brief(value) {
  const size = Math.abs(value);
  if (size >= 9999.5) return (value < 0 ? "−" : "") + size.toExponential(0).replace("+", "");
  return fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
