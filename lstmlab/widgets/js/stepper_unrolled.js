// The state stepper's upper picture: the same cell at every step, its state above its input.
import { brief, clamp, low, renew, set, svg, write } from "./elements.js";
import { share, sign } from "./shades.js";
import { _ } from "./words.js";

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
  const tall = clamp(110 / units, 9, low.matches ? 17 : 24);
  const [top, gap] = [24, column > 40 ? 34 : 12];
  const below = top + units * tall + gap;
  const height = below + size * tall + 20;
  return { steps, units, size, left, column, wide, tall, top, gap, below, height };
}

/** @typedef {ReturnType<typeof layout>} Layout */

/**
 * Numbers below one another, as shades; written into their cells where there is room, and where there is none, a
 * dash marks the negative ones.
 */
class Cells {
  /** @param {number} count @param {number} middle @param {number} top in pixels @param {Layout} at */
  constructor(count, middle, top, { wide, tall }) {
    const rows = [...Array(count).keys()].map((row) => top + row * tall);
    const place = { x: middle - wide / 2, width: wide, height: tall - 1 };
    const roomy = wide >= 34 && tall >= 14;
    this.rects = rows.map((y) => svg("rect", { ...place, y }));
    this.texts = roomy ? rows.map((y) => words("", middle, y + tall / 2 + 4, "number")) : [];
    this.dashes = rows.map((y) => `M${middle - 0.3 * wide} ${y + (tall - 1) / 2}h${0.6 * wide}`);
    this.dash = svg("path", { class: "dash" });
    this.nodes = [...this.rects, ...this.texts, ...(roomy ? [] : [this.dash])];
  }

  /** @param {ArrayLike<number>} values @param {number} most the strongest @param {number} chosen the one that is outlined */
  show(values, most, chosen) {
    this.rects.forEach((rect, row) => {
      const strength = share(values[row], most) / 100;
      set(rect, { class: sign(values[row], row === chosen), "fill-opacity": strength });
    });
    this.texts.forEach((text, row) => write(text, brief(values[row])));
    const negative = this.dashes.filter((_, row) => values[row] < 0);
    if (!this.texts.length) set(this.dash, { d: negative.join("") });
  }
}

/** One step: its state, its input, the arrows between them. */
class Column {
  /** @param {Walk} walk @param {Layout} at @param {number} step */
  constructor(walk, at, step) {
    const { column, wide, top, below } = at;
    const middle = at.left + column * (step + 0.5);
    this.h = new Cells(at.units, middle, top, at);
    this.x = new Cells(at.size, middle, below, at);
    this.node = svg("g", { class: "column", "data-step": step }, ...this.h.nodes, ...this.x.nodes);
    if (column > 40) {
      const [way, half] = [walk.backwards ? -1 : 1, at.units * at.tall];
      const first = step === (walk.backwards ? at.steps - 1 : 0);
      const from = middle - way * (first ? wide / 2 + 18 : column - wide / 2 - 2);
      const d = `M${from} ${top + half / 2}H${middle - way * (wide / 2 + 5)}l${-way * 6} -4m${way * 6} 4l${-way * 6} 4`;
      const up = `M${middle} ${below - 3}V${top + half + 4}l-4 6m4 -6l4 6`;
      this.node.append(svg("path", { class: "arrow h", d }), svg("path", { class: "arrow x", d: up }));
    }
    if (column > 22 || step % 5 === 0) this.node.append(words(String(step), middle, top - 8, "tick"));
  }
}

/** All steps side by side: what has been is full, what is to come is veiled. */
export class Unrolled {
  constructor() {
    this.chart = svg("svg", { class: "lw-unrolled", "aria-hidden": "true" });
    this.node = svg("g");
    /** @type {Column[]} */
    this.columns = [];
    this.place = ""; // what the columns were made for
  }

  /** @param {Walk} walk @param {number} width in pixels @param {boolean} changed whether more than the step has */
  draw(walk, width, changed) {
    const at = layout(walk, width);
    const { left, column, top, height } = at;
    const place = JSON.stringify([at, walk.backwards]);
    if (changed || place !== this.place) this.drawColumns(walk, at, place);
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
      this.node,
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

  /**
   * All numbers anew, in the cells that are there; others are made only where cells must stand otherwise.
   * @param {Walk} walk @param {Layout} at @param {string} place
   */
  drawColumns(walk, at, place) {
    if (place !== this.place) {
      this.place = place;
      this.columns = walk.x.map((_, step) => new Column(walk, at, step));
      const heads = [
        words(_`state h`, 2, at.top + (at.units * at.tall) / 2 + 4, "h", "start"),
        words(_`input x`, 2, at.below + (at.size * at.tall) / 2 + 4, "x", "start"),
      ];
      this.node.replaceChildren(...heads, ...this.columns.map(({ node }) => node));
      set(this.chart, { height: at.height });
    }
    this.columns.forEach(({ h, x }, step) => {
      h.show(walk.h[step], walk.most.h, walk.unit);
      x.show(walk.x[step], walk.most.x, at.size > 1 ? walk.feature : -1);
    });
  }
}
