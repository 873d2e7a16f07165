// What the gate explorer says: before anything was moved, of the whole sequence, and of one step.
import { fixed } from "./elements.js";
import { halfLife, largest, mean } from "./recurrence.js";
import { _ } from "./words.js";

/**
 * @typedef {import("./recurrence.js").Cell} Cell
 * @typedef {Record<string, ArrayLike<number>>} Curves  x and all that the cell computes, of one unit over time.
 */

export const FIRST = _`Move a slider: the dotted curves stay where they are now.`;
export const HINT = _`Try the forget gate's bias at 3.`;
export const legend = (/** @type {Cell} */ { keeps, apart }) =>
  [
    keeps && _`Jaws: a gate, as far apart as it is open.`,
    _`Thickness: how much flows, on one scale for all wires; dashed: negative.`,
    apart && _`The candidate has two biases: the reset gate multiplies that of h.`,
    _`Draw in the strip of x with mouse or finger, or use “x here”.`,
  ]
    .filter(Boolean)
    .join(" ");
export const THIN = _`Thin curves: other units of the layer.`;

/** How much the thickest wire carries. @param {number} scale @param {string} state  the one that it may carry most of */
export const thickest = (scale, state) =>
  scale > 1
    ? _`At its thickest a wire carries ${fixed(scale)}, the largest |${state}|.`
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

/** What the weights amount to, beside what they did at first. @param {Cell} cell @param {Curves} now @param {Curves} start */
export function meaning({ keeps }, now, start) {
  const pair = (/** @type {(curves: Curves) => string} */ say) => _`${say(now)} (dotted: ${say(start)})`;
  const most = (/** @type {string} */ key) => pair((curves) => fixed(largest(curves[key])));
  if (!keeps) return _`Largest |h| ${most("h")}.`;
  const half = pair((curves) => stepsText(halfLife(mean(curves[keeps]))));
  const kept = fixed(mean(now[keeps]));
  if (keeps === "z")
    return [
      _`The update gate averages ${kept}: a memory halves in ${half}.`,
      _`Largest |h| ${most("h")}.`,
    ].join(" ");
  return [
    _`The forget gate averages ${kept}: a memory halves in ${half}.`,
    _`Largest |c| ${most("c")}, largest |h| ${most("h")}.`,
  ].join(" ");
}

/** The step, and the states after it. @param {Cell} cell @param {Curves} now @param {number} step */
export function whereItIs({ states }, now, step) {
  const h = fixed(now.h[step]);
  return states.includes("c") ? _`step ${step}, c ${fixed(now.c[step])}, h ${h}` : _`step ${step}, h ${h}`;
}

/**
 * What happens at one step.
 * @param {Cell} cell @param {Curves} now @param {number} step @param {number} before  c before it, or h without one
 */
export function reading({ keeps }, now, step, before) {
  if (keeps === "z") return readingGru(now, step, before);
  if (!keeps)
    return [
      _`Step ${step}: h was ${fixed(before)} and is ${fixed(now.h[step])}.`,
      _`No gate keeps any of it: what is left of the old h came through W_hh.`,
    ].join(" ");
  const [i, f, o] = [now.i[step], now.f[step], now.o[step]];
  const [written, kept] = [fixed(i * now.g[step]), fixed(f * before)];
  const [c, h] = [fixed(now.c[step]), fixed(now.h[step])];
  return [
    _`Step ${step}: the input gate is ${openness(i)} (${fixed(i)}) and writes i · g = ${written};`,
    _`the forget gate is ${openness(f)} (${fixed(f)}) and keeps ${kept} of ${fixed(before)}.`,
    _`The sum is c = ${c}; the output gate is ${openness(o)} (${fixed(o)}) and shows h = ${h}.`,
  ].join(" ");
}

/** @param {Curves} now @param {number} step @param {number} before  h before it */
function readingGru(now, step, before) {
  const [r, z, n, h] = ["r", "z", "n", "h"].map((key) => now[key][step]);
  return [
    _`Step ${step}: the update gate is ${openness(z)} (${fixed(z)}) and keeps z · h = ${fixed(z * before)} of ${fixed(before)}.`,
    _`The reset gate is ${openness(r)} (${fixed(r)}) for what h brings to the candidate, n = ${fixed(n)};`,
    _`(1 − z) · n = ${fixed((1 - z) * n)} is written, and the sum is h = ${fixed(h)}.`,
  ].join(" ");
}
