// The stack explorer's pictures: the stack wired up over time, and the two tensors that it returns.
import { clamp, html, low, renew, set, svg, tenths, write } from "./elements.js";
import { slices, sources } from "./stack_states.js";
import { _ } from "./words.js";

/**
 * @typedef {import("./stack_states.js").Stack & import("./stack_states.js").Place & {dropout: boolean}} Seen
 * What is drawn: the stack, the chosen state, and whether to mark where dropout strikes.
 */

const [PITCH, SIDE, HEADS] = [15, 13, 20]; // pixels from cell to cell of a tensor, a cell's side, room for row numbers

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
  const [before, after] = width < 440 ? [54, 51] : [84, 66]; // of the stack, for names
  const dx = clamp((width - before - after) / steps, 20, 100);
  const [gap, apart] = low.matches ? [36, 34] : [46, 42]; // between two layers, and two directions of one
  const tall = directions(seen).length * apart + gap;
  const left = before + Math.max(0, width - before - after - dx * steps) / 2;
  const bottom = 26 + num_layers * tall;
  const base = (/** @type {number} */ layer) => bottom - layer * tall - gap; // the height of the forward states
  return {
    ...{
      dx,
      left,
      names: left - before + 2,
      bottom,
      base,
      gap,
      apart,
      radius: Math.min(0.38 * apart, 0.3 * dx),
      half: Math.min(27, dx / 2 - 3),
    },
    x: (/** @type {number} */ step) => left + dx * (step + 0.5),
    y: (/** @type {number} */ layer, /** @type {boolean} */ backward) => base(layer) - (backward ? apart : 0),
    head: (/** @type {number} */ layer) => base(layer) - (directions(seen).length - 1) * apart - 24,
  };
}

/** @typedef {{from: [number, number], to: [number, number], on: boolean}} Arrow  On: the chosen state was computed through it. */

/** Paper behind the states of a layer at a step. @param {ReturnType<typeof layout>} at @param {number} layer @param {number} step */
function body({ x, half, head, base }, layer, step) {
  const [wide, tall] = [2 * half - 16, base(layer) + 8 - head(layer)];
  const [right, down, left, up] = ["8 8", "-8 8", "-8 -8", "8 -8"].map((to) => `a8 8 0 0 1 ${to}`);
  return `M${tenths(x(step) - half + 8)} ${head(layer)}h${wide}${right}v${tall}${down}h${-wide}${left}v${-tall}${up}`;
}

/**
 * The arrow into a layer at a step, and out of the top one.
 * @param {Seen} seen @param {ReturnType<typeof layout>} at @param {Set<string>} used @param {number} layer @param {number} step
 * @returns {Arrow[]}
 */
function upwards(seen, { x, base, head, gap, apart }, used, layer, step) {
  const on = directions(seen).some((way) => used.has(keyOf(layer, way, step)));
  const [here, below] = [x(step), base(layer) + gap + (layer ? apart - 25 : 0)];
  /** @type {Arrow} */
  const into = { from: [here, below], to: [here, base(layer) + 29], on };
  if (layer < seen.num_layers - 1) return [into];
  return [into, { from: [here, head(layer) - 2], to: [here, 24], on: on && step === seen.step }];
}

/** @param {Arrow[]} arrows */
const lines = (arrows) =>
  arrows.map(({ from, to }) => `M${from.map(tenths).join(" ")}L${to.map(tenths).join(" ")}`).join("");

/** Their tips, which point to the right, to the left or up. @param {Arrow[]} arrows */
const heads = (arrows) =>
  arrows
    .map(({ from: [start], to: [x, y] }) => {
      const way = Math.sign(x - start);
      return way ? `M${tenths(x + 4 * way)} ${y}l${-10 * way} -5v10Z` : `M${tenths(x)} ${y - 4}l-5 10h10Z`;
    })
    .join("");

/** The stack over time: one path for all of a kind, since what a move costs the browser goes by the number of nodes. */
export class Wiring {
  constructor() {
    this.chart = svg("svg", { class: "lw-stack", "aria-hidden": "true" });
    const kinds = ["body", "arrow", "arrow on", "tip lw-off", "tip lw-on", "drop"];
    this.paths = kinds.map((style) => svg("path", { class: style }));
    this.cells = svg("g");
    this.said = svg("g");
    this.chart.append(...this.paths, this.cells, this.said);
  }

