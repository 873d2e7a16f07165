// A character model in the browser: one nn.LSTM and the layer that says which letter comes next. Pure functions of
// weights and letters, held against `lstmlab.Lens` by the tests.
import { STEPS } from "./recurrence.js";

/** @typedef {{name: string, unit: number, to: number, from: number}} Clamp  Holds a value at `to` from a step on. */
/** @typedef {Record<string, Float64Array>} States  i f g o c h, each (time, units), one row after the other. */
/** @typedef {{letters: string, units: number, table: string, hh: string, head: string, bias: string}} Packed */

const NAMES = ["i", "f", "g", "o", "c", "h"];
const NONE = new Float64Array(4); // what h brings is in the sums of x already

/** Numbers from base64 of float32. @param {string} packed */
function opened(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Float32Array(bytes.buffer));
}

export class Network {
  /** @param {Packed} packed */
  constructor({ letters, units, table, hh, head, bias }) {
    this.letters = [...letters];
    this.places = new Map(this.letters.map((letter, k) => [letter, k]));
    this.units = units;
    this.table = opened(table); // (letters, 4 units): what a letter brings to the blocks i f g o, with both biases
    this.hh = opened(hh); // (4 units, units)
    this.head = opened(head); // (letters, units)
    this.bias = opened(bias); // (letters)
    this.z = new Float64Array(4); // i f g o of one unit
  }

  /** The text in letters that the model knows, and their numbers. @param {string} text */
  known(text) {
    const instead = this.places.has("?") ? "?" : this.letters[0];
    return [...text].map((letter) => (this.places.has(letter) ? letter : instead));
  }

  /** @param {string[]} letters */
  codes(letters) {
    return letters.map((letter) => /** @type {number} */ (this.places.get(letter)));
  }

  /** Room for the states of so many steps. @param {number} steps @returns {States} */
  room(steps) {
    return Object.fromEntries(NAMES.map((name) => [name, new Float64Array(steps * this.units)]));
  }

  /**
   * One step of torch.nn.LSTM: writes row `at` of the states from the row before it, zeros before the first.
   * @param {States} states @param {number} at @param {number} code @param {Clamp} [clamp]
   */
  step(states, at, code, clamp) {
    const { units, hh, table, z } = this;
    const old = (at - 1) * units;
    const here = at * units;
    const block = units * units;
    const { h } = states;
    const held = clamp && at >= clamp.from ? clamp : undefined;
    let unit = 0;
    const before = (/** @type {string} */ name) => (at > 0 ? states[name][old + unit] : 0);
    const seen = (/** @type {string} */ name, /** @type {number} */ value) =>
      (states[name][here + unit] = held && held.name === name && held.unit === unit ? held.to : value);
    for (let k = 0; unit < units; unit++) {
      let [i, f, g, o] = [0, 0, 0, 0]; // together, as no sum has to wait for another then
      if (at > 0)
        for (let other = 0; other < units; other++, k++) {
          const value = h[old + other];
          i += hh[k] * value;
          f += hh[k + block] * value;
          g += hh[k + 2 * block] * value;
          o += hh[k + 3 * block] * value;
        }
      const x = 4 * units * code + unit;
      z[0] = table[x] + i;
      z[1] = table[x + units] + f;
      z[2] = table[x + 2 * units] + g;
      z[3] = table[x + 3 * units] + o;
      STEPS.LSTM(z, NONE, before, seen);
    }
  }

  /** The states over a whole text. @param {number[]} codes @param {Clamp} [clamp] */
  states(codes, clamp) {
    const states = this.room(codes.length);
    codes.forEach((code, at) => this.step(states, at, code, clamp));
    return states;
  }

  /** How likely each letter is to come next, after a row of the states. @param {States} states @param {number} at @param {number} [temperature] */
  odds({ h }, at, temperature = 1) {
    const { units, head, bias } = this;
    const odds = new Float64Array(bias.length);
    let most = -Infinity;
    for (let letter = 0, k = 0; letter < odds.length; letter++) {
      let sum = bias[letter];
      for (let unit = 0; unit < units; unit++, k++) sum += head[k] * h[at * units + unit];
      odds[letter] = sum;
      if (sum > most) most = sum;
    }
    let all = 0;
    for (let letter = 0; letter < odds.length; letter++)
      all += odds[letter] = Math.exp((odds[letter] - most) / temperature);
    for (let letter = 0; letter < odds.length; letter++) odds[letter] /= all;
    return odds;
  }

  /**
   * What the model writes after row `at`: at temperature 0 the likeliest letter each time, else the letter where the
   * sum of the odds passes the next number of `draws`, which are from 0 to 1.
   * @param {States} states @param {number} at @param {number} temperature @param {number[]} draws @param {Clamp} [clamp]
   */
  writes(states, at, temperature, draws, clamp) {
    const own = this.room(2);
    const row = (/** @type {number} */ step) => step * this.units;
    for (const name of ["c", "h"]) own[name].set(states[name].subarray(row(at), row(at + 1)), 0);
    const held = clamp && { ...clamp, from: Math.max(0, clamp.from - at) }; // row 0 is step `at` here
    let odds = this.odds(states, at, temperature || 1);
    return draws
      .map((draw) => {
        const code = temperature ? passed(odds, draw) : odds.indexOf(Math.max(...odds));
        this.step(own, 1, code, held);
        for (const name of ["c", "h"]) own[name].copyWithin(0, row(1), row(2));
        odds = this.odds(own, 0, temperature || 1);
        return this.letters[code];
      })
      .join("");
  }
}

/** The first letter at which the sum of the odds reaches `draw`. @param {Float64Array} odds @param {number} draw */
function passed(odds, draw) {
  let sum = 0;
  const found = odds.findIndex((share) => (sum += share) >= draw);
  return found < 0 ? odds.length - 1 : found;
}

/** A text as it is read: its states and its losses, kept, so that one more letter costs one more step. */
export class Reading {
  /** @param {Network} network @param {number} most  steps that there is room for */
  constructor(network, most) {
    this.network = network;
    this.states = network.room(most);
    this.losses = new Float64Array(most); // that of the next letter, after each but the last
    /** @type {number[]} */
    this.codes = [];
    /** @type {Clamp | undefined} */
    this.clamp = undefined;
  }

  /** Reads a text, from where it differs from what was read before. @param {number[]} codes @param {Clamp} [clamp] */
  read(codes, clamp) {
    let same = 0;
    while (same < codes.length && codes[same] === this.codes[same]) same++;
    if (JSON.stringify(clamp) !== JSON.stringify(this.clamp))
      same = Math.min(same, clamp?.from ?? same, this.clamp?.from ?? same);
    for (let at = same; at < codes.length; at++) this.network.step(this.states, at, codes[at], clamp);
    for (let at = Math.max(0, same - 1); at + 1 < codes.length; at++)
      this.losses[at] = -Math.log(this.network.odds(this.states, at)[codes[at + 1]]);
    [this.codes, this.clamp] = [codes, clamp && { ...clamp }];
    return this;
  }

  /** The mean loss: nats for each letter after the first. */
  get nats() {
    const count = this.codes.length - 1;
    return this.losses.subarray(0, count).reduce((sum, loss) => sum + loss, 0) / Math.max(1, count);
  }

  /** One unit over the text. @param {string} name @param {number} unit */
  curve(name, unit) {
    const { units } = this.network;
    return Float64Array.from(this.codes, (_, at) => this.states[name][at * units + unit]);
  }
}
