// What the widgets of the course share: theme, controls that keys can reach, a scrubber, and a sentence that says
// what changed. `base.py` puts this text before a widget's own and hands both to the page.

/**
 * @typedef {object} Model  The widget's traits, as anywidget passes them.
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 */

const SVG = "http://www.w3.org/2000/svg";

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

/** @param {Element} node @param {Record<string, string | number>} attributes */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

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
 * A number for a reader: two digits, a real minus sign, no −0.00; of large ones what fits, 1234.6, 123456, 1.2e30.
 * @param {number} value @param {number} [digits]
 */
export function fixed(value, digits = 2) {
  const size = Math.abs(value);
  const text =
    size >= 1e6
      ? size.toExponential(1).replace("+", "")
      : size.toFixed(size >= 1e4 ? 0 : size >= 1e3 ? Math.min(1, digits) : digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** "1 step", "2.2 steps". @param {number} count */
export function stepsText(count) {
  if (!(count <= 1000)) return "more than 1000 steps";
  const text = count.toFixed(1);
  return `${text} ${text === "1.0" ? "step" : "steps"}`;
}

/** Dark or light, as the page is: JupyterLab, VS Code and Colab each say it in their own way. */
function isDark() {
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  if (jpThemeLight) return jpThemeLight === "false";
  if (vscodeThemeKind) return /dark|high-contrast$/.test(vscodeThemeKind);
  const colab = document.documentElement.getAttribute("theme");
  return colab ? colab === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** One view of one widget: its root, its listeners, its next frame, and the end of all of them. */
export class View {
  /** @param {Model} model @param {string} label */
  constructor(model, label) {
    this.model = model;
    this.root = html("section", { class: "lw", "aria-label": label });
    this.status = html("p", {
      class: "lw-status",
      role: "status",
      "aria-live": "polite",
    });
    /** What one frame draws; a widget sets it. @type {() => void} */
    this.paint = () => {};
    this.frames = 0;
    this.telling = false;
    this.ends = new AbortController();
    this.frame = 0;
    this.timer = 0;
    // Escape leaves the widget for its cell, as it leaves an editor: from there the arrows go to the next cell.
    this.on(this.root, "keydown", (event) => {
      const cell = /** @type {HTMLElement | null | undefined} */ (
        this.root.parentElement?.closest("[tabindex]")
      );
      if (event.key === "Escape" && !event.defaultPrevented) cell?.focus();
    });
    const theme = () => (this.root.dataset.theme = isDark() ? "dark" : "light");
    const observer = new MutationObserver(theme);
    observer.observe(document.body, { attributes: true });
    this.on(matchMedia("(prefers-color-scheme: dark)"), "change", theme);
    this.atEnd(() => observer.disconnect());
    theme();
  }

  /** @param {() => void} action */
  atEnd(action) {
    this.ends.signal.addEventListener("abort", action);
  }

  /** Listens until the view is closed. @param {EventTarget} target @param {string} type @param {(event: any) => void} handler */
  on(target, type, handler) {
    const listener = (/** @type {Event} */ event) => this.safely(() => handler(event));
    target.addEventListener(type, listener, { signal: this.ends.signal });
  }

  /** Calls `handler` when one of these traits changes. @param {string[]} names @param {() => void} handler */
  watch(names, handler) {
    const listener = () => this.telling || this.safely(handler);
    for (const name of names) {
      this.model.on(`change:${name}`, listener);
      this.atEnd(() => this.model.off(`change:${name}`, listener));
    }
  }

  /** Calls `handler` with the width of `node` in pixels, now and whenever it changes. @param {Element} node @param {(width: number) => void} handler */
  onWidth(node, handler) {
    let last = 0;
    const observer = new ResizeObserver(() => {
      const width = Math.round(node.clientWidth);
      if (width && width !== last) this.safely(() => handler((last = width)));
    });
    observer.observe(node);
    this.atEnd(() => observer.disconnect());
  }

  /** Sets traits, as Python would: every view follows, this one too. @param {Record<string, any>} values */
  send(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** Tells Python what is shown here already; when a control is let go. @param {Record<string, any>} values */
  tell(values) {
    this.telling = true;
    this.send(values);
    this.telling = false;
  }

  /** Draws at the next frame, once, however often it is asked. @param {() => string} [sentence] */
  redraw(sentence) {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.safely(this.paint);
      this.root.dataset.frames = String(++this.frames);
    });
    if (sentence) this.say(sentence);
  }

  /** Says a sentence when the reader pauses: a screen reader could not follow each step. @param {() => string} sentence */
  say(sentence) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.safely(() => (this.status.textContent = sentence())), 300);
  }

  /** @param {() => void} action */
  safely(action) {
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Says in the widget's own place that it broke, and what to do. @param {unknown} error */
  fail(error) {
    this.close();
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const advice =
      "Run this cell again. If it fails again, restart the kernel, run all cells and reload the page.";
    const message = html(
      "p",
      { class: "lw-failed", role: "alert" },
      html("strong", {}, "This widget stopped. "),
    );
    message.append(advice, html("code", {}, what));
    this.root.replaceChildren(message);
  }

  close() {
    this.ends.abort();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }
}

/** The module that anywidget wants. @param {string} label @param {(view: View) => void} build */
export function widget(label, build) {
  return {
    /** @param {{model: Model, el: HTMLElement}} place */
    render({ model, el }) {
      const view = new View(model, label);
      el.append(view.root);
      view.safely(() => {
        build(view);
        view.paint();
      });
      return () => view.close();
    },
  };
}

/**
 * A native slider with its label and its number. `input` is called while it moves, `done` when it is let go.
 * @param {View} view
 * @param {{label: string, short?: string, tone?: string, min: number, max: number, step: number, hint?: string,
 *   show?: (value: number) => string, input: (value: number) => void, done: () => void}} options
 */
export function slider(view, { label, short, tone = "", min, max, step, hint, show = fixed, input, done }) {
  const range = html("input", {
    type: "range",
    min,
    max,
    step,
    "aria-label": label,
    title: hint,
  });
  const number = html("span", { class: "lw-number", "aria-hidden": "true" });
  const node = html("label", { class: `lw-slider ${tone}` }, html("span", {}, short ?? label), range, number);
  const say = (/** @type {number} */ value) => {
    number.textContent = show(value);
    range.setAttribute("aria-valuetext", show(value));
  };
  view.on(range, "input", () => {
    say(Number(range.value));
    input(Number(range.value));
  });
  view.on(range, "change", done);
  return {
    node,
    range,
    /** Shows a value without telling anyone. @param {number} value */
    put(value) {
      range.value = String(value);
      say(value);
    },
  };
}

/**
 * A native list of choices.
 * @param {View} view
 * @param {{label: string, options: string[], value: string, done: (value: string) => void}} options
 */
export function choice(view, { label, options, value, done }) {
  const select = html("select", { "aria-label": label });
  for (const option of options) select.append(html("option", { value: option }, option));
  select.value = value;
  view.on(select, "change", () => done(select.value));
  return {
    node: html("label", { class: "lw-choice" }, html("span", {}, label), select),
    select,
  };
}

/**
 * A box to tick.
 * @param {View} view @param {{label: string, done: (on: boolean) => void}} options
 */
export function toggle(view, { label, done }) {
  const box = html("input", { type: "checkbox", "aria-label": label });
  view.on(box, "change", () => done(box.checked));
  const put = (/** @type {boolean} */ on) => (box.checked = on);
  return { node: html("label", { class: "lw-toggle" }, box, html("span", {}, label)), put };
}

/** @param {View} view @param {string} text @param {() => void} done @param {Record<string, any>} [attributes] */
export function button(view, text, done, attributes = {}) {
  const node = html("button", { type: "button", class: "lw-button", ...attributes }, text);
  view.on(node, "click", done);
  return node;
}

/**
 * A slider over the steps, with a button that plays through them.
 * @param {View} view
 * @param {{steps: number, backwards?: boolean, describe: (step: number) => string, input: (step: number) => void,
 *   done: () => void}} options
 */
export function scrubber(view, { steps, backwards = false, describe, input, done }) {
  const range = html("input", {
    type: "range",
    min: 0,
    max: steps - 1,
    step: 1,
    "aria-label": "time step",
  });
  const number = html("span", { class: "lw-number", "aria-hidden": "true" });
  let playing = 0;
  let last = steps - 1;
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play through time");
  };
  const put = (/** @type {number} */ step) => {
    range.value = String(step);
    number.textContent = `${step} of ${last}`;
    range.setAttribute("aria-valuetext", describe(step));
  };
  const go = () => {
    const at = Number(range.value) + (backwards ? -1 : 1);
    if (at < 0 || at > last) {
      stop();
      return done();
    }
    put(at);
    input(at);
  };
  const play = button(view, "▶", () => {
    if (playing) {
      stop();
      return done();
    }
    if (Number(range.value) === (backwards ? 0 : last)) put(backwards ? last : 0);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "pause");
    playing = window.setInterval(() => view.safely(go), Math.max(60, 6000 / steps));
  });
  stop();
  view.atEnd(() => clearInterval(playing));
  view.on(range, "input", () => {
    stop();
    put(Number(range.value));
    input(Number(range.value));
  });
  view.on(range, "change", done);
  const node = html(
    "div",
    { class: "lw-scrubber" },
    play,
    html("label", {}, html("span", {}, "step"), range),
    number,
  );
  return {
    node,
    put,
    stop,
    /** @param {number} steps */
    setSteps(steps) {
      last = steps - 1;
      range.max = String(last);
    },
  };
}
