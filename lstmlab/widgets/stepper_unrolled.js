// The state stepper's upper picture: the same cell at every step, its state above its input.
import { clamp, fixed, renew, set, svg } from "./elements.js";
import { share, sign } from "./shades.js";

/** @typedef {import("./shades.js").Walk} Walk */

const NAMED = 68; // pixels from step to step: above it there is room for the name of a weight between two boxes

/** @param {string} said @param {number} x @param {number} y @param {string} style @param {string} anchor */
const words = (said, x, y, style = "", anchor = "middle") =>
  svg("text", { class: style, x, y, "text-anchor": anchor }, said);

/** Where everything stands, in pixels. @param {Walk} walk @param {number} width */
function layout({ x, h }, width) {
  const [steps, units, size] = [x.length, h[0].length, x[0].length];
  const left = 74;
  const column = Math.min(220, (width - left - 6) / steps);
  // Between two boxes there should be room for the name of a weight, and in a box for a number.
  const wide = Math.min(column * (column > NAMED ? 0.5 : column > 40 ? 0.6 : 0.86), 46);
  const tall = clamp(110 / units, 9, 24);
  const [top, gap] = [24, column > 40 ? 34 : 12];
  const below = top + units * tall + gap;
  const height = below + size * tall + 20;
  return { steps, units, size, left, column, wide, tall, top, gap, below, height };
}

/** @typedef {ReturnType<typeof layout>} Layout */

/** One step: its state, its input, the arrows between them. @param {Walk} walk @param {Layout} at @param {number} step */
function drawColumn(walk, at, step) {
  const { column, wide, top, below } = at;
  const middle = at.left + column * (step + 0.5);
  const group = svg("g", { class: "column", "data-step": step });
  group.append(...drawCells(walk.h[step], middle, top, at, walk.most.h, walk.unit));
  group.append(...drawCells(walk.x[step], middle, below, at, walk.most.x, at.size > 1 ? walk.feature : -1));
  if (column > 40) {
    const [way, half] = [walk.backwards ? -1 : 1, at.units * at.tall];
    const first = step === (walk.backwards ? at.steps - 1 : 0);
    const from = middle - way * (first ? wide / 2 + 18 : column - wide / 2 - 2);
    const d = `M${from} ${top + half / 2}H${middle - way * (wide / 2 + 5)}l${-way * 6} -4m${way * 6} 4l${-way * 6} 4`;
    group.append(svg("path", { class: "arrow h", d }));
    const up = `M${middle} ${below - 3}V${top + half + 4}l-4 6m4 -6l4 6`;
    group.append(svg("path", { class: "arrow x", d: up }));
  }
  if (column > 22 || step % 5 === 0) group.append(words(String(step), middle, top - 8, "tick"));
  return group;
}

/**
 * Numbers below one another, as shades; written into their cells where there is room, and where there is none, a
 * dash marks the negative ones.
 * @param {ArrayLike<number>} values @param {number} middle @param {number} top @param {Layout} at @param {number} most
 * @param {number} chosen the one that is outlined
 */
function drawCells(values, middle, top, { wide, tall }, most, chosen) {
  const roomy = wide >= 34 && tall >= 14;
  /** @type {SVGElement[]} */
  const parts = [];
  let dashes = "";
  for (let row = 0; row < values.length; row++) {
    const y = top + row * tall;
    const place = { x: middle - wide / 2, y, width: wide, height: tall - 1 };
    const strength = share(values[row], most) / 100;
    parts.push(svg("rect", { class: sign(values[row], row === chosen), "fill-opacity": strength, ...place }));
    if (roomy) parts.push(words(fixed(values[row]), middle, y + tall / 2 + 4, "number"));
    else if (values[row] < 0) dashes += `M${middle - 0.3 * wide} ${y + (tall - 1) / 2}h${0.6 * wide}`;
  }
  return dashes ? [...parts, svg("path", { class: "dash", d: dashes })] : parts;
}

/** All steps side by side: what has been is full, what is to come is veiled. */
export class Unrolled {
  constructor() {
    this.chart = svg("svg", { class: "lw-unrolled", "aria-hidden": "true" });
    this.columns = svg("g");
  }

  /** @param {Walk} walk @param {number} width in pixels @param {boolean} changed whether more than the step has */
  draw(walk, width, changed) {
    const at = layout(walk, width);
    const { left, column, top, height } = at;
    if (changed) {
      const heads = [
        words("state h", 2, top + (at.units * at.tall) / 2 + 4, "h", "start"),
        words("input x", 2, at.below + (at.size * at.tall) / 2 + 4, "x", "start"),
      ];
      renew(this.columns, [...heads, ...walk.x.map((_, step) => drawColumn(walk, at, step))]);
      set(this.chart, { height });
    }
    const here = left + column * (walk.step + 0.5);
    const way = walk.backwards ? -1 : 1;
    // What is still to come is veiled by one sheet: opacity for each column would be a layer of paint for each.
    const edge = here + (way * column) / 2;
    const [from, to] = walk.backwards ? [left, edge] : [edge, left + column * at.steps];
    const frame = {
      x: here - at.wide / 2 - 4,
      y: top - 4,
      width: at.wide + 8,
      height: height - top - 8,
      rx: 6,
    };
    const parts = [
      this.columns,
      svg("rect", { class: "later", x: from, y: 0, width: Math.max(0, to - from), height }),
      svg("rect", { class: "frame", ...frame }),
    ];
    if (column > NAMED) {
      const level = top + (at.units * at.tall) / 2;
      const first = walk.step === (walk.backwards ? at.steps - 1 : 0);
      const back = first ? at.wide / 2 + 20 : column / 2 + 2;
      parts.push(words("W_hh", here - way * back, level - 6, "h small"));
      parts.push(words("W_ih", here + at.wide / 2 + 8, at.below - at.gap / 2 + 4, "x small", "start"));
    }
    renew(this.chart, parts);
  }
}
