// What the gate explorer says: before anything was moved, of the whole sequence, and of one step.
import { fixed } from "./elements.js";
import { halfLife, largest, mean } from "./recurrence.js";
import { _ } from "./words.js";

/** @typedef {Record<string, ArrayLike<number>>} Curves  x i f g o c h of one unit over time. */

export const FIRST = _`Move a slider: the dotted curves stay where they are now.`;
export const HINT = _`Try the forget gate's bias at 3.`;
export const LEGEND = [
  _`Jaws: a gate, as far apart as it is open.`,
  _`Thickness: how much flows, on one scale for all wires; dashed: negative.`,
  _`Draw in the strip of x with mouse or finger, or use “x here”.`,
].join(" ");
export const THIN = _`Thin curves: other units of the layer.`;

/** How much the thickest wire carries. @param {number} scale */
export const thickest = (scale) =>
  scale > 1
    ? _`At its thickest a wire carries ${fixed(scale)}, the largest |c|.`
    : _`At its thickest a wire carries ${fixed(scale)}.`;

/** @param {number} v */
const openness = (v) =>
  v > 0.9
    ? _`wide open`
    : v > 0.6
      ? _`mostly open`
      : v > 0.4
        ? _`half open`
        : v > 0.1
          ? _`mostly shut`
          : _`nearly shut`;

/** "1.0 step", "2.2 steps". @param {number} count */
function stepsText(count) {
  if (!(count <= 1000)) return _`more than 1000 steps`;
  const text = count.toFixed(1);
  return text === "1.0" ? _`${text} step` : _`${text} steps`;
}

/** What the weights amount to, beside what they did at first. @param {Curves} now @param {Curves} start */
export function meaning(now, start) {
  const pair = (/** @type {(curves: Curves) => string} */ say) => _`${say(now)} (dotted: ${say(start)})`;
  const half = pair((curves) => stepsText(halfLife(mean(curves.f))));
  const [c, h] = ["c", "h"].map((key) => pair((curves) => fixed(largest(curves[key]))));
  return [
    _`The forget gate averages ${fixed(mean(now.f))}: a memory halves in ${half}.`,
    _`Largest |c| ${c}, largest |h| ${h}.`,
  ].join(" ");
}

/** What happens at one step. @param {Curves} now @param {number} step @param {number} before  c before it */
export function reading(now, step, before) {
  const [i, f, o] = [now.i[step], now.f[step], now.o[step]];
  const [written, kept] = [fixed(i * now.g[step]), fixed(f * before)];
  const [c, h] = [fixed(now.c[step]), fixed(now.h[step])];
  return [
    _`Step ${step}: the input gate is ${openness(i)} (${fixed(i)}) and writes i · g = ${written};`,
    _`the forget gate is ${openness(f)} (${fixed(f)}) and keeps ${kept} of ${fixed(before)}.`,
    _`The sum is c = ${c}; the output gate is ${openness(o)} (${fixed(o)}) and shows h = ${h}.`,
  ].join(" ");
}
