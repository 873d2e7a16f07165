// Numbers as shades, in both pictures of the state stepper: blue is positive, orange negative, the stronger the larger.

/**
 * @typedef {object} Walk  What is walked, and where the reader is.
 * @property {number[][]} x  (time, input) @property {ArrayLike<number>[]} h  (time, hidden)
 * @property {{h: number, x: number}} most  the strongest number of each
 * @property {number} step @property {number} unit @property {number} feature @property {boolean} backwards
 */

/** How strongly a cell is coloured, in percent of the strongest number. @param {number} value @param {number} most */
export const share = (value, most) => Math.round(48 * Math.min(1, Math.abs(value) / most));

/** Blue for positive, orange for negative; `mark` where the reader chose it. @param {number} value @param {boolean} mark */
export const sign = (value, mark) => `${value < 0 ? "minus" : "plus"}${mark ? " chosen" : ""}`;

/** @param {ArrayLike<number>} values */
export const strongest = (values) => Math.max(1e-9, ...Array.from(values, Math.abs));
