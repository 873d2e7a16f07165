// The state stepper: a plain RNN walked step by step, unrolled and as one cell. `stepper.py` has its traits.
import {
  View,
  button,
  choice,
  clamp,
  fixed,
  html,
  renew,
  scrubber,
  set,
  slider,
  svg,
  widget,
} from "./base.js";
import { rnn } from "./recurrence.js";

/** @typedef {import("./recurrence.js").Params} Params */

const LIMIT = 6;
const ROOMY = 6; // columns: up to here a number is written into each cell

const LEGEND =
  "Blue is positive, orange negative, the stronger the larger. Outlined: the chosen unit and feature. Pale: still to come.";

/** How strongly a cell is coloured, in percent of the strongest number. @param {number} value @param {number} most */
const share = (value, most) => Math.round(48 * Math.min(1, Math.abs(value) / most));

/** Blue for positive, orange for negative; `mark` where the reader chose it. @param {number} value @param {boolean} mark */
const sign = (value, mark) => `${value < 0 ? "minus" : "plus"}${mark ? " chosen" : ""}`;

/** @param {ArrayLike<number>} values */
const strongest = (values) => Math.max(1e-9, ...Array.from(values, Math.abs));

/** @param {string} said @param {number} x @param {number} y @param {string} style @param {string} anchor */
const words = (said, x, y, style = "", anchor = "middle") =>
  svg("text", { class: style, x, y, "text-anchor": anchor }, said);

