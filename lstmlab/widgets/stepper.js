// The state stepper: a plain RNN walked step by step, unrolled and as one cell. `stepper.py` has its traits.
import { View, button, choice, clamp, fixed, html, scrubber, set, slider, svg, widget } from "./base.js";
import { rnn } from "./recurrence.js";

/** @typedef {import("./recurrence.js").Params} Params */

const LIMIT = 6;
const ROOMY = 6; // columns: up to here a number is written into each cell

/** A cell's colour: blue for positive, orange for negative, as strong as the number. @param {number} value @param {number} most */
const shade = (value, most) =>
  `color-mix(in srgb, var(--${value < 0 ? "o" : "f"}) ${Math.round(48 * Math.min(1, Math.abs(value) / most))}%, var(--panel))`;

/** @param {ArrayLike<number>} values */
const strongest = (values) => Math.max(1e-9, ...Array.from(values, Math.abs));

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
    this.stale = true;
    this.unrolled = svg("svg", { class: "lw-unrolled", "aria-hidden": "true" });
    this.cell = html("div", { class: "lw-fold", "aria-hidden": "true" });
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
    view.root.append(heading("unrolled: the same cell at every step"), this.unrolled, time);
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
    this.drawUnrolled();
    this.drawCell();
  }

  drawUnrolled() {
    const [steps, units, size] = [this.x.length, this.params.bias.length, this.x[0].length];
    const left = 74;
    const column = Math.min(150, (this.width - left - 6) / steps);
    // Between two boxes there must be room for the name of a weight, and in a box for a number.
    const share = column > 68 ? 0.5 : column > 40 ? 0.6 : 0.86;
    const wide = Math.min(column * share, 46);
    const tall = clamp(110 / units, 9, 24);
    const [top, gap] = [24, column > 40 ? 34 : 12];
    const below = top + units * tall + gap;
    const height = below + size * tall + 20;
    const most = { h: strongest(this.h.flatMap((state) => [...state])), x: strongest(this.x.flat()) };
    const roomy = wide >= 34 && tall >= 14;
    /** @type {SVGElement[]} */
    const parts = [];
    const text = (
      /** @type {string} */ words,
      /** @type {number} */ x,
      /** @type {number} */ y,
      style = "",
      anchor = "middle",
    ) => svg("text", { class: style, x, y, "text-anchor": anchor }, words);
    parts.push(text("state h", 2, top + (units * tall) / 2 + 4, "h", "start"));
    parts.push(text("input x", 2, below + (size * tall) / 2 + 4, "x", "start"));
    const done = (/** @type {number} */ step) => (this.backwards ? step >= this.step : step <= this.step);
    for (let step = 0; step < steps; step++) {
      const middle = left + column * (step + 0.5);
      const group = svg("g", {
        class: `column${step === this.step ? " here" : ""}${done(step) ? "" : " later"}`,
        "data-step": step,
      });
      const stack = (
        /** @type {ArrayLike<number>} */ values,
        /** @type {number} */ y,
        /** @type {"h" | "x"} */ key,
      ) =>
        Array.from(values).forEach((value, row) => {
          const chosen = key === "h" ? row === this.unit : row === this.feature && size > 1;
          const box = svg("rect", {
            class: chosen ? "chosen" : "",
            x: middle - wide / 2,
            y: y + row * tall,
            width: wide,
            height: tall - 1,
          });
          box.style.fill = shade(value, most[key]);
          group.append(box);
          if (roomy) group.append(text(fixed(value), middle, y + row * tall + tall / 2 + 4, "number"));
        });
      stack(this.h[step], top, "h");
      stack(this.x[step], below, "x");
      if (column > 40) {
        const [sign, half] = [this.backwards ? -1 : 1, units * tall];
        const level = top + half / 2;
        const first = step === (this.backwards ? steps - 1 : 0);
        const [from, to] = [
          middle - sign * (first ? wide / 2 + 18 : column - wide / 2 - 2),
          middle - sign * (wide / 2 + 5),
        ];
        const d = `M${from} ${level}H${to}l${-sign * 6} -4m${sign * 6} 4l${-sign * 6} 4`;
        group.append(svg("path", { class: "arrow h", d }));
        const up = `M${middle} ${below - 3}V${top + half + 4}l-4 6m4 -6l4 6`;
        group.append(svg("path", { class: "arrow x", d: up }));
        if (step === this.step) {
          group.append(text("W_hh", middle - sign * (column / 2 + 2), level - 6, "h small"));
          group.append(text("W_ih", middle + wide / 2 + 8, below - gap / 2 + 4, "x small", "start"));
        }
      }
      if (column > 22 || step % 5 === 0) group.append(text(String(step), middle, top - 8, "tick"));
      parts.push(group);
    }
    const here = left + column * (this.step + 0.5);
    parts.push(
      svg("rect", {
        class: "frame",
        x: here - wide / 2 - 4,
        y: top - 4,
        width: wide + 8,
        height: height - top - 8,
        rx: 6,
      }),
    );
    set(this.unrolled, { height });
    this.unrolled.replaceChildren(...parts);
  }

  drawCell() {
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
      /** @type {string} */ name,
      /** @type {string} */ tone,
      /** @type {number[][]} */ rows,
      /** @type {number} */ most,
      mark = true,
    ) => {
      const grid = html("div", { class: "lw-matrix", style: `--columns:${rows[0].length}` });
      rows.forEach((row, k) => {
        for (const value of row) {
          const node = html(
            "span",
            { title: fixed(value), class: mark && k === unit ? "chosen" : "" },
            small ? "" : fixed(value),
          );
          node.style.background = shade(value, most);
          grid.append(node);
        }
      });
      return html("div", { class: "lw-term" }, html("b", { class: tone }, name), grid);
    };
    const column = (/** @type {ArrayLike<number>} */ values) => Array.from(values, (value) => [value]);
    const sign = (/** @type {string} */ words) => html("span", { class: "lw-sign" }, words);
    this.cell.classList.toggle("lw-small", small);
    this.cell.replaceChildren(
      table("W_ih", "x", params.weight_ih, weights),
      sign("·"),
      table("x", "x", column(x), strongest(x), false),
      sign("+"),
      table("W_hh", "h", params.weight_hh, weights),
      sign("·"),
      table("old h", "h", column(old), 1, false),
      sign("+"),
      table("bias", "c", column(params.bias), weights),
      sign("="),
      table("z", "c", column(z), strongest(z)),
      sign(this.relu ? "ReLU →" : "tanh →"),
      table("new h", "h", column(now), strongest(now)),
      html("p", { class: "lw-loop" }, "↺ the new h is the old h of the next step"),
    );
  }
}

export default widget("State stepper", (view) => void new StateStepper(view));
