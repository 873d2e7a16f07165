// The stack explorer's pictures: the stack wired up over time, and the two tensors that it returns.
import { clamp, html, renew, svg } from "./elements.js";
import { slices, sources } from "./stack_states.js";

/**
 * @typedef {import("./stack_states.js").Stack & import("./stack_states.js").Place & {dropout: boolean}} Seen
 * What is drawn: the stack, the chosen state, and whether to mark where dropout strikes.
 */

const [GAP, APART] = [46, 42]; // pixels between two layers, and between the two directions of one

/** @param {Seen} seen */
const directions = ({ bidirectional }) => (bidirectional ? [false, true] : [false]);

/** @param {number} layer @param {boolean} backward @param {number} step */
const keyOf = (layer, backward, step) => `${layer} ${Number(backward)} ${step}`;

/** @param {string} said @param {number} x @param {number} y @param {string} style @param {string} anchor */
const words = (said, x, y, style = "", anchor = "middle") =>
  svg("text", { class: style, x, y, "text-anchor": anchor }, said);

/**
 * Where everything stands. It is drawn for the width there is, not scaled to it, so that letters keep their size.
 * @param {Seen} seen @param {number} width
 */
function layout(seen, width) {
  const { num_layers, steps } = seen;
  const dx = clamp((width - 150) / steps, 36, 100);
  const tall = directions(seen).length * APART + GAP;
  const left = 84 + Math.max(0, width - 150 - dx * steps) / 2;
  const bottom = 26 + num_layers * tall;
  const base = (/** @type {number} */ layer) => bottom - layer * tall - GAP; // the height of the forward states
  return {
    ...{ dx, left, bottom, base, radius: Math.min(16, 0.3 * dx), half: Math.min(27, dx / 2 - 3) },
    x: (/** @type {number} */ step) => left + dx * (step + 0.5),
    y: (/** @type {number} */ layer, /** @type {boolean} */ backward) => base(layer) - (backward ? APART : 0),
    head: (/** @type {number} */ layer) => base(layer) - (directions(seen).length - 1) * APART - 24,
  };
}

/** The stack over time. */
export class Wiring {
  constructor() {
    // Markers are looked up in the whole page, and each widget comes with a copy of this module: a counter in it
    // would give all of them the same names.
    this.id = `lw-stack-${Math.random().toString(36).slice(2)}-`;
    this.chart = svg("svg", { class: "lw-stack", "aria-hidden": "true" });
  }

  /** @param {Seen} seen @param {number} width in pixels */
  draw(seen, width) {
    const [at, { states, inputs }] = [layout(seen, width), sources(seen, seen)];
    const used = new Set(states);
    // Kind by kind, so that another step is a few more of each and the others are found again where they were.
    const kinds = [...Array(5)].map(() => svg("g"));
    const [bodies, arrows, crosses, cells, said] = kinds;
    for (let layer = 0; layer < seen.num_layers; layer++) {
      for (let step = 0; step < seen.steps; step++) {
        bodies.append(this.body(at, layer, step));
        arrows.append(...this.upwards(seen, at, used, layer, step));
        if (seen.dropout && layer) {
          const d = `M${at.x(step) - 7} ${at.base(layer) + 44}l14 12m0 -12l-14 12`;
          crosses.append(svg("path", { class: "drop", d }));
        }
      }
      for (const backward of directions(seen))
        for (let step = 0; step < seen.steps; step++) {
          const sign = backward ? -1 : 1;
          const [y, next] = [at.y(layer, backward), step + sign];
          const d = `M${at.x(step) + sign * at.radius} ${y}H${at.x(next) - sign * (at.radius + 5)}`;
          if (next >= 0 && next < seen.steps)
            arrows.append(this.arrow(d, used.has(keyOf(layer, backward, next))));
          cells.append(this.state(seen, at, used, layer, backward, step));
        }
    }
    said.append(...this.said(seen, at, new Set(inputs)));
    this.chart.setAttribute("height", String(at.bottom + 24));
    renew(this.chart, [svg("defs", {}, this.tip("on"), this.tip("off")), ...kinds]);
  }

  /** Paper behind the states of a layer at a step. @param {ReturnType<typeof layout>} at @param {number} layer @param {number} step */
  body({ x, half, head, base }, layer, step) {
    const [y, height] = [head(layer), base(layer) + 24 - head(layer)];
    return svg("rect", { class: "body", x: x(step) - half, y, width: 2 * half, height, rx: 8 });
  }

  /**
   * The arrow into a layer at a step, and out of the top one.
   * @param {Seen} seen @param {ReturnType<typeof layout>} at @param {Set<string>} used @param {number} layer @param {number} step
   */
  upwards(seen, { x, base, head }, used, layer, step) {
    const inside = directions(seen).some((way) => used.has(keyOf(layer, way, step)));
    const into = `M${x(step)} ${base(layer) + (layer ? GAP + 17 : GAP)}V${base(layer) + 29}`;
    const arrows = [this.arrow(into, inside)];
    if (layer === seen.num_layers - 1)
      arrows.push(this.arrow(`M${x(step)} ${head(layer) - 2}V24`, inside && step === seen.step));
    return arrows;
  }