class StateStepper {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    this.relu = model.get("_relu");
    this.backwards = model.get("_backwards");
    /** @type {Params} */
    this.params = structuredClone(model.get("params"));
    /** @type {number[][]} */
    this.x = structuredClone(model.get("x"));
    /** @type {Float64Array[]} */
    this.h = [];
    this.step = this.unit = this.feature = 0;
    this.width = 700;
    this.stale = true; // the states are to be computed
    this.changed = true; // more than the step is to be drawn
    this.columns = svg("g");
    this.unrolled = svg("svg", { class: "lw-unrolled", "aria-hidden": "true" });
    this.cell = html("div", { class: "lw-fold", "aria-hidden": "true" });
    this.terms = this.makeCell();
    this.scrub = scrubber(view, {
      steps: this.x.length,
      backwards: this.backwards,
      describe: (step) => `step ${step}, h ${Array.from(this.h[step], (value) => fixed(value)).join(", ")}`,
      input: (step) => this.goTo(step),
      done: () => view.tell({ step: this.step }),
    });
    this.lists = {
      unit: this.list("unit", this.params.bias.length),
      feature: this.list("feature", this.x[0].length),
    };
    this.sliders = this.makeSliders();
    const reset = button(view, "Reset", () => view.send({ params: structuredClone(model.get("_start")) }));
    const bar = html("div", { class: "lw-bar" }, this.lists.unit.node, this.lists.feature.node, reset);
    bar.append(html("span", {}, model.get("_where")));
    const group = html("div", { class: "lw-controls", role: "group", "aria-label": "weights of the unit" });
    group.append(...this.sliders.map(({ knob }) => knob.node));
    const time = html("div", { class: "lw-time" }, this.scrub.node);
    const heading = (/** @type {string} */ words) => html("h4", {}, words);
    const legend = html("p", { class: "lw-legend" }, LEGEND);
    view.root.append(heading("unrolled: the same cell at every step"), this.unrolled, time, legend);
    view.root.append(heading("folded: what this step multiplies"), this.cell, view.status, bar, group);
    this.pull();
    view.paint = () => this.paint();
    view.status.textContent = `Walk through the steps, or press play. ${this.reading()}`;
    view.watch(["params", "x", "unit", "feature", "step"], () => {
      this.pull();
      view.redraw(() => this.reading());
    });
    view.onWidth(this.unrolled, (width) => {
      this.width = width;
      this.changed = true;
      view.redraw();
    });
    view.on(this.unrolled, "click", (event) => {
      const column = event.target.closest("[data-step]");
      if (!column) return;
      this.goTo(Number(column.getAttribute("data-step")));
      view.tell({ step: this.step });
    });
  }

  /** @param {"unit" | "feature"} trait @param {number} count */
  list(trait, count) {
    const options = [...Array(count).keys()].map(String);
    const done = (/** @type {string} */ value) => this.view.send({ [trait]: Number(value) });
    const made = choice(this.view, {
      label: trait === "unit" ? "unit" : "feature of x",
      options,
      value: "0",
      done,
    });
    made.node.hidden = count < 2;
    return made;
  }

  makeSliders() {
    const make = (
      /** @type {string} */ label,
      /** @type {string} */ tone,
      /** @type {() => [number[], number]} */ place,
    ) => {
      const isInput = label.startsWith("x");
      const knob = slider(this.view, {
        ...{ label, tone, min: isInput ? -2 : -LIMIT, max: isInput ? 2 : LIMIT, step: 0.05 },
        input: (value) => {
          const [numbers, k] = place();
          numbers[k] = value;
          this.stale = true;
          this.view.redraw(
            () => `${label[0].toUpperCase()}${label.slice(1)}: ${fixed(value)}. ${this.reading()}`,
          );
        },
        done: () => this.view.tell(structuredClone({ params: this.params, x: this.x, step: this.step })),
      });
      return { knob, place };
    };
    return [
      make("x at this step", "x", () => [this.x[this.step], this.feature]),
      make("weight of x", "x", () => [this.params.weight_ih[this.unit], this.feature]),
      make("weight of its own h", "h", () => [this.params.weight_hh[this.unit], this.unit]),
      make("bias", "c", () => [this.params.bias, this.unit]),
    ];
  }

  pull() {
    const { model } = this.view;
    this.params = structuredClone(model.get("params"));
    this.x = structuredClone(model.get("x"));
    [this.unit, this.feature] = [model.get("unit"), model.get("feature")];
    this.step = clamp(model.get("step"), 0, this.x.length - 1);
    this.scrub.setSteps(this.x.length);
    this.lists.unit.select.value = String(this.unit);
    this.lists.feature.select.value = String(this.feature);
    this.compute();
  }

  compute() {
    this.h = rnn(this.params, this.backwards ? [...this.x].reverse() : this.x, this.relu);
    if (this.backwards) this.h.reverse();
    this.stale = false;
    this.changed = true;
  }

  /** @param {number} step */
  goTo(step) {
    this.step = step;
    this.view.redraw(() => this.reading());
  }

  /** h before the step. */
  old() {
    return this.h[this.step + (this.backwards ? 1 : -1)] ?? new Float64Array(this.params.bias.length);
  }

  /** What one unit adds up: from x, from the old h, and the bias. */
  sums() {
    const dot = (/** @type {number[]} */ row, /** @type {ArrayLike<number>} */ values) =>
      row.reduce((sum, weight, k) => sum + weight * values[k], 0);
    const from_x = dot(this.params.weight_ih[this.unit], this.x[this.step]);
    const from_h = dot(this.params.weight_hh[this.unit], this.old());
    return { from_x, from_h, z: from_x + from_h + this.params.bias[this.unit] };
  }

  reading() {
    const { from_x, from_h, z } = this.sums();
    const [was, is] = [this.old()[this.unit], this.h[this.step][this.unit]];
    return (
      `Step ${this.step}, unit ${this.unit}: ${fixed(from_x)} from x, ${fixed(from_h)} from the old h, bias ` +
      `${fixed(this.params.bias[this.unit])}: z = ${fixed(z)}. ${this.relu ? "ReLU" : "tanh"} makes h = ${fixed(is)} of it ` +
      `(it was ${fixed(was)}), and nothing of the old h is left but what W_hh brought in.`
    );
  }

  // -- figure ---------------------------------------------------------------------------------------------------

  paint() {
    if (this.stale) this.compute();
    this.scrub.put(this.step);
    for (const { knob, place } of this.sliders) {
      const [numbers, k] = place();
      const limit = Math.max(
        knob.range === this.sliders[0].knob.range ? 2 : LIMIT,
        Math.ceil(Math.abs(numbers[k])),
      );
      set(knob.range, { min: -limit, max: limit });
      knob.put(numbers[k]);
    }
    this.drawCell(this.changed);
    this.drawUnrolled();
  }

  /** Where everything stands: sizes in pixels, and how strong the strongest numbers are. */
  layout() {
    const [steps, units, size] = [this.x.length, this.params.bias.length, this.x[0].length];
    const left = 74;
    const column = Math.min(220, (this.width - left - 6) / steps);
    // Between two boxes there must be room for the name of a weight, and in a box for a number.
    const wide = Math.min(column * (column > 68 ? 0.5 : column > 40 ? 0.6 : 0.86), 46);
    const tall = clamp(110 / units, 9, 24);
    const [top, gap] = [24, column > 40 ? 34 : 12];
    const below = top + units * tall + gap;
    const most = { h: strongest(this.h.flatMap((state) => [...state])), x: strongest(this.x.flat()) };
    const height = below + size * tall + 20;
    return { steps, units, size, left, column, wide, tall, top, gap, below, height, most };
  }

  drawUnrolled() {
    const at = this.layout();
    const { left, column, top, height } = at;
    if (this.changed) {
      const heads = [
        words("state h", 2, top + (at.units * at.tall) / 2 + 4, "h", "start"),
        words("input x", 2, at.below + (at.size * at.tall) / 2 + 4, "x", "start"),
      ];
      renew(this.columns, [...heads, ...this.x.map((_, step) => this.drawColumn(at, step))]);
      set(this.unrolled, { height });
      this.changed = false;
    }
    const here = left + column * (this.step + 0.5);
    const way = this.backwards ? -1 : 1;
    // What is still to come is veiled by one sheet: opacity for each column would be a layer of paint for each.
    const edge = here + (way * column) / 2;
    const [from, to] = this.backwards ? [left, edge] : [edge, left + column * at.steps];
    const frame = {
      x: here - at.wide / 2 - 4,
      y: top - 4,
      width: at.wide + 8,
      height: height - top - 8,
      rx: 6,
    };
    const parts = [
      this.columns,
      svg("rect", { class: "later", x: from, y: 0, width: Math.max(0, to - from), height }),
      svg("rect", { class: "frame", ...frame }),
    ];
    if (column > 40) {
      const level = top + (at.units * at.tall) / 2;
      parts.push(words("W_hh", here - way * (column / 2 + 2), level - 6, "h small"));
      parts.push(words("W_ih", here + at.wide / 2 + 8, at.below - at.gap / 2 + 4, "x small", "start"));
    }
    renew(this.unrolled, parts);
  }

  /** One step: its state, its input, the arrows between them. @param {ReturnType<StateStepper["layout"]>} at @param {number} step */
  drawColumn(at, step) {
    const { column, wide, tall, top, below } = at;
    const middle = at.left + column * (step + 0.5);
    const group = svg("g", { class: "column", "data-step": step });
    const stack = (
      /** @type {ArrayLike<number>} */ values,
      /** @type {number} */ y,
      /** @type {"h" | "x"} */ key,
    ) => {
      for (let row = 0; row < values.length; row++) {
        const chosen = key === "h" ? row === this.unit : row === this.feature && at.size > 1;
        const place = { x: middle - wide / 2, y: y + row * tall, width: wide, height: tall - 1 };
        const strength = share(values[row], at.most[key]) / 100;
        group.append(svg("rect", { class: sign(values[row], chosen), "fill-opacity": strength, ...place }));
        if (wide >= 34 && tall >= 14)
          group.append(words(fixed(values[row]), middle, y + row * tall + tall / 2 + 4, "number"));
      }
    };
    stack(this.h[step], top, "h");
    stack(this.x[step], below, "x");
    if (column > 40) {
      const [way, half] = [this.backwards ? -1 : 1, at.units * tall];
      const first = step === (this.backwards ? at.steps - 1 : 0);
      const from = middle - way * (first ? wide / 2 + 18 : column - wide / 2 - 2);
      const d = `M${from} ${top + half / 2}H${middle - way * (wide / 2 + 5)}l${-way * 6} -4m${way * 6} 4l${-way * 6} 4`;
      group.append(svg("path", { class: "arrow h", d }));
      const up = `M${middle} ${below - 3}V${top + half + 4}l-4 6m4 -6l4 6`;
      group.append(svg("path", { class: "arrow x", d: up }));
    }
    if (column > 22 || step % 5 === 0) group.append(words(String(step), middle, top - 8, "tick"));
    return group;
  }

  /** The equation of a step: its terms are filled by `drawCell`. */
  makeCell() {
    const term = () => html("div", { class: "lw-term" });
    const terms = {
      W_ih: term(),
      x: term(),
      W_hh: term(),
      old: term(),
      bias: term(),
      z: term(),
      now: term(),
    };
    const between = (/** @type {string} */ text) => html("span", { class: "lw-sign" }, text);
    this.cell.append(terms.W_ih, between("·"), terms.x, between("+"), terms.W_hh, between("·"), terms.old);
    this.cell.append(between("+"), terms.bias, between("="), terms.z);
    this.cell.append(between(this.relu ? "ReLU →" : "tanh →"), terms.now);
    this.cell.append(html("p", { class: "lw-loop" }, "↺ the new h is the old h of the next step"));
    return terms;
  }

  /** @param {boolean} weightsToo whether more than the step has changed */
  drawCell(weightsToo) {
    const { params, unit } = this;
    const [x, old, now] = [this.x[this.step], this.old(), this.h[this.step]];
    const z = now.map((_, row) => {
      const dot = (/** @type {number[]} */ weights, /** @type {ArrayLike<number>} */ values) =>
        weights.reduce((sum, w, k) => sum + w * values[k], 0);
      return dot(params.weight_ih[row], x) + dot(params.weight_hh[row], old) + params.bias[row];
    });
    const small = params.bias.length > ROOMY || x.length > ROOMY;
    const weights = strongest([...params.weight_ih.flat(), ...params.weight_hh.flat()]);
    const table = (
      /** @type {keyof StateStepper["terms"]} */ key,
      /** @type {string} */ name,
      /** @type {string} */ tone,
      /** @type {number[][]} */ rows,
      /** @type {number} */ most,
      mark = true,
    ) => {
      const grid = html("div", { class: "lw-matrix", style: `--columns:${rows[0].length}` });
      rows.forEach((row, k) => {
        for (const value of row) {
          const strength = `--share: ${share(value, most)}%`;
          const attributes = { title: fixed(value), class: sign(value, mark && k === unit), style: strength };
          grid.append(html("span", attributes, small ? "" : fixed(value)));
        }
      });
      renew(this.terms[key], [html("b", { class: tone }, name), grid]);
    };
    const column = (/** @type {ArrayLike<number>} */ values) => Array.from(values, (value) => [value]);
    this.cell.classList.toggle("lw-small", small);
    if (weightsToo) {
      table("W_ih", "W_ih", "x", params.weight_ih, weights);
      table("W_hh", "W_hh", "h", params.weight_hh, weights);
      table("bias", "bias", "c", column(params.bias), weights);
    }
    table("x", "x", "x", column(x), strongest(x), false);
    table("old", "old h", "h", column(old), 1, false);
    table("z", "z", "c", column(z), strongest(z));
    table("now", "new h", "h", column(now), strongest(now));
  }
}

export default widget("State stepper", (view) => void new StateStepper(view));
