// The gate explorer: one LSTM layer computed and drawn at every move. `gates.py` has its traits.
import {
  View,
  button,
  choice,
  clamp,
  fixed,
  html,
  scrubber,
  set,
  slider,
  stepsText,
  widget,
} from "./base.js";
import { diagram } from "./cell.js";
import { Strips, roundUp } from "./strips.js";
import { halfLife, largest, lstm, mean } from "./recurrence.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {Record<string, Float64Array>} Curves */

const BLOCKS = ["i", "f", "g", "o"];
/** @type {["weight_ih" | "weight_hh" | "bias", string][]} */
const COLUMNS = [
  ["weight_ih", "weight of x"],
  ["weight_hh", "weight of h"],
  ["bias", "bias"],
];
const LIMIT = 6; // sigmoid(6) = 0.9975: beyond it a slider moves and nothing is seen to happen
const FIRST = "Move a slider: the dotted curves stay where they are now.";
const HINT = " Try the forget gate's bias at 3.";
const LEGEND =
  "Jaws: a gate, as far apart as it is open. Thickness: how much flows; dashed: negative. Draw in the strip of " +
  "x with mouse or finger, or use “x here”.";
const THIN = " Thin curves: other units of the layer.";

/** @param {number} v */
const openness = (v) =>
  v > 0.9
    ? "wide open"
    : v > 0.6
      ? "mostly open"
      : v > 0.4
        ? "half open"
        : v > 0.1
          ? "mostly shut"
          : "nearly shut";

class GateExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.names = view.model.get("_names");
    this.backwards = view.model.get("_backwards");
    this.named = view.model.get("_inputs");
    this.bound = 1; // of the input's strip: |x| of 1 at least
    this.scale = 1; // the |c| that fills its wire
    this.rows = [..."xifgoch"].map((key) => {
      const range = /[ifo]/.test(key) ? { low: 0, high: 1 } : /[gh]/.test(key) ? { low: -1, high: 1 } : {};
      return { key, name: this.names[key], symbol: key, stems: key === "x", ...range };
    });
    this.strips = new Strips(view, this.rows);
    this.cell = diagram(this.names);
    /** @type {Params} */
    this.params = structuredClone(view.model.get("params"));
    /** @type {Params} */
    this.first = view.model.get("_start");
    /** @type {number[][]} */
    this.x = [];
    /** What is drawn, and dotted what the weights gave at first. @type {Curves} */
    this.now = {};
    /** @type {Curves} */
    this.start = {};
    this.step = this.unit = this.feature = 0;
    this.stale = true;
    this.scrub = this.makeScrubber();
    this.here = this.makeInput();
    this.lists = this.makeLists();
    const [grid, refreshers] = this.makeWeights();
    this.refreshers = refreshers;
    this.listen();
    this.pull();
    view.paint = () => this.paint();
    const others = this.lists.unit.node.hidden ? "" : THIN;
    const legend = html("p", { class: "lw-legend" }, LEGEND + others);
    const right = html("div", { class: "lw-time" }, this.strips.node, this.scrub.node, this.here.node);
    const pair = html("div", { class: "lw-pair" }, html("div", {}, this.cell.chart, legend), right);
    view.root.append(pair, view.status, this.makeBar(), grid);
    view.status.textContent = FIRST + (this.lists.input.node.hidden ? "" : HINT);
    view.onWidth(this.strips.chart, (width) => {
      this.strips.resize(width);
      this.changed();
    });
    this.follow();
  }

  // -- numbers ------------------------------------------------------------------------------------------------

  /** Takes everything from the model. */
  pull() {
    const { model } = this.view;
    this.params = structuredClone(model.get("params"));
    this.x = model.get("x").map((/** @type {number[]} */ row) => [...row]);
    this.unit = model.get("unit");
    this.feature = model.get("feature");
    this.step = clamp(model.get("step"), 0, this.x.length - 1);
    this.bound = roundUp(Math.max(1, largest(this.x.map((row) => row[this.feature]))));
    set(this.here.range, { min: -this.bound, max: this.bound });
    this.scrub.setSteps(this.x.length);
    this.lists.unit.select.value = String(this.unit);
    this.lists.feature.select.value = String(this.feature);
    const same = Object.keys(this.named).find((name) => String(this.named[name]) === String(this.x));
    this.lists.input.select.value = same ?? "drawn";
    this.compare();
    for (const refresh of this.refreshers) refresh();
  }

  /** What the weights gave at first, for the dotted curves. */
  compare() {
    this.start = this.curves(this.run(this.first), this.unit);
    this.now = this.start;
    this.stale = true;
  }

  /** @param {Params} params */
  run(params) {
    return lstm(params, this.backwards ? [...this.x].reverse() : this.x);
  }

  /** The curves of one unit in the order of time. @param {Record<string, Float64Array[]>} trace @param {number} unit @returns {Curves} */
  curves(trace, unit) {
    /** @type {Curves} */
    const found = { x: Float64Array.from(this.x, (row) => row[this.feature]) };
    for (const [key, steps] of Object.entries(trace)) {
      found[key] = Float64Array.from(steps, (values) => values[unit]);
      if (this.backwards) found[key].reverse();
    }
    return found;
  }

  /** c or h before the step. @param {string} key */
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
    this.cell.draw({ ...values, "old c": this.before("c"), "old h": this.before("h") }, this.scale);
    this.scrub.put(this.step);
    this.here.put(values.x);
  }

  compute() {
    const trace = this.run(this.params);
    this.now = this.curves(trace, this.unit);
    this.scale = Math.max(1, largest(this.now.c));
    const units = [...trace.h[0].keys()].filter((unit) => unit !== this.unit).slice(0, 7);
    const others = units.map((unit) => this.curves(trace, unit));
    Object.assign(this.rows[0], { low: -this.bound, high: this.bound });
    const thin = Object.fromEntries(
      Object.keys(trace).map((key) => [key, others.map((curves) => curves[key])]),
    );
    this.strips.draw(this.now, { ...this.start, x: [] }, thin);
    this.stale = false;
  }

  // -- sentences ----------------------------------------------------------------------------------------------

  meaning() {
    const { now, start } = this;
    const pair = (/** @type {(curves: Curves) => string} */ say) => `${say(now)} (dotted: ${say(start)})`;
    const half = pair((curves) => stepsText(halfLife(mean(curves.f))));
    const sizes = ["c", "h"].map((key) => `|${key}| ${pair((curves) => fixed(largest(curves[key])))}`);
    return (
      `The forget gate averages ${fixed(mean(now.f))}: a memory halves in ${half}. ` +
      `Largest ${sizes.join(", largest ")}.`
    );
  }

  reading() {
    const { step, now } = this;
    const [i, f, o, c] = [now.i[step], now.f[step], now.o[step], this.before("c")];
    return (
      `Step ${step}: the input gate is ${openness(i)} (${fixed(i)}) and writes i · g = ${fixed(i * now.g[step])}; ` +
      `the forget gate is ${openness(f)} (${fixed(f)}) and keeps ${fixed(f * c)} of ${fixed(c)}. The sum is ` +
      `c = ${fixed(now.c[step])}; the output gate is ${openness(o)} (${fixed(o)}) and shows h = ${fixed(now.h[step])}.`
    );
  }

  // -- controls -----------------------------------------------------------------------------------------------

  makeScrubber() {
    return scrubber(this.view, {
      steps: 2,
      backwards: this.backwards,
      describe: (step) => `step ${step}, c ${fixed(this.now.c[step])}, h ${fixed(this.now.h[step])}`,
      input: (step) => this.goTo(step),
      done: () => this.view.tell({ step: this.step }),
    });
  }

  makeInput() {
    return slider(this.view, {
      ...{ label: "input x at this step", short: "x here", tone: "x", min: -1, max: 1, step: 0.05 },
      input: (value) => this.write(value),
      done: () => this.view.tell({ x: structuredClone(this.x), step: this.step }),
    });
  }

  /** The pointer moves the cursor; in the strip of x it draws. */
  listen() {
    let pressed = "";
    const { chart } = this.strips;
    const follow = (/** @type {PointerEvent} */ event) => {
      this.goTo(this.strips.stepAt(event));
      if (pressed === "x") this.write(this.strips.valueAt(event).value);
    };
    this.view.on(chart, "pointerdown", (event) => {
      this.scrub.stop();
      pressed = this.strips.valueAt(event).key;
      chart.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.view.on(chart, "pointermove", (event) => {
      chart.style.cursor = this.strips.valueAt(event).key === "x" ? "crosshair" : "ew-resize";
      if (pressed) follow(event);
    });
    const release = () => {
      if (pressed)
        this.view.tell(
          pressed === "x" ? { x: structuredClone(this.x), step: this.step } : { step: this.step },
        );
      pressed = "";
    };
    for (const end of ["pointerup", "pointercancel"]) this.view.on(chart, end, release);
  }

  /** @param {number} step */
  goTo(step) {
    this.step = step;
    this.view.redraw(() => this.reading());
  }

  /** Sets the input at the step. @param {number} value */
  write(value) {
    const { step } = this;
    this.x[step][this.feature] = clamp(Math.round(value * 20) / 20, -this.bound, this.bound);
    this.lists.input.select.value = "drawn";
    this.compare();
    this.changed(
      () => `The input at step ${step} is now ${fixed(this.x[step][this.feature])}. ${this.meaning()}`,
    );
  }

  makeLists() {
    const { view } = this;
    const list = (/** @type {string} */ label, /** @type {string} */ trait, /** @type {number} */ count) => {
      const options = [...Array(count).keys()].map(String);
      return choice(view, { label, options, value: "0", done: (k) => view.send({ [trait]: Number(k) }) });
    };
    const options = ["drawn", ...Object.keys(this.named)];
    const chosen = (/** @type {string} */ name) => this.named[name] && view.send({ x: this.named[name] });
    const lists = {
      input: choice(view, { label: "input", options, value: "drawn", done: chosen }),
      unit: list("unit", "unit", this.params.bias.length / 4),
      feature: list("feature of x", "feature", this.params.weight_ih[0].length),
    };
    for (const { node, select } of Object.values(lists)) node.hidden = select.length < 2;
    return lists;
  }

  makeBar() {
    const reset = () => this.view.send({ params: structuredClone(this.first) });
    const back = button(this.view, "Reset", reset, { title: "Put every weight back where it started" });
    const lists = Object.values(this.lists).map(({ node }) => node);
    return html("div", { class: "lw-bar" }, ...lists, back, html("span", {}, this.view.model.get("_where")));
  }

  /** @returns {[HTMLElement, (() => void)[]]} the sliders, and what sets each to its weight */
  makeWeights() {
    const grid = html(
      "div",
      { class: "lw-weights", role: "group", "aria-label": "weights and biases" },
      html("span"),
    );
    for (const [, title] of COLUMNS) grid.append(html("span", { class: "lw-head" }, title));
    const refreshers = BLOCKS.flatMap((key, block) => {
      const knobs = COLUMNS.map((_, column) => this.knob(key, block, column));
      const name = html("span", { class: "lw-name" }, this.names[key], " ", html("b", { class: key }, key));
      grid.append(name, ...knobs.map(({ node }) => node));
      return knobs.map(({ refresh }) => refresh);
    });
    return [grid, refreshers];
  }

  /** One weight's slider. @param {string} key @param {number} block @param {number} column */
  knob(key, block, column) {
    const [matrix, title] = COLUMNS[column];
    const label = `${this.names[key]}, ${title}`;
    /** Where the weight stands: a row of numbers, and a place in it. @type {(params: Params) => [number[], number]} */
    const place = (params) => {
      const row = block * (params.bias.length / 4) + this.unit;
      if (matrix === "bias") return [params.bias, row];
      return [params[matrix][row], matrix === "weight_ih" ? this.feature : this.unit];
    };
    const value = (/** @type {Params} */ params) => {
      const [numbers, k] = place(params);
      return numbers[k];
    };
    const said = () => {
      const capital = label[0].toUpperCase() + label.slice(1);
      return `${capital}: ${fixed(value(this.params))} (dotted: ${fixed(value(this.first))}). ${this.meaning()}`;
    };
    const knob = slider(this.view, {
      ...{ label, short: title, tone: key, min: -LIMIT, max: LIMIT, step: 0.05 },
      input: (to) => {
        const [numbers, k] = place(this.params);
        numbers[k] = to;
        this.changed(said);
      },
      done: () => this.view.tell({ params: structuredClone(this.params) }),
    });
    knob.node.classList.toggle("lw-hot", key === "f" && matrix === "bias");
    const refresh = () => {
      const limit = Math.max(LIMIT, Math.ceil(Math.abs(value(this.params))));
      set(knob.range, { min: -limit, max: limit });
      knob.put(value(this.params));
    };
    return { node: knob.node, refresh };
  }

  /** Shows what Python, or another view of this widget, has set. */
  follow() {
    const told = (/** @type {string} */ lead) => () => {
      this.pull();
      this.view.redraw(() => lead + this.meaning());
    };
    this.view.watch(["params"], told(""));
    this.view.watch(["x"], told("The input changed. "));
    this.view.watch(["unit", "feature"], told("Another unit or feature is shown. "));
    this.view.watch(["step"], () => this.goTo(clamp(this.view.model.get("step"), 0, this.x.length - 1)));
  }
}

export default widget("Gate explorer", (view) => void new GateExplorer(view));
