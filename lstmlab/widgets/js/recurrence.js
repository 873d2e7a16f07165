// The equations of the layers, in the browser: pure functions, held against torch by the tests.

/**
 * @typedef {{weight_ih: number[][], weight_hh: number[][], bias: number[]}} Params
 * One layer in one direction as nn.LSTM stores it, four blocks i, f, g, o of rows; `bias` is the sum of both.
 * @typedef {Record<string, Float64Array[]>} Trace  For each of i f g o c h and each step the values of all units.
 */

const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** The equations of torch.nn.LSTM, from a zero state. @param {Params} params @param {number[][]} x @returns {Trace} */
export function lstm({ weight_ih, weight_hh, bias }, x) {
  const units = bias.length / 4;
  const size = weight_ih[0].length;
  /** @type {Trace} */
  const trace = { i: [], f: [], g: [], o: [], c: [], h: [] };
  let h = new Float64Array(units);
  let c = new Float64Array(units);
  for (const x_t of x) {
    const z = bias.map((sum, row) => {
      const [from_x, from_h] = [weight_ih[row], weight_hh[row]];
      for (let k = 0; k < size; k++) sum += from_x[k] * x_t[k];
      for (let k = 0; k < units; k++) sum += from_h[k] * h[k];
      return sum;
    });
    const gate = (/** @type {number} */ block, /** @type {(z: number) => number} */ squash) =>
      Float64Array.from({ length: units }, (_, unit) => squash(z[block * units + unit]));
    const [i, f, g, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
    const [old_c, kept] = [c, new Float64Array(units)];
    c = kept.map((_, unit) => f[unit] * old_c[unit] + i[unit] * g[unit]);
    const [new_c, out] = [c, o];
    h = new_c.map((value, unit) => out[unit] * Math.tanh(value));
    for (const [name, values] of Object.entries({ i, f, g, o, c, h })) trace[name].push(values);
  }
  return trace;
}

/**
 * One unit's numbers in the order of time, which a backward direction went against.
 * @param {Trace} trace @param {number} unit @param {boolean} backwards @returns {Record<string, Float64Array>}
 */
export function curvesOf(trace, unit, backwards) {
  const curves = Object.entries(trace).map(([key, steps]) => {
    const curve = Float64Array.from(steps, (values) => values[unit]);
    return [key, backwards ? curve.reverse() : curve];
  });
  return Object.fromEntries(curves);
}

/**
 * The equation of torch.nn.RNN, from a zero state: h after each step.
 * @param {Params} params @param {number[][]} x @param {boolean} [relu] instead of tanh
 */
export function rnn({ weight_ih, weight_hh, bias }, x, relu = false) {
  /** @type {Float64Array[]} */
  const states = [];
  let h = new Float64Array(bias.length);
  for (const x_t of x) {
    const old = h;
    h = Float64Array.from(bias, (sum, row) => {
      for (let k = 0; k < x_t.length; k++) sum += weight_ih[row][k] * x_t[k];
      for (let k = 0; k < old.length; k++) sum += weight_hh[row][k] * old[k];
      return relu ? Math.max(0, sum) : Math.tanh(sum);
    });
    states.push(h);
  }
  return states;
}

/** Steps until a cell that only forgets has half of its value left: ln 0.5 / ln f. @param {number} f */
export const halfLife = (f) => (f <= 0 ? 0 : f >= 1 ? Infinity : Math.log(0.5) / Math.log(f));

/** @param {ArrayLike<number>} values */
export const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
/** @param {ArrayLike<number>} values */
export const largest = (values) => Math.max(...Array.from(values, Math.abs));