  /** @param {Seen} seen @param {number} width in pixels */
  draw(seen, width) {
    const [at, { states, inputs }] = [layout(seen, width), sources(seen, seen)];
    const used = new Set(states);
    const cells = [];
    let [bodies, crosses] = ["", ""];
    /** @type {Arrow[]} */
    const arrows = [];
    for (let layer = 0; layer < seen.num_layers; layer++) {
      for (let step = 0; step < seen.steps; step++) {
        bodies += body(at, layer, step);
        arrows.push(...upwards(seen, at, used, layer, step));
        if (seen.dropout && layer)
          crosses += `M${at.x(step) - 7} ${at.base(layer) + (at.gap + at.apart) / 2}l14 12m0 -12l-14 12`;
      }
      for (const backward of directions(seen))
        for (let step = 0; step < seen.steps; step++) {
          const sign = backward ? -1 : 1;
          const [y, next] = [at.y(layer, backward), step + sign];
          const [from, to] = [at.x(step) + sign * at.radius, at.x(next) - sign * (at.radius + 5)];
          if (next >= 0 && next < seen.steps)
            arrows.push({ from: [from, y], to: [to, y], on: used.has(keyOf(layer, backward, next)) });
          cells.push(this.state(seen, at, used, layer, backward, step));
        }
    }
    const [on, off] = [arrows.filter((arrow) => arrow.on), arrows.filter((arrow) => !arrow.on)];
    const drawn = [bodies, lines(off), lines(on), heads(off), heads(on), crosses];
    drawn.forEach((d, kind) => set(this.paths[kind], { d }));
    renew(this.cells, cells);
    renew(this.said, this.names(seen, at, new Set(inputs)));
    set(this.chart, { height: at.bottom + 24 });
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
    const place = `translate(${tenths(x(step))} ${y(layer, backward)})`;
    const node = svg("g", { class: style, "data-place": key, transform: place });
    node.append(svg("circle", { r: radius }), words(backward ? "←" : "→", 0, 5));
    return node;
  }

  /** All names. @param {Seen} seen @param {ReturnType<typeof layout>} at @param {Set<number>} read the steps of x that were */
  names(
    { bidirectional, steps, num_layers, dropout },
    { names, dx, half, bottom, base, gap, apart, x, y },
    read,
  ) {
    const parts = [];
    for (let layer = 0; layer < num_layers; layer++) {
      const middle = (base(layer) + y(layer, bidirectional)) / 2 + 4;
      parts.push(words(_`layer ${layer}`, names, middle, "head", "start"));
      const row = layer * (bidirectional ? 2 : 1);
      parts.push(words(`h_n[${row}]`, x(steps - 1) + half + 7, y(layer, false) + 4, "h", "start"));
      if (bidirectional)
        parts.push(words(`h_n[${row + 1}]`, x(0) - half - 7, y(layer, true) + 4, "h", "end"));
    }
    for (let step = 0; step < steps; step++) {
      parts.push(
        words(`${dx < 36 ? "" : "x"}[${step}]`, x(step), bottom + 14, read.has(step) ? "x bold" : "x"),
      );
      parts.push(words(`${dx < 78 ? "" : "output"}[${step}]`, x(step), 14, "head"));
    }
    if (dx < 78) parts.push(words("output", names, 14, "head", "start"));
    if (dx < 36) parts.push(words("x", names, bottom + 14, "x", "start"));
    if (dropout && num_layers > 1)
      parts.push(
        words(
          x(0) - names < 90 ? "dropout" : "✗ dropout",
          names,
          base(1) + (gap + apart) / 2 + 10,
          "o bold",
          "start",
        ),
      );
    return parts;
  }
}

/** `output` and `h_n` as grids of numbers, with the chosen state's filled. */
export class Tensors {
  constructor() {
    this.output = new Grid("output");
    this.h_n = new Grid("h_n");
    this.node = html("div", { class: "lw-tensors" }, this.output.node, this.h_n.node);
  }

  /** @param {Seen} seen */
  draw(seen) {
    const { bidirectional, hidden_size, steps, num_layers, step, backward, layer } = seen;
    const ways = bidirectional ? 2 : 1;
    const { output, h_n } = slices(seen, seen);
    const [from, at] = [backward ? hidden_size : 0, layer * ways + Number(backward)];
    this.output.draw([steps, ways * hidden_size], output, step, from, hidden_size);
    this.h_n.draw([num_layers * ways, hidden_size], h_n, at, 0, hidden_size);
  }
}

/** One of them. */
class Grid {
  /** @param {string} name */
  constructor(name) {
    this.shape = html("span");
    this.code = html("code");
    this.cells = svg("path", { class: "cells" });
    this.on = svg("path", { class: "on" });
    this.rows = svg("g");
    this.chart = svg("svg", { class: "lw-slice", "aria-hidden": "true" }, this.cells, this.on, this.rows);
    const title = html("figcaption", {}, html("b", {}, `${name} `), this.shape, this.code);
    this.node = html("figure", { class: "lw-tensor" }, title, this.chart);
  }

  /**
   * @param {[number, number]} shape @param {string} slice the code that finds the state, empty where it is not in here
   * @param {number} row @param {number} from @param {number} size where the state stands
   */
  draw([rows, columns], slice, row, from, size) {
    const cell = (/** @type {number} */ k, /** @type {number} */ column) =>
      `M${HEADS + PITCH * column} ${1 + PITCH * k}h${SIDE}v${SIDE}h${-SIDE}Z`;
    const all = [...Array(columns).keys()];
    const numbers = [...Array(rows).keys()];
    write(this.shape, `(${rows}, batch, ${columns})`);
    write(this.code, slice || _`none of it`);
    set(this.cells, { d: numbers.flatMap((k) => all.map((column) => cell(k, column))).join("") });
    set(this.on, {
      d: slice
        ? all
            .slice(from, from + size)
            .map((column) => cell(row, column))
            .join("")
        : "",
    });
    const said = numbers.map((k) => words(String(k), HEADS - 6, PITCH * (k + 1) - 3, "", "end"));
    renew(this.rows, said);
    set(this.chart, { width: HEADS + PITCH * columns, height: PITCH * rows + 2 });
  }
}
