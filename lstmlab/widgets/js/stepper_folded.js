// The state stepper's lower picture: the equation of one step, W_ih · x + W_hh · old h + bias = z, and h of it.
import { brief, fixed, html, renew } from "./elements.js";
import { share, sign, strongest } from "./shades.js";
import { _ } from "./words.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {import("./shades.js").Walk} Walk */

const ROOMY = 6; // columns: up to here a number is written into each cell

/** @param {ArrayLike<number>} values */
const column = (values) => Array.from(values, (value) => [value]);

/** The cell folded: every step multiplies by the same weights. */
export class Folded {
  /** @param {boolean} relu instead of tanh */
  constructor(relu) {
    const term = () => html("div", { class: "lw-term" });
    const between = (/** @type {string} */ text) => html("span", { class: "lw-sign" }, text);
    const terms = {
      W_ih: term(),
      x: term(),
      W_hh: term(),
      old: term(),
      bias: term(),
      z: term(),
      now: term(),
    };
    this.terms = terms;
    this.node = html("div", { class: "lw-fold", "aria-hidden": "true" });
    this.node.append(terms.W_ih, between("·"), terms.x, between("+"), terms.W_hh, between("·"), terms.old);
    this.node.append(between("+"), terms.bias, between("="), terms.z);
    this.node.append(between(relu ? "ReLU →" : "tanh →"), terms.now);
    this.node.append(html("p", { class: "lw-loop" }, "↺ " + _`the new h is the old h of the next step`));
    this.small = false;
  }

  /**
   * @param {Params} params @param {Walk} walk @param {ArrayLike<number>} old  h before the step
   * @param {boolean} weightsToo  whether more than the step has changed
   */
  draw(params, { x: xs, h, step, unit, most }, old, weightsToo) {
    const [x, now] = [xs[step], h[step]];
    const dot = (/** @type {number[]} */ weights, /** @type {ArrayLike<number>} */ values) =>
      weights.reduce((sum, weight, k) => sum + weight * values[k], 0);
    const z = params.bias.map(
      (bias, row) => dot(params.weight_ih[row], x) + dot(params.weight_hh[row], old) + bias,
    );
    this.small = params.bias.length > ROOMY || x.length > ROOMY;
    this.node.classList.toggle("lw-small", this.small);
    if (weightsToo) {
      const weights = strongest([...params.weight_ih.flat(), ...params.weight_hh.flat()]);
      this.table("W_ih", "W_ih", "x", params.weight_ih, weights, unit);
      this.table("W_hh", "W_hh", "h", params.weight_hh, weights, unit);
      this.table("bias", _`bias`, "c", column(params.bias), weights, unit);
    }
    this.table("x", "x", "x", column(x), most.x);
    this.table("old", _`old h`, "h", column(old), most.h);
    this.table("z", "z", "c", column(z), strongest(z), unit);
    this.table("now", _`new h`, "h", column(now), most.h, unit);
  }

  /**
   * @param {keyof Folded["terms"]} key @param {string} name @param {string} tone @param {number[][]} rows
   * @param {number} most the strongest number @param {number} [chosen] the row that is outlined
   */
  table(key, name, tone, rows, most, chosen) {
    const grid = html("div", { class: "lw-matrix", style: `--columns:${rows[0].length}` });
    rows.forEach((row, k) => {
      for (const value of row) {
        const style = `--share: ${share(value, most)}%`;
        const attributes = { title: fixed(value), class: sign(value, k === chosen), style };
        // Where there is no room for a number there is for its sign: nothing is told by colour alone.
        grid.append(html("span", attributes, this.small ? (value < 0 ? "−" : "") : brief(value)));
      }
    });
    renew(this.terms[key], [html("b", { class: tone }, name), grid]);
  }
}
