// The shape explorer: the constructor's arguments as controls, tensors as boxes. `shapes.py` has its traits.
import { View, widget } from "./base.js";
import { button, slider, toggle } from "./controls.js";
import { html, low, renew, svg } from "./elements.js";
import { code, count, objection, parameters, shapes } from "./tensors.js";
import { _ } from "./words.js";

/** @typedef {import("./tensors.js").Settings} Settings @typedef {{axis: string, name: string, size: number}} Axis */

const [EDGE, CELL] = [150, 17]; // the longest edge of a box and of a cell, in pixels; two thirds of it in a low window
/** What each setting changes, said after the count of parameters. @type {Record<keyof Settings, string>} */
const MEANINGS = {
  input_size: _`Only weight_ih_l0 reads x: no shape that returns changes.`,
  hidden_size: _`c_n has hidden_size features, and without proj_size h too: then the parameters grow about with its square.`,
  num_layers: _`h_n and c_n get a row for each layer. output does not: it is the top layer's h, and no other's.`,
  bias: _`Two biases for each layer and direction; no shape changes.`,
  batch_first: _`batch and time change places in x and in output. h_n and c_n stay: they have no time axis.`,
  dropout: _`Dropout strikes between layers, in training; it changes no shape and has no parameters.`,
  bidirectional: _`output holds both directions side by side; h_n and c_n get a row for each of them.`,
  proj_size: _`h, so output and h_n, has proj_size features; c_n keeps hidden_size.`,
  time: _`The same layer reads any length: no parameter depends on it.`,
  batch: _`The same layer reads any batch: no parameter depends on it.`,
  batched: _`Without a batch axis, nothing that returns has one.`,
  features: _`The last axis of x must be input_size.`,
};
/** @type {Record<string, string>} */
const SAID = {
  bias: "bias",
  batch_first: "batch_first",
  bidirectional: "bidirectional",
  batched: _`x has a batch axis`,
};
/** @type {Record<string, [string, number, number, number]>} label, least, most, step */
const SLIDERS = {
  input_size: ["input_size", 1, 16, 1],
  hidden_size: ["hidden_size", 1, 16, 1],
  num_layers: ["num_layers", 1, 4, 1],
  proj_size: ["proj_size", 0, 15, 1],
  dropout: ["dropout", 0, 0.9, 0.1],
  time: [_`time`, 1, 12, 1],
  batch: [_`batch`, 1, 8, 1],
  features: [_`features of x`, 1, 16, 1],
};

/** "features 5"; a product is worked out: "2 × h = 6". @param {Axis} axis @param {string} [of] the name, where it stands elsewhere */
const said = ({ name, size }, of = name) => `${name} ${of.includes("×") ? "= " : ""}${size}`.trim();

class ShapeExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    /** @type {any} */
    this.now = {};
    /** @type {Record<string, {node: HTMLElement, put: (value: any) => void}>} */
    this.controls = {};
    const [layer, input] = [_`the constructor's arguments`, _`the input`].map((title) =>
      html("fieldset", { class: "lw-group" }, html("legend", {}, title)),
    );
    for (const key of Object.keys(SLIDERS))
      this.controls[key] = this.makeSlider(/** @type {keyof Settings} */ (key));
    for (const key of Object.keys(SAID))
      this.controls[key] = this.makeToggle(/** @type {keyof Settings} */ (key));
    for (const [key, { node }] of Object.entries(this.controls))
      (/^(time|batch|batched|features)$/.test(key) ? input : layer).append(node);
    this.unit = CELL;
    this.boxes = html("div", { class: "lw-boxes" });
    this.code = html("pre", { class: "lw-code", tabindex: "0", "aria-label": _`the line of code` });
    this.table = html("div", { class: "lw-table" });
    const copy = button(view, _`Copy`, () => this.copy());
    const lines = html("div", { class: "lw-copy" }, this.code, copy);
    view.root.append(this.boxes, html("div", { class: "lw-pair" }, layer, input), lines, view.status);
    const names = html("summary", {}, _`every parameter`);
    view.root.append(html("details", {}, names, this.table));
    view.paint = () => this.paint();
    this.pull();
    view.status.textContent = [
      _`Change an argument: the boxes keep their colours, an axis is an axis.`,
      this.said("hidden_size"),
    ].join(" ");
    view.watch(Object.keys(this.now), () => {
      this.pull();
      view.redraw(() => this.said("hidden_size"));
    });
  }

  pull() {
    const names = [...Object.keys(SLIDERS), ...Object.keys(SAID)];
    this.now = Object.fromEntries(names.map((name) => [name, this.view.model.get(name)]));
  }

  /** @param {keyof Settings} key */
  makeSlider(key) {
    const [label, min, max, step] = SLIDERS[key];
    const show = (/** @type {number} */ value) => (step < 1 ? value.toFixed(1) : String(value));
    return slider(this.view, {
      ...{ label, min, max, step, show, tone: { time: "f", batch: "o", features: "i" }[String(key)] ?? "x" },
      input: (value) => this.change(key, value),
      done: () => this.view.tell(this.now),
    });
  }

  /** @param {keyof Settings} key */
  makeToggle(key) {
    const done = (/** @type {boolean} */ on) => {
      this.change(key, on);
      this.view.tell(this.now);
    };
    return toggle(this.view, { label: SAID[key], done });
  }

  /** @param {keyof Settings} key @param {number | boolean} value */
  change(key, value) {
    const follows = key === "input_size" && this.now.features === this.now.input_size;
    this.now[key] = value;
    if (follows) this.now.features = value; // x fits until its own slider says otherwise
    this.view.redraw(() => this.said(key));
  }

  async copy() {
    const range = document.createRange();
    range.selectNodeContents(this.code);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    await navigator.clipboard?.writeText(this.code.textContent ?? "").catch(() => {});
    this.view.say(() => _`Copied; if not, the line is selected: press Ctrl and C.`);
  }

  // -- what is said and drawn -----------------------------------------------------------------------------------

  /** @param {keyof Settings} key */
  said(key) {
    const wrong = objection(this.now);
    if (wrong) return [_`PyTorch refuses.`, wrong].join(" ");
    const { output, h_n, c_n } = shapes(this.now);
    const tell = Object.entries({ output, h_n, c_n }).map(([name, shape]) => `${name} ${tuple(shape)}`);
    const warned =
      this.now.dropout && this.now.num_layers === 1
        ? _`PyTorch warns: with one layer there is no place for dropout.`
        : "";
    const total = count(parameters(this.now)).toLocaleString("en");
    return [_`${tell.join(", ")}; ${total} parameters.`, MEANINGS[key], warned].join(" ").trim();
  }

  paint() {
    for (const [key, { put }] of Object.entries(this.controls)) put(this.now[key]);
    this.code.textContent = code(this.now);
    const found = parameters(this.now);
    const rows = found.map(([name, shape]) => html("span", {}, name, html("b", {}, ` ${tuple(shape)}`)));
    renew(this.table, rows);
    const wrong = objection(this.now);
    const made = shapes(this.now);
    const { batched, batch_first, bidirectional } = this.now;
    const steps = batched ? (batch_first ? ["batch", "time"] : ["time", "batch"]) : ["time"];
    const states = ["layers", ...(batched ? ["batch"] : [])];
    /** @type {Record<string, string>} */
    const names = { time: _`time`, batch: _`batch`, layers: _`layers`, features: _`features` };
    const layers = bidirectional ? `${names.layers} × 2` : names.layers;
    const axes = (/** @type {string[]} */ kinds, /** @type {number[]} */ shape, last = names.features) =>
      [...kinds, "features"].map((axis, k) => ({
        axis,
        name: axis === "layers" ? layers : axis === "features" ? last : names[axis],
        size: shape[k],
      }));
    const longest = Math.max(...Object.values(made).flat());
    this.unit = (low.matches ? 2 / 3 : 1) * Math.min(CELL, EDGE / longest); // one for all boxes: what looks larger is larger
    const parts = [this.box("x", _`the input`, axes(steps, made.x)), this.middle(count(found), wrong)];
    if (!wrong) {
      const both = bidirectional ? "2 × h" : "h";
      const output = this.box("output", _`h of the top layer, every step`, axes(steps, made.output, both));
      const h_n = this.box("h_n", _`h of every layer, its last step`, axes(states, made.h_n, "h"));
      const c_n = this.box("c_n", _`c of every layer, its last step`, axes(states, made.c_n, "c"));
      parts.push(html("div", { class: "lw-returned" }, output, h_n, c_n)); // on a narrow page a row of their own
    }
    renew(this.boxes, parts);
  }

  /** The layer between its input and what it returns. @param {number} total @param {string} wrong */
  middle(total, wrong) {
    if (wrong) return html("p", { class: "lw-wrong" }, html("b", {}, "✗ "), wrong);
    const number = html("b", {}, total.toLocaleString("en"));
    return html(
      "p",
      { class: "lw-layer" },
      html("span", {}, "nn.LSTM"),
      number,
      html("span", {}, _`parameters`),
    );
  }

  /**
   * A tensor: rows downwards, features to the right, and the axis between them into the page.
   * @param {string} name @param {string} what @param {Axis[]} axes
   */
  box(name, what, axes) {
    const [down, deep, across] =
      axes.length === 3 ? axes : [axes[0], { axis: "", name: "", size: 1 }, axes[1]];
    const { unit } = this;
    const [width, height] = [across.size * unit, down.size * unit];
    const aside = deep.axis ? deep.size * unit * 0.5 : 0;
    const [left, top] = [down.name.length > 6 ? 76 : 48, aside + 22];
    const floor = Math.max(height, height / 2 + 10); // what stands below a flat box is below its name at the left
    const over = Math.max(8, 4 * said(across).length - width / 2 - aside); // what a name reaches over a narrow box
    const chart = svg("svg", {
      width: left + width + aside + over,
      height: top + floor + 26,
      "aria-hidden": "true",
    });
    const cells = (/** @type {number} */ k, /** @type {number} */ n, /** @type {number} */ size) =>
      (size * k) / n;
    let lines = "";
    for (let k = 0; k <= down.size; k++)
      lines += `M${left} ${top + cells(k, down.size, height)}h${width}l${aside} ${-aside}`;
    for (let k = 0; k <= across.size; k++)
      lines += `M${left + cells(k, across.size, width)} ${top + height}v${-height}l${aside} ${-aside}`;
    for (let k = 1; k <= deep.size && aside; k++) {
      const off = cells(k, deep.size, aside);
      lines += `M${left + off} ${top - off}h${width}v${height}`;
    }
    const face = `M${left} ${top}h${width}v${height}h${-width}Z`;
    const side = `M${left} ${top}l${aside} ${-aside}h${width}v${height}l${-aside} ${aside}v${-height}Z`;
    chart.append(svg("path", { class: "side", d: side }), svg("path", { class: "face", d: face }));
    chart.append(svg("path", { class: "cells", d: lines }));
    const label = (
      /** @type {Axis} */ a,
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {string} */ anchor,
    ) => chart.append(svg("text", { class: a.axis, x, y, "text-anchor": anchor }, said(a)));
    label(across, left + width / 2, top + floor + 16, "middle");
    chart.append(
      svg(
        "text",
        { class: down.axis, x: left - 6, y: top + height / 2 - 3, "text-anchor": "end" },
        down.name,
      ),
    );
    chart.append(
      svg(
        "text",
        { class: down.axis, x: left - 6, y: top + height / 2 + 12, "text-anchor": "end" },
        said({ ...down, name: "" }, down.name),
      ),
    );
    const above = Math.min(top - aside / 2 - 6, top + height / 2 - 17); // of a flat box also above that name
    if (aside) label(deep, left + aside / 2 - 4, above, "end");
    const shape = tuple(axes.map(({ size }) => size));
    const caption = html("figcaption", {}, html("b", {}, name), ` ${shape}`, html("small", {}, what));
    return html("figure", { class: "lw-box" }, chart, caption);
  }
}

/** A shape as Python prints it. @param {number[]} shape */
const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

// Held against torch by the tests.
export { code, count, objection, parameters, shapes };
export default widget("shapes", _`Shape explorer`, (view) => void new ShapeExplorer(view));
