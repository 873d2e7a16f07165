// The stack explorer: layers and directions wired up over time, one state chosen. `stack.py` has its traits.
import { View, widget } from "./base.js";
import { choice, slider, toggle } from "./controls.js";
import { clamp, html } from "./elements.js";
import { Tensors, Wiring } from "./stack_figure.js";
import { slices, sources } from "./stack_states.js";

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
    this.wiring = new Wiring();
    this.tensors = new Tensors();
    this.legend = html("p", { class: "lw-legend" }, LEGEND);
    this.controls = this.makeControls();
    const group = (/** @type {string} */ title, /** @type {string[]} */ names, style = "") => {
      const nodes = names.map((name) => this.controls[name].node);
      return html("fieldset", { class: `lw-group ${style}` }, html("legend", {}, title), ...nodes);
    };
    const stack = group("the stack", ["num_layers", "steps", "hidden_size", "bidirectional", "dropout"]);
    const state = group("the state", ["layer", "step", "backward"], "lw-state");
    const desk = html("div", { class: "lw-desk" }, this.wiring.chart, this.tensors.node, state, stack);
    view.root.append(desk, this.legend, view.status);
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
    view.onSize(this.wiring.chart, (width) => {
      this.width = width;
      view.redraw();
    });
    view.on(this.wiring.chart, "click", (event) => {
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
    // The ends first: a slider takes no value beyond them.
    this.controls.layer.range?.setAttribute("max", String(this.now.num_layers - 1));
    this.controls.step.range?.setAttribute("max", String(this.now.steps - 1));
    for (const [name, { put }] of Object.entries(this.controls)) put(this.now[/** @type {"step"} */ (name)]);
    this.wiring.draw(this.now, this.width);
    this.tensors.draw(this.now);
  }
}

// Held against torch by the tests.
export { slices, sources };
export default widget("stack", "Stack explorer", (view) => void new StackExplorer(view));
