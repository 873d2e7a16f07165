// The stack explorer: layers and directions wired up over time, one state chosen. `stack.py` has its traits.
import { View, choice, clamp, html, renew, slider, svg, toggle, widget } from "./base.js";

/**
 * @typedef {{num_layers: number, bidirectional: boolean, steps: number, hidden_size: number}} Stack
 * @typedef {{layer: number, backward: boolean, step: number}} Place  One state: of a layer, a direction, a step.
 */

/** Where a state is found in what the call returns; "" where it is not. @param {Stack} stack @param {Place} place */
export function slices({ num_layers, bidirectional, steps, hidden_size }, { layer, backward, step }) {
  const [from, last] = [backward ? hidden_size : 0, backward ? 0 : steps - 1];
  const output = layer === num_layers - 1 ? `output[${step}, :, ${from}:${from + hidden_size}]` : "";
  const h_n = step === last ? `h_n[${layer * (bidirectional ? 2 : 1) + Number(backward)}]` : "";
  return { output, h_n };
}

/**
 * Everything that a state has been computed from: the states, itself among them, as "layer direction step", and the
 * steps of x.
 * @param {Stack} stack @param {Place} place
 */
export function sources({ bidirectional, steps }, place) {
  /** @type {Set<string>} */
  const states = new Set();
  /** @type {Set<number>} */
  const inputs = new Set();
  const waiting = [place];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { layer, backward, step } = next;
    const key = `${layer} ${Number(backward)} ${step}`;
    if (states.has(key)) continue;
    states.add(key);
    const before = step + (backward ? 1 : -1);
    if (before >= 0 && before < steps) waiting.push({ layer, backward, step: before });
    if (layer === 0) inputs.add(step);
    else
      for (const below of bidirectional ? [false, true] : [false])
        waiting.push({ layer: layer - 1, backward: below, step });
  }
  return { states: [...states], inputs: [...inputs].sort((one, other) => one - other) };
}

/** @param {number[]} steps in order @param {number} all */
const spread = (steps, all) =>
  steps.length === all
    ? "all of x"
    : steps.length === 1
      ? `x[${steps[0]}]`
      : `x[${steps[0]}] to x[${steps.at(-1)}]`;

const LEGEND =
  "Full: the chosen state. Tinted: the states it was computed from. Thick rim: a state that h_n returns.";

class StackExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    // Markers are looked up in the whole page, and each widget comes with a copy of this module: a counter in it
    // would give all of them the same names.
    this.id = `lw-stack-${Math.random().toString(36).slice(2)}-`;
    this.now = {
      num_layers: 2,
      bidirectional: true,
      steps: 5,
      hidden_size: 4,
      dropout: false,
      layer: 0,
      backward: false,
      step: 0,
    };
    this.width = 600;
    this.chart = svg("svg", { class: "lw-stack", "aria-hidden": "true" });
    this.legend = html("p", { class: "lw-legend" }, LEGEND);
    this.output = html("figure", { class: "lw-tensor" });
    this.h_n = html("figure", { class: "lw-tensor" });
    this.controls = this.makeControls();
    const group = (/** @type {string} */ title, /** @type {string[]} */ names) => {
      const nodes = names.map((name) => this.controls[name].node);
      return html("fieldset", { class: "lw-group" }, html("legend", {}, title), ...nodes);
    };
    const stack = group("the stack", ["num_layers", "steps", "hidden_size", "bidirectional", "dropout"]);
    const state = group("the state", ["layer", "step", "backward"]);
    const tensors = html("div", { class: "lw-tensors" }, this.output, this.h_n);
    view.root.append(html("div", { class: "lw-scene" }, this.chart, tensors), this.legend, view.status);
    view.root.append(html("div", { class: "lw-pair" }, state, stack));
    view.paint = () => this.paint();
    const pull = () => {
      for (const name of Object.keys(this.now)) this.now[/** @type {"step"} */ (name)] = view.model.get(name);
    };
    pull();
    view.status.textContent = `Click a state, or use the sliders. ${this.said()}`;
    view.watch(Object.keys(this.now), () => {
      pull();
      view.redraw(() => this.said());
    });
    view.onWidth(this.chart, (width) => {
      this.width = width;
      view.redraw();
    });
    view.on(this.chart, "click", (event) => {
      const node = event.target.closest("[data-place]");
      if (!node) return;
      const [layer, backward, step] = node.getAttribute("data-place").split(" ").map(Number);
      this.change({ layer, backward: Boolean(backward), step });
      view.tell(this.now);
    });
  }

  makeControls() {
    const done = () => this.view.tell(this.now);
    const range = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {number} */ min,
      /** @type {number} */ max,
    ) =>
      slider(this.view, {
        label,
        min,
        max,
        step: 1,
        show: String,
        tone: "h",
        input: (value) => this.change({ [name]: value }),
        done,
      });
    const box = (/** @type {string} */ name, /** @type {string} */ label) =>
      toggle(this.view, {
        label,
        done: (on) => {
          this.change({ [name]: on });
          done();
        },
      });
    const direction = choice(this.view, {
      label: "direction",
      options: ["forward", "backward"],
      value: "forward",
      done: (name) => {
        this.change({ backward: name === "backward" });
        done();
      },
    });
    /** @type {Record<string, {node: HTMLElement, range?: HTMLInputElement, put: (value: any) => void}>} */
    const controls = {
      num_layers: range("num_layers", "num_layers", 1, 3),
      steps: range("steps", "steps", 2, 8),
      hidden_size: range("hidden_size", "hidden_size", 1, 6),
      bidirectional: box("bidirectional", "bidirectional"),
      dropout: box("dropout", "dropout, in training"),
      layer: range("layer", "layer", 0, 2),
      step: range("step", "step", 0, 7),
      backward: {
        node: direction.node,
        put: (on) => {
          direction.select.value = on ? "backward" : "forward";
          direction.select.disabled = !this.now.bidirectional;
        },
      },
    };
    return controls;
  }

  /** @param {Partial<StackExplorer["now"]>} values */
  change(values) {
    Object.assign(this.now, values);
    this.now.layer = clamp(this.now.layer, 0, this.now.num_layers - 1);
    this.now.step = clamp(this.now.step, 0, this.now.steps - 1);
    this.now.backward &&= this.now.bidirectional;
    this.view.redraw(() => ("dropout" in values ? this.dropped() : this.said()));
  }

  // -- sentences ------------------------------------------------------------------------------------------------

  said() {
    const { layer, backward, step, bidirectional, steps } = this.now;
    const { output, h_n } = slices(this.now, this.now);
    const way = bidirectional ? (backward ? ", backward" : ", forward") : "";
    const found = [output, h_n].filter(Boolean).join(" and ");
    const where = found
      ? `returned as ${found}`
      : "not returned: output holds the top layer only, h_n only the state that each direction reads last";
    const { inputs } = sources(this.now, this.now);
    return `h of layer ${layer}${way}, after step ${step}, is ${where}. It has read ${spread(inputs, steps)}.`;
  }

  dropped() {
    if (!this.now.dropout) return "Without dropout the arrows between layers carry every number.";
    if (this.now.num_layers === 1)
      return "One layer has no arrow between layers: dropout strikes nothing, and PyTorch warns.";
    return (
      "In training, dropout strikes the crossed arrows, from each layer to the next: not x, not output, not h_n, " +
      "and nothing along time."
    );
  }

  // -- figure ---------------------------------------------------------------------------------------------------

  paint() {
    for (const [name, { put }] of Object.entries(this.controls)) put(this.now[/** @type {"step"} */ (name)]);
    this.controls.layer.range?.setAttribute("max", String(this.now.num_layers - 1));
    this.controls.step.range?.setAttribute("max", String(this.now.steps - 1));
    this.drawStack();
    this.drawTensors();
  }

  drawStack() {
    const { num_layers, bidirectional, steps, dropout } = this.now;
    const ways = bidirectional ? [false, true] : [false];
    // Drawn for the width there is, not scaled to it: letters keep their size.
    const dx = clamp((this.width - 150) / steps, 36, 100);
    const [radius, half, gap] = [Math.min(16, 0.3 * dx), Math.min(27, dx / 2 - 3), 46];
    const tall = ways.length * 42 + gap;
    const [left, bottom] = [84 + Math.max(0, this.width - 150 - dx * steps) / 2, 26 + num_layers * tall];
    const height = bottom + 24;
    const { states, inputs } = sources(this.now, this.now);
    const [used, read] = [new Set(states), new Set(inputs)];
    const chosen = `${this.now.layer} ${Number(this.now.backward)} ${this.now.step}`;
    const x = (/** @type {number} */ step) => left + dx * (step + 0.5);
    const base = (/** @type {number} */ layer) => bottom - layer * tall - gap; // the height of the forward cells
    const y = (/** @type {number} */ layer, /** @type {boolean} */ backward) =>
      base(layer) - (backward ? 42 : 0);
    // Kind by kind, so that another step is a few more of each and the others are found again where they were.
    const [bodies, arrows, crosses, cells, said] = [...Array(5)].map(() => svg("g"));
    const text = (
      /** @type {string} */ words,
      /** @type {number} */ px,
      /** @type {number} */ py,
      style = "",
      anchor = "middle",
    ) => said.append(svg("text", { class: style, x: px, y: py, "text-anchor": anchor }, words));
    const arrow = (/** @type {string} */ d, /** @type {boolean} */ on) =>
      arrows.append(
        svg("path", {
          class: on ? "arrow on" : "arrow",
          d,
          "marker-end": `url(#${this.id}${on ? "on" : "off"})`,
        }),
      );
    for (let layer = 0; layer < num_layers; layer++) {
      const head = base(layer) - (ways.length - 1) * 42 - 24;
      text(`layer ${layer}`, left - 82, (base(layer) + y(layer, bidirectional)) / 2 + 4, "head", "start");
      for (let step = 0; step < steps; step++) {
        const box = {
          class: "body",
          x: x(step) - half,
          y: head,
          width: 2 * half,
          height: base(layer) + 24 - head,
          rx: 8,
        };
        bodies.append(svg("rect", box));
        const inside = ways.some((way) => used.has(`${layer} ${Number(way)} ${step}`));
        arrow(`M${x(step)} ${base(layer) + (layer ? gap + 17 : gap)}V${base(layer) + 29}`, inside);
        if (layer === num_layers - 1) arrow(`M${x(step)} ${head - 2}V24`, inside && step === this.now.step);
        if (dropout && layer) {
          const at = base(layer) + 50;
          crosses.append(svg("path", { class: "drop", d: `M${x(step) - 7} ${at - 6}l14 12m0 -12l-14 12` }));
        }
      }
      for (const backward of ways) {
        const [height_, sign, name] = [y(layer, backward), backward ? -1 : 1, backward ? "←" : "→"];
        for (let step = 0; step < steps; step++) {
          const key = `${layer} ${Number(backward)} ${step}`;
          const next = step + sign;
          if (next >= 0 && next < steps) {
            const on = used.has(`${layer} ${Number(backward)} ${next}`);
            arrow(`M${x(step) + sign * radius} ${height_}H${x(next) - sign * (radius + 5)}`, on);
          }
          const last = step === (backward ? 0 : steps - 1);
          const mark = `${used.has(key) ? " used" : ""}${key === chosen ? " chosen" : ""}${last ? " last" : ""}`;
          const node = svg("g", { class: `state${mark}`, "data-place": key });
          node.append(svg("circle", { cx: x(step), cy: height_, r: radius }));
          node.append(svg("text", { x: x(step), y: height_ + 5, "text-anchor": "middle" }, name));
          cells.append(node);
          const row = layer * ways.length + Number(backward);
          if (last)
            text(`h_n[${row}]`, x(step) + sign * (half + 7), height_ + 4, "h", backward ? "end" : "start");
        }
      }
    }
    for (let step = 0; step < steps; step++) {
      text(`x[${step}]`, x(step), bottom + 14, read.has(step) ? "x bold" : "x");
      text(`${dx < 78 ? "" : "output"}[${step}]`, x(step), 14, "head");
    }
    if (dx < 78) text("output", left - 82, 14, "head", "start");
    if (dropout && num_layers > 1) text("✗ dropout", left - 82, base(1) + 54, "o bold", "start");
    const tip = (/** @type {string} */ name) => {
      const head = svg("path", { class: `lw-${name}`, d: "M0 0L8 4L0 8Z" });
      const size = { refX: 5, refY: 4, markerWidth: 10, markerHeight: 10, markerUnits: "userSpaceOnUse" };
      return svg("marker", { id: this.id + name, viewBox: "0 0 8 8", orient: "auto", ...size }, head);
    };
    this.chart.setAttribute("height", String(height));
    renew(this.chart, [svg("defs", {}, tip("on"), tip("off")), bodies, arrows, crosses, cells, said]);
  }

  drawTensors() {
    const { bidirectional, hidden_size, steps, num_layers, step, backward, layer } = this.now;
    const ways = bidirectional ? 2 : 1;
    const { output, h_n } = slices(this.now, this.now);
    const grid = (
      /** @type {number} */ rows,
      /** @type {number} */ columns,
      /** @type {(row: number, column: number) => boolean} */ on,
    ) => {
      const node = html("div", { class: "lw-slice", style: `--columns:${columns}`, "aria-hidden": "true" });
      for (let row = 0; row < rows; row++) {
        node.append(html("span", {}, String(row)));
        for (let column = 0; column < columns; column++)
          node.append(html("i", on(row, column) ? { class: "on" } : {}));
      }
      return node;
    };
    const mine = (/** @type {number} */ column) => Math.floor(column / hidden_size) === Number(backward);
    const shape = `(${steps}, batch, ${ways * hidden_size})`;
    renew(this.output, [
      html("figcaption", {}, html("b", {}, "output "), shape, html("code", {}, output || "none of it")),
      grid(steps, ways * hidden_size, (row, column) => Boolean(output) && row === step && mine(column)),
    ]);
    const at = layer * ways + Number(backward);
    renew(this.h_n, [
      html(
        "figcaption",
        {},
        html("b", {}, "h_n "),
        `(${num_layers * ways}, batch, ${hidden_size})`,
        html("code", {}, h_n || "none of it"),
      ),
      grid(num_layers * ways, hidden_size, (row) => Boolean(h_n) && row === at),
    ]);
  }
}

export default widget("Stack explorer", (view) => void new StackExplorer(view));
