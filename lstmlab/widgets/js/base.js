// What the widgets of the course share: one view with its theme, its next frame, a sentence that says what changed,
// and its end.
import { html, low } from "./elements.js";
import { lost, isLost, onKernel } from "./kernel.js";
import { _, translated } from "./words.js";

/**
 * @typedef {object} Model  The widget's traits, as anywidget passes them.
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 */

const DARK = matchMedia("(prefers-color-scheme: dark)");
const PRINT = matchMedia("print");

/** Dark or light, as the page is: JupyterLab, VS Code and Colab each say it in their own way. */
function isDark() {
  if (PRINT.matches) return false; // paper is white
  if (matchMedia("(forced-colors: active)").matches) return DARK.matches; // the page's own theme is not shown then
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  if (jpThemeLight) return jpThemeLight === "false";
  if (vscodeThemeKind) return /dark|high-contrast$/.test(vscodeThemeKind);
  const colab = document.documentElement.getAttribute("theme");
  return colab ? colab === "dark" : DARK.matches;
}

/** One view of one widget: its root, its listeners, its next frame, and the end of all of them. */
export class View {
  /** @param {Model} model @param {string} label */
  constructor(model, label) {
    this.model = model;
    this.ends = new AbortController();
    // On a page that is written from right to left a minus sign would stand behind its number.
    this.root = html("section", {
      class: "lw",
      "aria-label": label,
      dir: "ltr",
      lang: translated ? false : "en",
    });
    this.status = html("p", {
      class: "lw-status",
      role: "status",
      "aria-live": "polite",
    });
    this.lost = html("p", { class: "lw-lost", hidden: !isLost(model) }, lost());
    this.lost.append(" ", _`Until then it moves, but Python does not hear of it.`);
    const listening = onKernel(model, (lost) => (this.lost.hidden = !lost));
    this.atEnd(() => model.off("comm_live_update", listening));
    /** What one frame draws; a widget sets it. @type {() => void} */
    this.paint = () => {};
    this.frames = 0;
    this.telling = false;
    this.due = false;
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
    for (const asked of [DARK, matchMedia("(forced-colors: active)")]) this.on(asked, "change", theme);
    this.on(low, "change", () => this.redraw());
    /** What to ask when the page may have another width. @type {(() => void)[]} */
    this.sizes = [];
    // Paper is narrower than a screen, and what is printed waits for no frame.
    this.on(PRINT, "change", () => {
      theme();
      for (const look of this.sizes) look();
      this.paint();
    });
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

  /** Calls `handler` with the width and height of `node` in pixels, now and whenever one of them changes. @param {Element} node @param {(width: number, height: number) => void} handler */
  onSize(node, handler) {
    let last = "";
    const look = () => {
      const [width, height] = [node.clientWidth, node.clientHeight];
      if (!width || last === `${width} ${height}`) return;
      last = `${width} ${height}`;
      this.safely(() => handler(width, height));
    };
    this.sizes.push(look);
    const observer = new ResizeObserver(look);
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

  /**
   * Draws when the handler that asks has ended, so that the picture does not wait for a frame to begin; what changes
   * again before that frame is drawn with it, once. @param {() => string} [sentence]
   */
  redraw(sentence) {
    if (!this.due && !this.frame) queueMicrotask(() => this.draw());
    this.due = true;
    if (sentence) this.say(sentence);
  }

  draw() {
    if (this.ends.signal.aborted) return;
    this.due = false;
    // Asked for before painting: what a picture itself asks to have drawn again waits for it too, or it never ended.
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.due) this.draw();
    });
    this.safely(this.paint);
    this.root.dataset.frames = String(++this.frames);
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
    const advice = _`Run this cell again. If it fails again, restart the kernel, run all cells and reload the page.`;
    const message = html(
      "p",
      { class: "lw-failed", role: "alert" },
      html("strong", {}, _`This widget stopped.`),
    );
    message.append(" ", advice, html("code", {}, what));
    this.root.replaceChildren(message);
  }

  close() {
    this.ends.abort();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }
}

/** The module that anywidget wants; `kind` is its style sheet's name. @param {string} kind @param {string} label @param {(view: View) => void} build */
export function widget(kind, label, build) {
  return {
    /** @param {{model: Model, el: HTMLElement}} place */
    render({ model, el }) {
      const view = new View(model, label);
      view.root.dataset.kind = kind;
      const before = document.querySelectorAll(`.lw[data-kind="${kind}"]`).length;
      if (before) view.root.setAttribute("aria-label", `${label} ${before + 1}`); // landmarks need names of their own
      el.append(view.root);
      view.safely(() => {
        build(view);
        view.root.append(view.lost);
        view.paint();
      });
      return () => view.close();
    },
  };
}
