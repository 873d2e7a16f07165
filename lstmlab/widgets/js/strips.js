// Strips over one time axis, each with its own scale, as `gates.js` shows them.
import { View } from "./base.js";
import { clamp, fixed, html, set, svg, tenths, write } from "./elements.js";

/**
 * @typedef {{key: string, name: string, symbol: string, low?: number, high?: number, stems?: boolean}} Row
 * A strip: with `low` and `high` its range is fixed, without it is a round one that holds what is drawn.
 */

const [AXIS, EDGE, LOW] = [42, 8, 34]; // pixels: the numbers of the axis; paper left and right of a curve; a low strip

/**
 * The least round number that is not below `size`. A range that ends in one stays while a slider moves, so that a
 * curve that rises is seen to rise.
 * @param {number} size
 */
export function roundUp(size) {
  if (size < 1e-9) return 1;
  const power = Math.floor(Math.log10(size));
  const found = [1, 1.5, 2, 3, 5, 7].map((digit) => Number(`${digit}e${power}`));
  return found.find((round) => round >= size) ?? Number(`1e${power + 1}`);
}

/** The range of curves: from 0 to a round number, or as far on both sides of 0. @param {ArrayLike<number>[]} curves */
function rangeOf(curves) {
  let [low, high] = [0, 0];
  for (const curve of curves)
    for (let t = 0; t < curve.length; t++) {
      if (curve[t] < low) low = curve[t];
      if (curve[t] > high) high = curve[t];
    }
  const size = roundUp(Math.max(high, -low));
  // A hair below 0 is no reason to give half of the strip to it.
  const [down, up] = [low < -0.02 * size, high > 0.02 * size];
  return { low: down ? -size : 0, high: up || !down ? size : 0 };
}

/** A number of the axis, as short as it goes. @param {number} value */
function tick(value) {
  const size = Math.abs(value);
  const text = size && (size < 0.01 || size >= 1e4) ? size.toExponential() : String(size);
  return (value < 0 ? "−" : "") + text.replace("e+", "e").replace("e-", "e−");
}

/** Strips over one time axis: names and scales on the left, curves in the middle, the numbers at the cursor on the right. */
export class Strips {
  /** @param {View} view @param {Row[]} rows */
  constructor(view, rows) {
    this.view = view;
    this.rows = rows;
    this.width = 400;
    this.height = 40;
    this.steps = 1;
    this.cursorAt = 0;
    this.chart = svg("svg", { class: "lw-chart", role: "img", "aria-hidden": "true" });
    this.node = html("div", { class: "lw-strips", style: `--rows:${rows.length}` });
    /** @type {Record<string, {low: number, high: number, place: number, [part: string]: any}>} */
    this.parts = {};
    rows.forEach(({ key, name, symbol, low = 0, high = 1 }, place) => {
      const label = () => svg("text", { class: "tick", x: AXIS - 6, "text-anchor": "end" });
      const drawn = {
        paper: svg("rect", { class: "paper", x: AXIS }),
        zero: svg("path", { class: "zero" }),
        area: svg("path", { class: `area ${key}` }),
        others: svg("path", { class: `others ${key}` }),
        start: svg("path", { class: `start ${key}` }),
        line: svg("path", { class: `line ${key}` }),
        dot: svg("circle", { class: `dot ${key}`, r: 4 }),
      };
      const ticks = [label(), label(), label()];
      this.chart.append(...Object.values(drawn), ...ticks);
      const title = html("span", { class: "lw-name" }, name, " ", html("b", { class: key }, symbol));
      const number = html("span", { class: "lw-number" });
      title.style.gridRow = number.style.gridRow = String(place + 1);
      this.node.append(title, number);
      this.parts[key] = { ...drawn, ticks, number, place, low, high };
    });
    this.cursor = svg("path", { class: "cursor" });
    this.chart.append(this.cursor);
    this.node.append(this.chart);
  }

  /** The rows share the height that the style sheet gives them. @param {number} width @param {number} height in pixels */
  resize(width, height) {
    this.width = width;
    this.height = height / this.rows.length;
  }

  /** Pixels of paper above and below a curve. */
  get rim() {
    return this.height < LOW ? 3 : 7;
  }

  /** Pixels from one step to the next. */
  get stride() {
    return (this.width - AXIS - 2 * EDGE) / Math.max(1, this.steps - 1);
  }

  /** @param {number} step */
  x(step) {
    return AXIS + EDGE + this.stride * step;
  }

  /** @param {string} key @param {number} value */
  y(key, value) {
    const { low, high, place } = this.parts[key];
    return (
      (place + 1) * this.height - this.rim - (this.height - 2 * this.rim) * ((value - low) / (high - low))
    );
  }

