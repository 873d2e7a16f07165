// The gate explorer's sliders: for each block a weight of x, a weight of h and a bias of the shown unit, and where a gate
// multiplies what h brings, the bias of h beside that of x.
import { View } from "./base.js";
import { slider } from "./controls.js";
import { fixed, html, set } from "./elements.js";
import { _ } from "./words.js";

/**
 * @typedef {import("./recurrence.js").Params} Params
 * @typedef {object} Shown  The layer as it is, as it was at first, and what of it the sliders stand for.
 * @property {import("./recurrence.js").Cell} kind @property {Params} params @property {Params} first @property {number} unit @property {number} feature
 * @typedef {{moved: (said: () => string) => void, done: () => void}} Heard  At each move, with what to say of it; and
 *   when a slider is let go.
 */

/** @type {["weight_ih" | "weight_hh" | "bias" | "bias_h", string][]} */
const COLUMNS = [
  ["weight_ih", _`weight of x`],
  ["weight_hh", _`weight of h`],
  ["bias", _`bias`],
  ["bias_h", _`bias of h`],
];
const LIMIT = 6; // sigmoid(6) = 0.9975: beyond it a slider moves and nothing is seen to happen

/** The sliders of a unit, which write into `shown.params` themselves. */
export class Weights {
  /**
   * @param {View} view @param {Shown} shown @param {Record<string, string>} names of the gates
   * @param {Heard} heard
   */
  constructor(view, shown, names, heard) {
    this.shown = shown;
    this.node = html("div", { class: "lw-weights", role: "group", "aria-label": _`weights and biases` });
    const { blocks, apart } = shown.kind;
    const columns = COLUMNS.filter(([matrix]) => apart || matrix !== "bias_h");
    this.node.style.setProperty("--columns", String(columns.length));
    this.node.append(html("span"), ...columns.map(([, title]) => html("span", { class: "lw-head" }, title)));
    this.knobs = [...blocks].flatMap((key, block) => {
      const name = html("span", { class: "lw-name" }, names[key], " ", html("b", { class: key }, key));
      const there = columns.filter(([matrix]) => apart.includes(key) || matrix !== "bias_h");
      const knobs = there.map((_place, column) => this.knob(view, names[key], block, column, heard));
      this.node.append(name, ...knobs.map(({ range }) => range.node));
      if (there.length < columns.length) this.node.append(html("span", { class: "lw-none" }));
      return knobs;
    });
  }

  /**
   * Where a weight stands: a row of numbers, and a place in it.
   * @param {Params} params @param {number} block @param {number} column @returns {[number[], number]}
   */
  place(params, block, column) {
    const [matrix] = COLUMNS[column];
    const row = block * params.weight_hh[0].length + this.shown.unit;
    if (matrix === "bias") return [params.bias, row];
    if (matrix === "bias_h") return [params.bias_h ?? [], row];
    return [params[matrix][row], matrix === "weight_ih" ? this.shown.feature : this.shown.unit];
  }

  /**
   * One weight's slider.
   * @param {View} view @param {string} gate @param {number} block @param {number} column
   * @param {Heard} heard
   */
  knob(view, gate, block, column, { moved, done }) {
    const { blocks, keeps } = this.shown.kind;
    const [key, [matrix, title]] = [blocks[block], COLUMNS[column]];
    const label = `${gate}, ${title}`;
    const value = (/** @type {Params} */ params) => {
      const [numbers, k] = this.place(params, block, column);
      return numbers[k];
    };
    const said = () => {
      const [now, first] = [value(this.shown.params), value(this.shown.first)];
      return _`${label[0].toUpperCase()}${label.slice(1)}: ${fixed(now)} (dotted: ${fixed(first)}).`;
    };
    const range = slider(view, {
      ...{ label, short: title, tone: key, min: -LIMIT, max: LIMIT, step: 0.05, done },
      input: (to) => {
        const [numbers, k] = this.place(this.shown.params, block, column);
        numbers[k] = to;
        moved(said);
      },
    });
    range.node.classList.toggle("lw-hot", key === keeps && matrix === "bias");
    return { range, value };
  }

  /** Shows the weights as they are. */
  put() {
    for (const { range, value } of this.knobs) {
      const now = value(this.shown.params);
      const limit = Math.max(LIMIT, Math.ceil(Math.abs(now)));
      set(range.range, { min: -limit, max: limit });
      range.put(now);
    }
  }
}
