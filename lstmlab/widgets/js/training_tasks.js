// The tasks that networks of the training explorer learn, drawn one sequence at a time; `learning.py` draws the same.

/** The random numbers of one run, mulberry32: their whole state is one number of 32 bits. */
export class Draws {
  /** @param {number} state */
  constructor(state) {
    this.state = state >>> 0;
  }

  /** A number from 0 to just below 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `count`. @param {number} count */
  below(count) {
    return Math.floor(this.next() * count);
  }
}

/**
 * @typedef {object} Sequence
 * @property {number} steps
 * @property {Float64Array} x  of each step as many numbers as the task has inputs
 * @property {number[]} y  the answer at the last step, or one at each; a class, or a number where there is one output
 * @property {Float64Array} shown  of each step one number for a picture
 *
 * @typedef {object} Task
 * @property {number} inputs @property {number} outputs
 * @property {boolean} each  whether there is an answer at each step
 * @property {number} guess  the loss of whoever ignores the input
 * @property {(length: number, draws: Draws, steps?: number) => Sequence} draw  `steps` where they are not to be drawn
 */

/** Task 6a of Hochreiter and Schmidhuber (1997), which is that of `length` 100: a b c d X Y E B, and which of X and Y came first and second. @type {Task} */
const order = {
  inputs: 8,
  outputs: 4,
  each: false,
  guess: Math.log(4),
  draw(length, draws, steps) {
    const tenth = Math.floor(length / 10);
    const drawn = length + draws.below(tenth + 1);
    const count = steps ?? drawn;
    const symbols = Array.from({ length: count }, () => draws.below(4));
    const first = tenth + draws.below(tenth + 1);
    const second = 5 * tenth + draws.below(tenth + 1);
    const pair = [draws.below(2), draws.below(2)];
    symbols[first] = 4 + pair[0];
    symbols[second] = 4 + pair[1];
    symbols[0] = 6;
    symbols[count - 1] = 7;
    const x = new Float64Array(8 * count);
    symbols.forEach((symbol, t) => (x[8 * t + symbol] = 1));
    const shown = Float64Array.from(symbols, (symbol) => (symbol === 4 ? 1 : symbol === 5 ? -1 : 0));
    return { steps: count, x, y: [2 * pair[0] + pair[1]], shown };
  },
};

/** The adding problem: a number and a mark at each step, one mark in each half; the sum of the two marked numbers. @type {Task} */
const adding = {
  inputs: 2,
  outputs: 1,
  each: false,
  guess: 1 / 6,
  draw(length, draws) {
    const x = new Float64Array(2 * length);
    for (let t = 0; t < length; t++) x[2 * t] = draws.next();
    const half = Math.floor(length / 2);
    const marks = [draws.below(half), half + draws.below(length - half)];
    for (const mark of marks) x[2 * mark + 1] = 1;
    const shown = Float64Array.from({ length }, (_, t) => x[2 * t] * x[2 * t + 1]);
    return { steps: length, x, y: [x[2 * marks[0]] + x[2 * marks[1]]], shown };
  },
};

/** Running parity: 1 or −1 for each bit; whether the number of ones so far is odd, at each step. @type {Task} */
const parity = {
  inputs: 1,
  outputs: 2,
  each: true,
  guess: Math.log(2),
  draw(length, draws) {
    const x = Float64Array.from({ length }, () => 2 * draws.below(2) - 1);
    let odd = 0;
    return { steps: length, x, y: Array.from(x, (bit) => (odd ^= bit > 0 ? 1 : 0)), shown: x };
  },
};

/** @type {Record<string, Task>} */
export const TASKS = { "temporal order": order, adding, parity };

const EXAMPLE = 1997; // the seed of the sequence that is looked at; training draws from others

/** The sequence that is looked at. @param {string} task @param {number} length */
export const example = (task, length) => TASKS[task].draw(length, new Draws(EXAMPLE), length);