  /** The step under a pointer. @param {PointerEvent} event */
  stepAt(event) {
    const across = event.clientX - this.chart.getBoundingClientRect().left - AXIS - EDGE;
    return clamp(Math.round(across / this.stride), 0, this.steps - 1);
  }

  /** The row under a pointer, and the value that the pointer's height stands for. @param {{clientY: number}} event */
  valueAt(event) {
    const y = event.clientY - this.chart.getBoundingClientRect().top;
    const row = this.rows[clamp(Math.floor(y / this.height), 0, this.rows.length - 1)];
    const { low, high } = this.parts[row.key];
    const share = (this.y(row.key, low) - y) / (this.height - 2 * this.rim);
    return { key: row.key, value: low + (high - low) * share };
  }

  /**
   * @param {Record<string, ArrayLike<number>>} now  what is drawn
   * @param {Record<string, ArrayLike<number>>} start  dotted, to compare with
   * @param {Record<string, ArrayLike<number>[]>} others  thin, in the background
   */
  draw(now, start, others = {}) {
    this.steps = now[this.rows[0].key].length;
    for (const { key, low, high, stems } of this.rows) {
      const part = this.parts[key];
      const fits = low === undefined || high === undefined;
      Object.assign(
        part,
        fits ? rangeOf([now[key], start[key] ?? [], ...(others[key] ?? [])]) : { low, high },
      );
      this.drawScale(key);
      const zero = this.y(key, 0);
      const line = stems ? this.stems(key, now[key], zero) : this.curve(key, now[key]);
      set(part.line, { d: line });
      set(part.start, { d: start[key] ? this.curve(key, start[key]) : "" });
      set(part.others, { d: (others[key] ?? []).map((curve) => this.curve(key, curve)).join("") });
      const area = `${line}L${this.x(this.steps - 1)} ${zero}L${this.x(0)} ${zero}Z`;
      set(part.area, { d: stems ? "" : area });
    }
    this.now = now;
    this.mark(this.cursorAt);
  }

  /** The paper of a strip, its line at 0, and the numbers where it ends and at 0. @param {string} key */
  drawScale(key) {
    const { low, high, place, paper, zero, ticks } = this.parts[key];
    set(paper, { y: place * this.height + 2, width: this.width - AXIS, height: this.height - 4 });
    const values = low < 0 && high > 0 && this.height >= LOW ? [high, 0, low] : [high, low];
    const marks = values.map((value) => `M${AXIS - 4} ${this.y(key, value)}H${value ? AXIS : this.width}`);
    if (!values.includes(0)) marks.push(`M${AXIS} ${this.y(key, 0)}H${this.width}`);
    set(zero, { d: marks.join("") });
    ticks.forEach((/** @type {SVGTextElement} */ node, /** @type {number} */ k) => {
      const said = k < values.length ? tick(values[k]) : "";
      write(node, said);
      // A low strip has room for two numbers, side by side with those of the strips above and below.
      const low = [place * this.height + 11, (place + 1) * this.height - 2][k];
      if (said) set(node, { y: this.height < LOW ? low : this.y(key, values[k]) + 4 });
    });
  }

  /** @param {string} key @param {ArrayLike<number>} values */
  curve(key, values) {
    // x(t) and y(key, value), taken apart: this runs for thousands of points at every frame.
    const [first, wide, { low, high }] = [this.x(0), this.stride, this.parts[key]];
    const tall = (this.height - 2 * this.rim) / (high - low);
    const floor = this.y(key, low) + tall * low;
    let d = "";
    for (let t = 0; t < values.length; t++)
      d += `${t ? "L" : "M"}${tenths(first + wide * t)} ${tenths(floor - tall * values[t])}`;
    return d;
  }

  /** @param {string} key @param {ArrayLike<number>} values @param {number} zero */
  stems(key, values, zero) {
    let d = "";
    for (let t = 0; t < values.length; t++)
      d += `M${this.x(t).toFixed(1)} ${zero.toFixed(1)}V${this.y(key, values[t]).toFixed(1)}`;
    return d;
  }

  /** Moves the cursor. @param {number} step */
  mark(step) {
    this.cursorAt = clamp(step, 0, this.steps - 1);
    const x = this.x(this.cursorAt);
    set(this.cursor, { d: `M${x} 0V${this.height * this.rows.length}` });
    for (const { key } of this.rows) {
      const value = this.now?.[key][this.cursorAt] ?? 0;
      const { dot, number } = this.parts[key];
      set(dot, { cx: x, cy: this.y(key, value) });
      write(number, fixed(value));
    }
  }
}
