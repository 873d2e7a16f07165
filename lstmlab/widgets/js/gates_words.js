// What the gate explorer says: before anything was moved, of the whole sequence, and of one step.
import { fixed } from "./elements.js";
import { halfLife, largest, mean } from "./recurrence.js";

/** @typedef {Record<string, ArrayLike<number>>} Curves  x i f g o c h of one unit over time. */

export const FIRST = "Move a slider: the dotted curves stay where they are now.";
export const HINT = " Try the forget gate's bias at 3.";
export const LEGEND =
  "Jaws: a gate, as far apart as it is open. Thickness: how much flows, on one scale for all wires; dashed: " +
  "negative. Draw in the strip of " +
  "x with mouse or finger, or use “x here”.";
export const THIN = " Thin curves: other units of the layer.";

/** How much the thickest wire carries. @param {number} scale */
export const thickest = (scale) =>
  `At its thickest a wire carries ${fixed(scale)}${scale > 1 ? ", the largest |c|" : ""}.`;

/** @param {number} v */
const openness = (v) =>
  v > 0.9
    ? "wide open"
    : v > 0.6
      ? "mostly open"
      : v > 0.4
        ? "half open"
        : v > 0.1
          ? "mostly shut"
          : "nearly shut";

/** "1.0 step", "2.2 steps". @param {number} count */
function stepsText(count) {
  if (!(count <= 1000)) return "more than 1000 steps";
  const text = count.toFixed(1);
  return `${text} ${text === "1.0" ? "step" : "steps"}`;
}

/** What the weights amount to, beside what they did at first. @param {Curves} now @param {Curves} start */
export function meaning(now, start) {
  const pair = (/** @type {(curves: Curves) => string} */ say) => `${say(now)} (dotted: ${say(start)})`;
  const half = pair((curves) => stepsText(halfLife(mean(curves.f))));
  const sizes = ["c", "h"].map((key) => `|${key}| ${pair((curves) => fixed(largest(curves[key])))}`);
  return (
    `The forget gate averages ${fixed(mean(now.f))}: a memory halves in ${half}. ` +
    `Largest ${sizes.join(", largest ")}.`
  );
}

/** What happens at one step. @param {Curves} now @param {number} step @param {number} before  c before it */
export function reading(now, step, before) {
  const [i, f, o] = [now.i[step], now.f[step], now.o[step]];
  return (
    `Step ${step}: the input gate is ${openness(i)} (${fixed(i)}) and writes i · g = ${fixed(i * now.g[step])}; ` +
    `the forget gate is ${openness(f)} (${fixed(f)}) and keeps ${fixed(f * before)} of ${fixed(before)}. The sum is ` +
    `c = ${fixed(now.c[step])}; the output gate is ${openness(o)} (${fixed(o)}) and shows h = ${fixed(now.h[step])}.`
  );
}
