// Strips over one time axis, as `gates.js` shows them.
import { View, clamp, fixed, html, set, svg } from "./base.js";

/**
 * @typedef {{key: string, name: string, symbol: string, low?: number, high?: number, stems?: boolean}} Row
 * A strip: with `low` and `high` its range is fixed, without it grows with what is drawn.
 */

/** Rounded to a tenth; toFixed takes five times as long. @param {number} value */
const tenths = (value) => Math.round(10 * value) / 10;

/** Strips over one time axis: names on the left, curves in the middle, the numbers at the cursor on the right. */
export class Strips {
  /** @param {View} view @param {Row[]} rows */
  constructor(view, rows) {
    this.view = view;
    this.rows = rows;
    this.width = 400;
    this.height = 40;
    this.steps = 1;
    this.cursorAt = 0;
    this.chart = svg("svg", {
      class: "lw-chart",
      role: "img",
      "aria-hidden": "true",
    });
    this.node = html("div", {
      class: "lw-strips",
      style: `--rows:${rows.length}`,
    });
    /** @type {Record<string, {low: number, high: number, [part: string]: any}>} */
    this.parts = {};
    rows.forEach(({ key, name, symbol, low = 0, high = 0 }, k) => {
      const parts = {
        paper: svg("rect", { class: "paper", x: 0 }),
        zero: svg("path", { class: "zero" }),
        area: svg("path", { class: `area ${key}` }),
        others: svg("path", { class: `others ${key}` }),
        start: svg("path", { class: `start ${key}` }),
        line: svg("path", { class: `line ${key}` }),
        dot: svg("circle", { class: `dot ${key}`, r: 4 }),
      };
      this.chart.append(...Object.values(parts));
      const title = html("span", { class: "lw-name" }, name, " ", html("b", { class: key }, symbol));
      const number = html("span", { class: "lw-number" });
      title.style.gridRow = number.style.gridRow = String(k + 1);
      this.node.append(title, number);
      this.parts[key] = { ...parts, number, low, high };
    });
    this.cursor = svg("path", { class: "cursor" });
    this.chart.append(this.cursor);
    this.node.append(this.chart);
  }

  /** The rows share the height that the style sheet gives them. @param {number} width */
  resize(width) {
    this.width = width;
    this.height = this.chart.clientHeight / this.rows.length;
  }

  /** @param {number} step */
  x(step) {
    return 8 + ((this.width - 16) * step) / Math.max(1, this.steps - 1);
  }

  /** @param {string} key @param {number} value */
  y(key, value) {
    const { low, high } = this.parts[key];
    const row = this.rows.findIndex((r) => r.key === key);
    return (row + 1) * this.height - 7 - (this.height - 14) * ((value - low) / (high - low));
  }

  /** The step under a pointer. @param {PointerEvent} event */
  stepAt(event) {
    const box = this.chart.getBoundingClientRect();
    const share = (event.clientX - box.left - 8) / (box.width - 16);
    return clamp(Math.round(share * (this.steps - 1)), 0, this.steps - 1);
  }

  /** The row under a pointer, and the value that the pointer's height stands for. @param {PointerEvent} event */
  valueAt(event) {
    const y = event.clientY - this.chart.getBoundingClientRect().top;
    const row = this.rows[clamp(Math.floor(y / this.height), 0, this.rows.length - 1)];
    const { low, high } = this.parts[row.key];
    const share = (this.y(row.key, low) - y) / (this.height - 14);
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
      const all = [now[key], start[key] ?? [], ...(others[key] ?? [])].flatMap((curve) => Array.from(curve));
      part.low = low ?? Math.min(0, ...all);
      part.high = high ?? Math.max(0, ...all);
      if (part.high - part.low < 1e-9) part.high = part.low + 1;
      const zero = this.y(key, 0);
      const line = stems ? this.stems(key, now[key], zero) : this.curve(key, now[key]);
      set(part.line, { d: line });
      set(part.start, { d: start[key] ? this.curve(key, start[key]) : "" });
      set(part.others, {
        d: (others[key] ?? []).map((curve) => this.curve(key, curve)).join(""),
      });
      const area = `${line}L${this.x(this.steps - 1)} ${zero}L${this.x(0)} ${zero}Z`;
      set(part.area, { d: stems ? "" : area });
      set(part.zero, { d: `M0 ${zero}H${this.width}` });
      const top = this.rows.findIndex((r) => r.key === key) * this.height + 2;
      set(part.paper, { y: top, width: this.width, height: this.height - 4 });
    }
    this.now = now;
    this.mark(this.cursorAt);
  }

  /** @param {string} key @param {ArrayLike<number>} values */
  curve(key, values) {
    // x(t) and y(key, value), taken apart: this runs for thousands of points at every frame.
    const [wide, { low, high }] = [(this.width - 16) / Math.max(1, this.steps - 1), this.parts[key]];
    const tall = (this.height - 14) / (high - low);
    const floor = this.y(key, low) + tall * low;
    let d = "";
    for (let t = 0; t < values.length; t++)
      d += `${t ? "L" : "M"}${tenths(8 + wide * t)} ${tenths(floor - tall * values[t])}`;
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
      number.textContent = fixed(value);
    }
  }
}
