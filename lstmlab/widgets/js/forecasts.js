// Windows of a series, split into training and test, and the errors of three forecasts: pure functions, held against
// Python by the tests.

/**
 * @typedef {{values: number[], order: number[], leaks: string[]}} Series  The values, the order in which windows are
 * shuffled, and the names of the leaks: none, crossing windows learned from, shuffled, smoothed.
 * @typedef {{window: number, horizon: number, at: number}} Cut  `at` is the first step of the test.
 */

/** How many windows have a target. @param {Series} series @param {Cut} cut */
export const count = ({ values }, { window, horizon }) => values.length - window - horizon + 1;

/**
 * The numbers of the windows learned from, tested on, and those that start before the split and whose target does not.
 * @param {Series} series @param {Cut} cut @param {string} leak
 */
export function parts(series, cut, leak) {
  const every = Array.from({ length: count(series, cut) }, (_, n) => n);
  const learned = cut.at - cut.window - cut.horizon + 1; // windows whose target lies before the split
  const crossing = every.slice(learned, cut.at);
  const shuffled = leak === series.leaks[2];
  const all = shuffled ? series.order.filter((n) => n < every.length) : every;
  const first = leak === series.leaks[1] ? cut.at : learned;
  return { train: all.slice(0, first), test: all.slice(first), crossing };
}

/** Each value's mean with the one before and the one after it. @param {number[]} values */
const smooth = (values) =>
  values.map((value, t) =>
    t && t < values.length - 1 ? (values[t - 1] + value + values[t + 1]) / 3 : value,
  );

/**
 * The weights w that make |A w - y| smallest, by Householder's reflections. A and y are overwritten.
 * @param {Float64Array[]} columns  of A @param {Float64Array} y
 */
export function leastSquares(columns, y) {
  const [rows, size] = [y.length, columns.length];
  const diagonal = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const v = columns[k];
    let norm = 0;
    for (let r = k; r < rows; r++) norm += v[r] * v[r];
    norm = Math.sqrt(norm) * (v[k] > 0 ? -1 : 1);
    diagonal[k] = norm;
    v[k] -= norm;
    let square = 0;
    for (let r = k; r < rows; r++) square += v[r] * v[r];
    if (!square) continue;
    for (const other of [...columns.slice(k + 1), y]) {
      let dot = 0;
      for (let r = k; r < rows; r++) dot += v[r] * other[r];
      const share = (2 * dot) / square;
      for (let r = k; r < rows; r++) other[r] -= share * v[r];
    }
  }
  const w = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let rest = y[k];
    for (let j = k + 1; j < size; j++) rest -= columns[j][k] * w[j];
    w[k] = rest / diagonal[k];
  }
  return w;
}

/**
 * The mean absolute errors of the forecasts on the windows tested: the last value, a linear one fitted by least squares,
 * and the mean of what followed the three known windows most alike.
 * @param {Series} series @param {Cut} cut @param {string} leak @returns {number[]}
 */
export function errors(series, cut, leak) {
  const { values, leaks } = series;
  const { window, horizon } = cut;
  const read = leak === leaks[3] ? smooth(values) : values;
  const { train, test } = parts(series, cut, leak);
  const target = (/** @type {number} */ n) => values[n + window - 1 + horizon];
  const columns = Array.from({ length: window }, (_, k) => Float64Array.from(train, (n) => read[n + k]));
  columns.push(Float64Array.from(train, () => 1));
  const weights = leastSquares(columns, Float64Array.from(train, target));
  const sums = [0, 0, 0];
  for (const n of test) {
    let linear = weights[window];
    for (let k = 0; k < window; k++) linear += weights[k] * read[n + k];
    const forecasts = [read[n + window - 1], linear, alike(read, train, target, n, window)];
    forecasts.forEach((forecast, k) => (sums[k] += Math.abs(forecast - target(n))));
  }
  return sums.map((sum) => sum / test.length);
}

/** @param {number[]} read @param {number[]} train @param {(n: number) => number} target @param {number} n @param {number} window */
function alike(read, train, target, n, window) {
  /** The three nearest, the nearest first; of those equally near the first ones. @type {[number, number][]} */
  const best = [];
  for (const known of train) {
    let far = 0;
    for (let k = 0; k < window; k++) far += (read[n + k] - read[known + k]) ** 2;
    far = Math.round(far * 1e6) / 1e6;
    if (best.length === 3 && far >= best[2][0]) continue;
    const place = best.findIndex(([other]) => far < other);
    best.splice(place < 0 ? best.length : place, 0, [far, known]);
    best.length = Math.min(best.length, 3);
  }
  return best.reduce((sum, [, known]) => sum + target(known), 0) / best.length;
}
