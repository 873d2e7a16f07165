// What JupyterLab and anywidget are to a widget in a notebook, without a kernel: a model that holds the traits that
// Python had when the cell was run, and a place on the page.

/** @typedef {Record<string, any>} Spec */
/** @typedef {{render: (place: {model: Model, el: HTMLElement}) => unknown}} Module */

/** A model without a kernel: what is set is told to every view, and what is sent goes to `hear`. */
export class Model {
  /** @param {Record<string, any>} traits */
  constructor(traits) {
    this.traits = traits;
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    /** @type {(content: any) => void} */
    this.hear = () => {};
  }
  /** @param {string} name */
  get(name) {
    return this.traits[name];
  }
  /** @param {string} name @param {any} value */
  set(name, value) {
    const before = this.traits[name];
    this.traits[name] = value;
    const same =
      before === value || (typeof value === "object" && JSON.stringify(before) === JSON.stringify(value));
    if (!same) this.tell(`change:${name}`);
  }
  save_changes() {
    this.tell("saved");
  }
  /** @param {string} event */
  tell(event) {
    for (const handler of [...(this.listeners.get(event) ?? [])]) handler();
  }
  /** @param {string} event @param {() => void} handler */
  on(event, handler) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)?.add(handler);
  }
  /** @param {string} event @param {() => void} handler */
  off(event, handler) {
    this.listeners.get(event)?.delete(handler);
  }
  /** @param {any} content */
  send(content) {
    this.hear(content);
  }
}

/** Traits as sources.py packed them: blocks of numbers are binary, a trait may name another one. @param {Spec} traits */
export function unpacked(traits) {
  /** @param {any} value @returns {any} */
  const open = (value) => {
    if (Array.isArray(value)) return value.map(open);
    if (!value || typeof value !== "object") return value;
    const data = value.$f ?? value.$d;
    if (data === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const flat = [...(value.$f ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer))];
    return shaped(flat, value.shape);
  };
  return Object.fromEntries(
    Object.entries(traits).map(([name, value]) => [name, open(value?.$same ? traits[value.$same] : value)]),
  );
}

/** Nested lists of this shape. @param {number[]} flat @param {number[]} shape @returns {any[]} */
function shaped(flat, [count, ...rest]) {
  if (!rest.length) return flat;
  const size = flat.length / count;
  return Array.from({ length: count }, (_, k) => shaped(flat.slice(k * size, (k + 1) * size), rest));
}

/**
 * Brings a place of the page to life. What it showed before stays where that fails.
 * @param {HTMLElement} place @param {(spec: Spec, model: Model) => Module} moduleOf
 */
export function wake(place, moduleOf) {
  if (place.dataset.awake) return;
  place.dataset.awake = "soon";
  const el = document.createElement("div");
  const still = /** @type {HTMLElement} */ (place.querySelector(".still"));
  try {
    const spec = JSON.parse(place.querySelector("script")?.textContent ?? "");
    const model = new Model(unpacked(globalThis.lstmBook?.data?.[spec.data] ?? spec.traits ?? {}));
    const module = moduleOf(spec, model);
    place.append(el);
    module.render({ model, el });
    still.hidden = true;
    place.dataset.awake = "yes";
  } catch (error) {
    el.remove();
    place.dataset.awake = "no";
    console.error(error);
  }
}
