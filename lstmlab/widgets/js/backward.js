// Gradients in the browser: how strongly the last output depends on each input, held against autograd by the tests.
import { run } from "./recurrence.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {{norms: Float64Array, highway: Float64Array}} Lags */

/** Adds matrix-transposed times vector to `sum`. @param {number[][]} matrix @param {Float64Array} vector @param {Float64Array<ArrayBuffer>} sum */
function addTransposed(matrix, vector, sum) {
  for (let row = 0; row < vector.length; row++) {
    const [weights, value] = [matrix[row], vector[row]];
    for (let k = 0; k < sum.length; k++) sum[k] += weights[k] * value;
  }
  return sum;
}

/** @param {ArrayLike<number>} values */
export const norm = (values) => Math.hypot(...Array.from(values));

/**
 * The 2-norm of the gradient of sum(h_T) with respect to the input at each lag, lag 0 first; and, for the LSTM, the
 * product of the forget gates from the last step back to each lag, averaged over the units.
 * @param {Params} params @param {number[][]} x @param {ReturnType<typeof run>} [trace]  of these, if it is there
 * @returns {Lags}
 */
export function lstmLags(params, x, trace = run("LSTM", params, x)) {
  const { i, f, g, o, c } = trace;
  const [units, size] = [params.bias.length / 4, x[0].length];
  const [norms, highway] = [new Float64Array(x.length), new Float64Array(x.length)];
  let dh = new Float64Array(units).fill(1);
  const dc = new Float64Array(units);
  const dz = new Float64Array(4 * units);
  const kept = new Float64Array(units).fill(1);
  for (let t = x.length - 1; t >= 0; t--) {
    const lag = x.length - 1 - t;
    highway[lag] = kept.reduce((sum, value) => sum + value, 0) / units;
    for (let u = 0; u < units; u++) {
      const shown = Math.tanh(c[t][u]);
      dc[u] += dh[u] * o[t][u] * (1 - shown * shown);
      dz[u] = dc[u] * g[t][u] * i[t][u] * (1 - i[t][u]);
      dz[units + u] = dc[u] * (t ? c[t - 1][u] : 0) * f[t][u] * (1 - f[t][u]);
      dz[2 * units + u] = dc[u] * i[t][u] * (1 - g[t][u] * g[t][u]);
      dz[3 * units + u] = dh[u] * shown * o[t][u] * (1 - o[t][u]);
      dc[u] *= f[t][u];
      kept[u] *= f[t][u];
    }
    norms[lag] = norm(addTransposed(params.weight_ih, dz, new Float64Array(size)));
    dh = addTransposed(params.weight_hh, dz, new Float64Array(units));
  }
  return { norms, highway };
}

/**
 * The same for nn.RNN with tanh.
 * @param {Params} params @param {number[][]} x @returns {Float64Array}
 */
export function rnnLags(params, x) {
  const { h: states } = run("RNN_TANH", params, x);
  const { weight_ih, weight_hh, bias } = params;
  const [units, size] = [bias.length, x[0].length];
  const norms = new Float64Array(x.length);
  let dh = new Float64Array(units).fill(1);
  states.reverse().forEach((state, lag) => {
    const dz = dh.map((value, u) => value * (1 - state[u] * state[u]));
    norms[lag] = norm(addTransposed(weight_ih, dz, new Float64Array(size)));
    dh = addTransposed(weight_hh, dz, new Float64Array(units));
  });
  return norms;
}
