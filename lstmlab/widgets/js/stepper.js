// The state stepper: a plain RNN walked step by step, unrolled and as one cell. `stepper.py` has its traits.
import { View, widget } from "./base.js";
import { button, choice, scrubber, slider } from "./controls.js";
import { clamp, fixed, html, set } from "./elements.js";
import { run } from "./recurrence.js";
import { strongest } from "./shades.js";
import { Folded } from "./stepper_folded.js";
import { Unrolled } from "./stepper_unrolled.js";
import { _, said } from "./words.js";

/** @typedef {import("./recurrence.js").Params} Params */

const LIMIT = 6;
const LEGEND = [
  _`Blue is positive, orange negative (a dash, where there is no room for numbers), the stronger the larger.`,
  _`Outlined: the chosen unit and feature. Pale: still to come.`,
].join(" ");

class StateStepper {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    this.mode = model.get("_cell").mode;
    this.relu = this.mode === "RNN_RELU";
    this.backwards = model.get("_backwards");
    /** @type {Params} */
    this.params = structuredClone(model.get("params"));
    /** @type {number[][]} */
    this.x = structuredClone(model.get("x"));
    /** @type {Float64Array[]} */
    this.h = [];
    this.most = { h: 1, x: 1 }; // the strongest numbers: one scale for both pictures
    this.step = this.unit = this.feature = 0;
    this.width = 700;
    this.stale = true; // the states are to be computed
    this.changed = true; // more than the step is to be drawn
    this.unrolled = new Unrolled();
    this.folded = new Folded(this.relu);
    this.scrub = scrubber(view, {
      steps: this.x.length,
      backwards: this.backwards,
      describe: (step) => _`step ${step}, h ${Array.from(this.h[step], (value) => fixed(value)).join(", ")}`,
      input: (step) => this.goTo(step),
      done: () => view.tell({ step: this.step }),
    });
    this.lists = {
      unit: this.list("unit", this.params.bias.length),
      feature: this.list("feature", this.x[0].length),
    };
    this.sliders = this.makeSliders();
    const first = () => ({ params: structuredClone(model.get("_start")), x: model.get("_start_x") });
    const reset = button(view, _`Reset`, () => view.send(first()), {
      title: _`Put every weight and the input back where they started`,
    });
    const bar = html("div", { class: "lw-bar" }, this.lists.unit.node, this.lists.feature.node, reset);
    bar.append(html("span", {}, said(model.get("_where"))));
    const group = html("div", { class: "lw-controls", role: "group", "aria-label": _`weights of the unit` });
    group.append(...this.sliders.map(({ knob }) => knob.node));
    const time = html("div", { class: "lw-time" }, this.scrub.node);
    const heading = (/** @type {string} */ words) => html("p", { class: "lw-title" }, words);
    const legend = html("p", { class: "lw-legend" }, LEGEND);
    view.root.append(heading(_`unrolled: the same cell at every step`), this.unrolled.chart, time);
    view.root.append(heading(_`folded: what this step multiplies`), this.folded.node, group, bar);
    view.root.append(legend, view.status);
    this.pull();
    view.paint = () => this.paint();
    view.status.textContent = [_`Walk through the steps, or press play.`, this.reading()].join(" ");
    view.watch(["params", "x", "unit", "feature", "step"], () => {
      this.pull();
      view.redraw(() => this.reading());
    });
    view.onSize(this.unrolled.chart, (width) => {
      if (this.width === width) return;
      this.width = width;
      this.changed = true;
      view.redraw();
    });
    view.on(this.unrolled.chart, "click", (event) => {
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
      label: trait === "unit" ? _`unit` : _`feature of x`,
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
      const isInput = tone === "x" && place()[0] === this.x[this.step];
      const knob = slider(this.view, {
        ...{ label, tone, min: isInput ? -2 : -LIMIT, max: isInput ? 2 : LIMIT, step: 0.05 },
        input: (value) => {
          const [numbers, k] = place();
          numbers[k] = value;
          this.stale = true;
          this.view.redraw(() =>
            [_`${label[0].toUpperCase()}${label.slice(1)}: ${fixed(value)}.`, this.reading()].join(" "),
          );
        },
        done: () => this.view.tell(structuredClone({ params: this.params, x: this.x, step: this.step })),
      });
      return { knob, place };
    };
    return [
      make(_`x at this step`, "x", () => [this.x[this.step], this.feature]),
      make(_`weight of x`, "x", () => [this.params.weight_ih[this.unit], this.feature]),
      make(_`weight of its own h`, "h", () => [this.params.weight_hh[this.unit], this.unit]),
      make(_`bias`, "c", () => [this.params.bias, this.unit]),
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
    this.h = run(this.mode, this.params, this.backwards ? [...this.x].reverse() : this.x).h;
    if (this.backwards) this.h.reverse();
    this.most = { h: strongest(this.h.flatMap((state) => Array.from(state))), x: strongest(this.x.flat()) };
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
    const [bias, squash] = [fixed(this.params.bias[this.unit]), this.relu ? "ReLU" : "tanh"];
    return [
      _`Step ${this.step}, unit ${this.unit}: ${fixed(from_x)} from x, ${fixed(from_h)} from the old h, bias ${bias}: z = ${fixed(z)}.`,
      _`${squash} makes h = ${fixed(is)} of it (it was ${fixed(was)}), and nothing of the old h is left but what W_hh brought in.`,
    ].join(" ");
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
    this.folded.draw(this.params, this, this.old(), this.changed);
    this.unrolled.draw(this, this.width, this.changed);
    this.changed = false;
  }
}

// Held against torch by the tests.
export { run };
export default widget("stepper", _`State stepper`, (view) => void new StateStepper(view));
