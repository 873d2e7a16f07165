// The gate explorer: one layer computed and drawn at every move. `gates.py` has its traits.
import { View, widget } from "./base.js";
import { diagram } from "./cell.js";
import { button, choice, dragged, scrubber, slider } from "./controls.js";
import { clamp, fixed, html, set, write } from "./elements.js";
import { Weights } from "./gates_weights.js";
import { FIRST, HINT, THIN, legend, meaning, reading, thickest, whereItIs } from "./gates_words.js";
import { curvesOf, largest, run } from "./recurrence.js";
import { Strips, roundUp } from "./strips.js";
import { _, said } from "./words.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {Record<string, Float64Array>} Curves */

class GateExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    /** @type {Record<string, string>} */
    this.names = Object.fromEntries(
      Object.entries(view.model.get("_names")).map(([key, name]) => [key, said(name)]),
    );
    /** @type {import("./recurrence.js").Cell} */
    this.kind = view.model.get("_cell");
    this.backwards = view.model.get("_backwards");
    this.named = view.model.get("_inputs");
    this.bound = 1; // of the input's strip: |x| of 1 at least
    this.scale = 1; // what fills a wire of the diagram
    this.full = html("span"); // says so
    this.rows = ["x", ...this.kind.names].map((key) => {
      const [low, high] = this.kind.limits[key] ?? [];
      return { key, name: this.names[key], symbol: key, stems: key === "x", low, high };
    });
    this.strips = new Strips(view, this.rows);
    this.cell = diagram(this.kind.mode, this.names);
    /** @type {Params} */
    this.params = structuredClone(view.model.get("params"));
    this.first = view.model.get("_start");
    /** @type {number[][]} */
    this.x = [];
    /** What is drawn. @type {Curves} */
    this.now = {};
    this.start = this.now; // dotted: what the weights gave at first
    this.step = this.unit = this.feature = 0;
    this.stale = true;
    this.scrub = this.makeScrubber();
    this.here = this.makeInput();
    this.lists = this.makeLists();
    this.weights = new Weights(view, this, this.names, {
      moved: (change) => this.changed(() => `${change()} ${this.meaning()}`),
      done: () => view.tell({ params: structuredClone(this.params) }),
    });
    this.listen();
    this.pull();
    view.paint = () => this.paint();
    this.assemble();
    this.follow();
  }

  assemble() {
    const { view, strips, lists } = this;
    const others = lists.unit.node.hidden ? "" : ` ${THIN}`;
    const words = html("p", { class: "lw-legend" }, `${legend(this.kind)} `, this.full, others);
    const time = html("div", { class: "lw-time" }, strips.node, this.scrub.node, this.here.node);
    const desk = html("div", { class: "lw-desk" }, this.cell.chart, time, this.weights.node, words);
    view.root.append(desk, this.makeBar(), view.status);
    view.status.textContent = FIRST + (lists.input.node.hidden ? "" : ` ${HINT}`);
    view.onSize(strips.chart, (...size) => {
      strips.resize(...size);
      this.changed();
    });
    view.onSize(this.cell.chart, this.cell.resize);
  }

  // -- numbers ------------------------------------------------------------------------------------------------

  /** Takes everything from the model. */
  pull() {
    const { model } = this.view;
    this.params = structuredClone(model.get("params"));
    this.x = model.get("x").map((/** @type {number[]} */ row) => [...row]);
    [this.unit, this.feature] = [model.get("unit"), model.get("feature")];
    this.step = clamp(model.get("step"), 0, this.x.length - 1);
    this.bound = roundUp(Math.max(1, largest(this.x.map((row) => row[this.feature]))));
    set(this.here.range, { min: -this.bound, max: this.bound });
    this.scrub.setSteps(this.x.length);
    this.lists.unit.select.value = String(this.unit);
    this.lists.feature.select.value = String(this.feature);
    const same = Object.keys(this.named).find((name) => String(this.named[name]) === String(this.x));
    this.lists.input.select.value = same ?? "drawn";
    this.compare();
    this.weights.put();
  }

  /** What the weights gave at first, for the dotted curves. */
  compare() {
    this.start = this.curves(this.run(this.first), this.unit);
    this.now = this.start;
    this.stale = true;
  }

  /** @param {Params} params */
  run(params) {
    return run(this.kind.mode, params, this.backwards ? [...this.x].reverse() : this.x);
  }

  /** @param {import("./recurrence.js").Trace} trace @param {number} unit @returns {Curves} */
  curves(trace, unit) {
    return {
      x: Float64Array.from(this.x, (row) => row[this.feature]),
      ...curvesOf(trace, unit, this.backwards),
    };
  }

  /** A state before the step. @param {string} key */
  before(key) {
    return this.now[key][this.step + (this.backwards ? 1 : -1)] ?? 0;
  }

  /** Computes everything anew at the next frame. @param {() => string} [sentence] */
  changed(sentence) {
    this.stale = true;
    this.view.redraw(sentence);
  }

  paint() {
    if (this.stale) this.compute();
    this.strips.mark(this.step);
    const values = Object.fromEntries(Object.keys(this.now).map((key) => [key, this.now[key][this.step]]));
    for (const key of this.kind.states) values[`old ${key}`] = this.before(key);
    this.cell.draw({ ...values, bias: this.params.bias[this.unit] }, this.scale);
    this.scrub.put(this.step);
    this.here.put(values.x);
  }

  compute() {
    const trace = this.run(this.params);
    this.now = this.curves(trace, this.unit);
    const carried = this.kind.states.slice(-1); // c, or h where there is none
    this.scale = Math.max(1, largest(this.now[carried]));
    write(this.full, thickest(this.scale, carried));
    const units = [...trace.h[0].keys()].filter((unit) => unit !== this.unit).slice(0, 7);
    const others = units.map((unit) => this.curves(trace, unit));
    Object.assign(this.rows[0], { low: -this.bound, high: this.bound });
    const keys = Object.keys(trace);
    const thin = Object.fromEntries(keys.map((key) => [key, others.map((curves) => curves[key])]));
    this.strips.draw(this.now, { ...this.start, x: [] }, thin);
    this.stale = false;
  }

  /** What the weights amount to, in words. */
  meaning() {
    return meaning(this.kind, this.now, this.start);
  }

  // -- controls -----------------------------------------------------------------------------------------------

  makeScrubber() {
    return scrubber(this.view, {
      steps: 2,
      backwards: this.backwards,
      describe: (step) => whereItIs(this.kind, this.now, step),
      input: (step) => this.goTo(step),
      done: () => this.view.tell({ step: this.step }),
    });
  }

  makeInput() {
    return slider(this.view, {
      ...{ label: _`input x at this step`, short: _`x here`, tone: "x", min: -1, max: 1, step: 0.05 },
      input: (value) => this.write(value),
      done: () => this.view.tell({ x: structuredClone(this.x), step: this.step }),
    });
  }

  /** The pointer moves the cursor; in the strip of x it draws. */
  listen() {
    const { strips, view } = this;
    let [key, last] = ["", 0];
    view.on(strips.chart, "pointermove", (event) => {
      strips.chart.style.cursor = strips.valueAt(event).key === "x" ? "crosshair" : "ew-resize";
    });
    // In the strip of x a finger draws up and down too; in the others, that scrolls the page.
    view.on(strips.chart, "touchstart", (event) => {
      if (strips.valueAt(event.touches[0]).key === "x") event.preventDefault();
    });
    dragged(view, strips.chart, {
      begin: (event) => {
        this.scrub.stop();
        key = strips.valueAt(event).key;
        last = strips.stepAt(event);
      },
      follow: (event) => {
        this.goTo(strips.stepAt(event));
        if (key === "x") this.write(strips.valueAt(event).value, last);
        last = this.step;
      },
      done: () => view.tell({ ...(key === "x" && { x: structuredClone(this.x) }), step: this.step }),
    });
  }

  /** @param {number} step */
  goTo(step) {
    this.step = step;
    this.view.redraw(() => reading(this.kind, this.now, this.step, this.before(this.kind.states.slice(-1))));
  }

  /**
   * Sets the input at the step, and between it and `from`, where a quick pointer was before.
   * @param {number} value @param {number} [from]
   */
  write(value, from = this.step) {
    const { step, feature, x } = this;
    const [way, steps, start] = [Math.sign(step - from), Math.abs(step - from), x[from][feature]];
    for (let k = Math.min(1, steps); k <= steps; k++) {
      const between = steps ? start + ((value - start) * k) / steps : value;
      x[from + way * k][feature] = clamp(Math.round(between * 20) / 20, -this.bound, this.bound);
    }
    this.lists.input.select.value = "drawn";
    this.compare();
    this.changed(() =>
      [_`The input at step ${step} is now ${fixed(x[step][feature])}.`, this.meaning()].join(" "),
    );
  }

  makeLists() {
    const { view } = this;
    const list = (/** @type {string} */ label, /** @type {string} */ trait, /** @type {number} */ count) => {
      const options = Array.from({ length: count }, (_place, k) => String(k));
      return choice(view, { label, options, value: "0", done: (k) => view.send({ [trait]: Number(k) }) });
    };
    const chosen = (/** @type {string} */ name) => this.named[name] && view.send({ x: this.named[name] });
    const options = ["drawn", ...Object.keys(this.named)];
    const names = Object.fromEntries(Object.keys(this.named).map((name) => [name, said(name)]));
    const lists = {
      input: choice(view, {
        label: _`input`,
        options,
        names: { ...names, drawn: _`drawn` },
        value: "drawn",
        done: chosen,
      }),
      unit: list(_`unit`, "unit", this.params.weight_hh[0].length),
      feature: list(_`feature of x`, "feature", this.params.weight_ih[0].length),
    };
    for (const { node, select } of Object.values(lists)) node.hidden = select.length < 2;
    return lists;
  }

  makeBar() {
    const reset = () => {
      this.view.send({ params: structuredClone(this.first), x: this.view.model.get("_start_x") });
      this.view.say(() => [_`Weights and input are where they started.`, this.meaning()].join(" "));
    };
    const title = _`Put every weight and the input back where they started`;
    const back = button(this.view, _`Reset`, reset, { title });
    const lists = Object.values(this.lists).map(({ node }) => node);
    return html(
      "div",
      { class: "lw-bar" },
      ...lists,
      back,
      html("span", {}, said(this.view.model.get("_where"))),
    );
  }

  /** Shows what Python, or another view of this widget, has set. */
  follow() {
    const told = (/** @type {string} */ lead) => () => {
      this.pull();
      this.view.redraw(() => `${lead} ${this.meaning()}`.trim());
    };
    this.view.watch(["params"], told(""));
    this.view.watch(["x"], told(_`The input changed.`));
    this.view.watch(["unit", "feature"], told(_`Another unit or feature is shown.`));
    this.view.watch(["step"], () => this.goTo(clamp(this.view.model.get("step"), 0, this.x.length - 1)));
  }
}

// Held against torch by the tests.
export { roundUp, run };
export default widget("gates", _`Gate explorer`, (view) => void new GateExplorer(view));
