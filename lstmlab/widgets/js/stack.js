// The stack explorer: layers and directions wired up over time, one state chosen. `stack.py` has its traits.
import { View, widget } from "./base.js";
import { choice, slider, toggle } from "./controls.js";
import { clamp, html } from "./elements.js";
import { Tensors, Wiring } from "./stack_figure.js";
import { slices, sources } from "./stack_states.js";
import { _ } from "./words.js";

/** @param {number[]} steps in order @param {number} all */
const spread = (steps, all) =>
  steps.length === all
    ? _`all of x`
    : steps.length === 1
      ? `x[${steps[0]}]`
      : _`x[${steps[0]}] to x[${steps.at(-1)}]`;

const LEGEND = _`Full: the chosen state. Tinted: the states it was computed from. Thick rim: a state that h_n returns.`;

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
    const stack = group(_`the stack`, ["num_layers", "steps", "hidden_size", "bidirectional", "dropout"]);
    const state = group(_`the state`, ["layer", "step", "backward"], "lw-state");
    const desk = html("div", { class: "lw-desk" }, this.wiring.chart, this.tensors.node, state, stack);
    view.root.append(desk, this.legend, view.status);
    view.paint = () => this.paint();
    const pull = () => {
      for (const name of Object.keys(this.now)) this.now[/** @type {"step"} */ (name)] = view.model.get(name);
    };
    pull();
    view.status.textContent = [_`Click a state, or use the sliders.`, this.said()].join(" ");
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
      label: _`direction`,
      options: ["forward", "backward"],
      names: { forward: _`forward`, backward: _`backward` },
      value: "forward",
      done: (name) => {
        this.change({ backward: name === "backward" });
        done();
      },
    });
    /** @type {Record<string, {node: HTMLElement, range?: HTMLInputElement, put: (value: any) => void}>} */
    const controls = {
      num_layers: range("num_layers", "num_layers", 1, 3),
      steps: range("steps", _`steps`, 2, 8),
      hidden_size: range("hidden_size", "hidden_size", 1, 6),
      bidirectional: box("bidirectional", "bidirectional"),
      dropout: box("dropout", _`dropout, in training`),
      layer: range("layer", _`layer`, 0, 2),
      step: range("step", _`step`, 0, 7),
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
    const named = !bidirectional
      ? _`h of layer ${layer}, after step ${step},`
      : backward
        ? _`h of layer ${layer}, backward, after step ${step},`
        : _`h of layer ${layer}, forward, after step ${step},`;
    const where =
      output && h_n
        ? _`is returned as ${output} and ${h_n}.`
        : output || h_n
          ? _`is returned as ${output || h_n}.`
          : _`is not returned: output holds the top layer only, h_n only the state that each direction reads last.`;
    const { inputs } = sources(this.now, this.now);
    return [named, where, _`It has read ${spread(inputs, steps)}.`].join(" ");
  }

  dropped() {
    if (!this.now.dropout) return _`Without dropout the arrows between layers carry every number.`;
    if (this.now.num_layers === 1)
      return _`One layer has no arrow between layers: dropout strikes nothing, and PyTorch warns.`;
    return _`In training, dropout strikes the crossed arrows, from each layer to the next: not x, not output, not h_n, and nothing along time.`;
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
export default widget("stack", _`Stack explorer`, (view) => void new StackExplorer(view));
