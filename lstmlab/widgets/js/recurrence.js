// The equations of the layers, in the browser: one step of each cell, and a layer run with it; held against torch by
// the tests. `lstmlab/cells.py` describes the cells; a widget's `_cell` trait has the description of the one it shows.

/**
 * @typedef {{mode: string, blocks: string, states: string, names: string, keeps: string, apart: string,
 *   limits: Record<string, [number, number]>}} Cell  As in `lstmlab/cells.py`.
 * @typedef {{weight_ih: number[][], weight_hh: number[][], bias: number[], bias_h?: number[]}} Params
 * One layer in one direction as torch stores it, blocks of rows; `bias` is the sum of both, but in rows where a gate
 * multiplies what h brings: there it is that of x, and `bias_h` that of h.
 * @typedef {Record<string, Float64Array[]>} Trace  For each name of the cell and each step the values of all units.
 * @typedef {(name: string, value: number) => number} Seen  What it returns is used from then on.
 * @typedef {(x: ArrayLike<number>, h: ArrayLike<number>, old: (name: string) => number, seen: Seen) => void} Step
 * One unit's step: what x and h bring to each of its blocks, and its old states.
 */

const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** @type {(squash: (z: number) => number) => Step} */
const plain = (squash) => (x, h, _old, seen) => void seen("h", squash(x[0] + h[0]));

/** The equations of torch's documentation, by `mode`. @type {Record<string, Step>} */
export const STEPS = {
  LSTM(x, h, old, seen) {
    const i = seen("i", sigmoid(x[0] + h[0]));
    const f = seen("f", sigmoid(x[1] + h[1]));
    const g = seen("g", Math.tanh(x[2] + h[2]));
    const o = seen("o", sigmoid(x[3] + h[3]));
    const c = seen("c", f * old("c") + i * g);
    seen("h", o * Math.tanh(c));
  },
  GRU(x, h, old, seen) {
    const r = seen("r", sigmoid(x[0] + h[0]));
    const z = seen("z", sigmoid(x[1] + h[1]));
    const n = seen("n", Math.tanh(x[2] + r * h[2]));
    seen("h", (1 - z) * n + z * old("h"));
  },
  RNN_TANH: plain(Math.tanh),
  RNN_RELU: plain((z) => Math.max(0, z)),
};

/** A whole layer from zero states. @param {string} mode @param {Params} params @param {number[][]} x @returns {Trace} */
export function run(mode, { weight_ih, weight_hh, bias, bias_h }, x) {
  const [units, step] = [weight_hh[0].length, STEPS[mode]];
  const blocks = bias.length / units;
  /** @type {Trace} */
  const trace = {};
  const [from_x, from_h] = [new Float64Array(blocks), new Float64Array(blocks)];
  x.forEach((x_t, t) => {
    const h = t ? trace.h[t - 1] : new Float64Array(units);
    for (let unit = 0; unit < units; unit++) {
      for (let block = 0; block < blocks; block++) {
        const row = block * units + unit;
        const [of_x, of_h] = [weight_ih[row], weight_hh[row]];
        let [sum, back] = [bias[row], bias_h?.[row] ?? 0];
        for (let k = 0; k < x_t.length; k++) sum += of_x[k] * x_t[k];
        for (let k = 0; k < units; k++) back += of_h[k] * h[k];
        [from_x[block], from_h[block]] = [sum, back];
      }
      const old = (/** @type {string} */ name) => (t ? trace[name][t - 1][unit] : 0);
      step(from_x, from_h, old, (name, value) => {
        const steps = (trace[name] ??= []);
        return ((steps[t] ??= new Float64Array(units))[unit] = value);
      });
    }
  });
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

/** Steps until a state of which a gate keeps the share `f` has half of its value left: ln 0.5 / ln f. @param {number} f */
export const halfLife = (f) => (f <= 0 ? 0 : f >= 1 ? Infinity : Math.log(0.5) / Math.log(f));

/** @param {ArrayLike<number>} values */
export const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
/** @param {ArrayLike<number>} values */
export const largest = (values) => Math.max(...Array.from(values, Math.abs));