  /** @param {string} d @param {boolean} on whether the chosen state was computed through it */
  arrow(d, on) {
    const tip = `url(#${this.id}${on ? "on" : "off"})`;
    return svg("path", { class: on ? "arrow on" : "arrow", d, "marker-end": tip });
  }

  /** @param {"on" | "off"} name */
  tip(name) {
    const head = svg("path", { class: `lw-${name}`, d: "M0 0L8 4L0 8Z" });
    const size = { refX: 5, refY: 4, markerWidth: 10, markerHeight: 10, markerUnits: "userSpaceOnUse" };
    return svg("marker", { id: this.id + name, viewBox: "0 0 8 8", orient: "auto", ...size }, head);
  }

  /**
   * @param {Seen} seen @param {ReturnType<typeof layout>} at @param {Set<string>} used
   * @param {number} layer @param {boolean} backward @param {number} step
   */
  state(seen, { x, y, radius }, used, layer, backward, step) {
    const key = keyOf(layer, backward, step);
    const chosen = key === keyOf(seen.layer, seen.backward, seen.step) ? " chosen" : "";
    const last = step === (backward ? 0 : seen.steps - 1) ? " last" : "";
    const style = `state${used.has(key) ? " used" : ""}${chosen}${last}`;
    const node = svg("g", { class: style, "data-place": key });
    node.append(svg("circle", { cx: x(step), cy: y(layer, backward), r: radius }));
    node.append(words(backward ? "←" : "→", x(step), y(layer, backward) + 5));
    return node;
  }

  /** All names. @param {Seen} seen @param {ReturnType<typeof layout>} at @param {Set<number>} read the steps of x that were */
  said({ bidirectional, steps, num_layers, dropout }, { left, dx, half, bottom, base, x, y }, read) {
    const parts = [];
    for (let layer = 0; layer < num_layers; layer++) {
      const middle = (base(layer) + y(layer, bidirectional)) / 2 + 4;
      parts.push(words(`layer ${layer}`, left - 82, middle, "head", "start"));
      const row = layer * (bidirectional ? 2 : 1);
      parts.push(words(`h_n[${row}]`, x(steps - 1) + half + 7, y(layer, false) + 4, "h", "start"));
      if (bidirectional)
        parts.push(words(`h_n[${row + 1}]`, x(0) - half - 7, y(layer, true) + 4, "h", "end"));
    }
    for (let step = 0; step < steps; step++) {
      parts.push(words(`x[${step}]`, x(step), bottom + 14, read.has(step) ? "x bold" : "x"));
      parts.push(words(`${dx < 78 ? "" : "output"}[${step}]`, x(step), 14, "head"));
    }
    if (dx < 78) parts.push(words("output", left - 82, 14, "head", "start"));
    if (dropout && num_layers > 1) parts.push(words("✗ dropout", left - 82, base(1) + 54, "o bold", "start"));
    return parts;
  }
}

/** `output` and `h_n` as grids of numbers, with the chosen state's filled. */
export class Tensors {
  constructor() {
    this.output = html("figure", { class: "lw-tensor" });
    this.h_n = html("figure", { class: "lw-tensor" });
    this.node = html("div", { class: "lw-tensors" }, this.output, this.h_n);
  }

  /** @param {Seen} seen */
  draw(seen) {
    const { bidirectional, hidden_size, steps, num_layers, step, backward, layer } = seen;
    const ways = bidirectional ? 2 : 1;
    const { output, h_n } = slices(seen, seen);
    const [from, at] = [backward ? hidden_size : 0, layer * ways + Number(backward)];
    this.fill(this.output, "output", [steps, ways * hidden_size], output, step, from, hidden_size);
    this.fill(this.h_n, "h_n", [num_layers * ways, hidden_size], h_n, at, 0, hidden_size);
  }

  /**
   * @param {HTMLElement} figure @param {string} name @param {[number, number]} shape
   * @param {string} slice the code that finds the state, empty where it is not in here
   * @param {number} row @param {number} from @param {number} size where the state stands
   */
  fill(figure, name, [rows, columns], slice, row, from, size) {
    const grid = html("div", { class: "lw-slice", style: `--columns:${columns}`, "aria-hidden": "true" });
    for (let k = 0; k < rows; k++) {
      grid.append(html("span", {}, String(k)));
      for (let column = 0; column < columns; column++) {
        const on = slice && k === row && column >= from && column < from + size;
        grid.append(html("i", on ? { class: "on" } : {}));
      }
    }
    const code = html("code", {}, slice || "none of it");
    renew(figure, [
      html("figcaption", {}, html("b", {}, `${name} `), `(${rows}, batch, ${columns})`, code),
      grid,
    ]);
  }
}
