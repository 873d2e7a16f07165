// The widgets' controls, native ones that keys, a finger and a screen reader can use: slider, list, box, button,
// scrubber.
import { View } from "./base.js";
import { clamp, fixed, html, set, write } from "./elements.js";
import { _ } from "./words.js";

/**
 * Calls `done` when a slider is let go. A browser tells of no change where that is the very place it was taken from,
 * though on the way there it may have moved something else along, as fewer steps move the step.
 * @param {View} view @param {HTMLInputElement} range @param {() => void} done
 */
function whenLetGo(view, range, done) {
  for (const end of ["change", "pointerup"]) view.on(range, end, done);
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
    write(number, show(value));
    set(range, { "aria-valuetext": show(value) });
  };
  view.on(range, "input", () => {
    say(Number(range.value));
    input(Number(range.value));
  });
  whenLetGo(view, range, done);
  return {
    node,
    range,
    /** Shows a value without telling anyone. @param {number} value */
    put(value) {
      if (range.value !== String(value)) range.value = String(value);
      say(value);
    },
  };
}

/**
 * A native list of choices.
 * @param {View} view
 * @param {{label: string, options: string[], names?: Record<string, string>, value: string,
 *   done: (value: string) => void}} options  `names` are what is shown, where that is not the option itself
 */
export function choice(view, { label, options, names = {}, value, done }) {
  const select = html("select", { "aria-label": label });
  for (const option of options) select.append(html("option", { value: option }, names[option] ?? option));
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
    "aria-label": _`time step`,
  });
  const number = html("span", { class: "lw-number", "aria-hidden": "true" });
  let playing = 0;
  let last = steps - 1;
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", _`play through time`);
  };
  const put = (/** @type {number} */ step) => {
    if (range.value !== String(step)) range.value = String(step);
    write(number, _`${step} of ${last}`);
    set(range, { "aria-valuetext": describe(step) });
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
    play.setAttribute("aria-label", _`pause`);
    // Six seconds for all of it, but no step too quick to be seen, nor so slow that it seems to have stopped.
    playing = window.setInterval(() => view.safely(go), clamp(6000 / (last + 1), 60, 800));
  });
  stop();
  view.atEnd(() => clearInterval(playing));
  view.on(range, "input", () => {
    stop();
    put(Number(range.value));
    input(Number(range.value));
  });
  whenLetGo(view, range, done);
  const node = html(
    "div",
    { class: "lw-scrubber" },
    play,
    html("label", {}, html("span", {}, _`step`), range),
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

/**
 * A picture that is drawn in or dragged: follows the mouse or the first finger from where it goes down until it is
 * let go.
 * @param {View} view @param {Element} node
 * @param {{begin?: (event: PointerEvent) => boolean | void, follow: (event: PointerEvent) => void, done: () => void}}
 *   actions  `begin` may refuse by returning false
 */
export function dragged(view, node, { begin, follow, done }) {
  let held = false;
  view.on(node, "pointerdown", (event) => {
    // Another button opens a menu, which keeps the event that would let go.
    if (held || event.button !== 0 || !event.isPrimary || begin?.(event) === false) return;
    held = true;
    node.setPointerCapture(event.pointerId);
    follow(event);
  });
  // Else words of the page are selected on the way; Safari does that even where the style sheet says none.
  view.on(node, "selectstart", (event) => event.preventDefault());
  view.on(node, "pointermove", (event) => held && event.isPrimary && follow(event));
  for (const end of ["pointerup", "pointercancel"])
    view.on(node, end, (event) => {
      if (!held || !event.isPrimary) return;
      held = false;
      done();
    });
}
