// The window explorer's picture: the series with the chosen window, its target and the split; below it all windows.
import { renew, svg, tenths } from "./elements.js";

const [LEFT, RIGHT, TOP, MOST] = [34, 10, 8, 200]; // pixels around the series; the highest value drawn
const [BAND, TICKS] = [16, 20]; // pixels: the height of the band of windows, and of the years' row

/**
 * @typedef {{values: number[], first: number, at: number, step: number, window: number, horizon: number,
 *   train: Set<number>, crossing: Set<number>}} Shown
 */

export class WindowFigure {
  constructor() {
    this.chart = svg("svg", { class: "lw-windows", role: "img", "aria-hidden": "true" });
    this.width = this.height = 300; // until it is known how wide the page is
    this.steps = 2;
  }

  /** @param {number} width @param {number} height in pixels */
  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  /** Pixels from one year to the next. */
  get stride() {
    return (this.width - LEFT - RIGHT) / (this.steps - 1);
  }

  /** @param {number} step */
  x(step) {
    return LEFT + this.stride * step;
  }

  /** The step under a pointer, between two as a fraction. @param {{clientX: number}} event */
  stepAt(event) {
    return (event.clientX - this.chart.getBoundingClientRect().left - LEFT) / this.stride;
  }

  /** @param {Shown} shown */
  draw({ values, first, at, step, window, horizon, train, crossing }) {
    this.steps = values.length;
    const bottom = this.height - BAND - TICKS - 6;
    const y = (/** @type {number} */ value) => tenths(bottom - ((bottom - TOP) * value) / MOST);
    const curve = (/** @type {number} */ from, /** @type {number} */ to) =>
      `M${values
        .slice(from, to)
        .map((value, k) => `${tenths(this.x(from + k))} ${y(value)}`)
        .join("L")}`;
    const text = (
      /** @type {string} */ said,
      /** @type {number} */ x,
      /** @type {number} */ y,
      anchor = "middle",
    ) => svg("text", { class: "tick", x, y, "text-anchor": anchor }, said);
    const end = step + window - 1;
    const target = end + horizon;
    const edge = this.x(at - 0.5);
    const parts = [
      svg("rect", {
        class: "paper",
        x: LEFT,
        y: TOP - 4,
        width: this.width - LEFT - RIGHT,
        height: bottom - TOP + 4,
      }),
      svg("path", { class: "zero", d: `M${LEFT} ${bottom}H${this.width - RIGHT}` }),
      ...[0, 100, MOST].map((value) => text(String(value), LEFT - 5, y(value) + 4, "end")),
      svg("rect", {
        class: "area f",
        x: this.x(step - 0.5),
        y: TOP - 4,
        width: this.stride * window,
        height: bottom - TOP + 4,
      }),
      svg("path", { class: "line x", d: curve(0, at + 1) }),
      svg("path", { class: "line c", d: curve(at, values.length) }),
      svg("path", { class: "line read f", d: curve(step, end + 1) }),
      svg("path", {
        class: "ahead",
        d: `M${this.x(end)} ${y(values[end])}L${this.x(target)} ${y(values[target])}`,
      }),
      svg("circle", { class: "dot f", cx: this.x(end), cy: y(values[end]), r: 3.5 }),
      svg("circle", { class: "dot h", cx: this.x(target), cy: y(values[target]), r: 6 }),
      svg("path", { class: "split", d: `M${edge} 0V${this.height - TICKS}` }),
      ...this.band(train, crossing, window + horizon - 1, bottom + 6),
      svg("path", { class: "here", d: `M${this.x(target)} ${bottom + 3}V${bottom + BAND + 9}` }),
    ];
    const apart = this.width < 560 ? 100 : 50;
    for (let year = Math.ceil(first / apart) * apart; year < first + values.length; year += apart)
      parts.push(
        text(String(year), this.x(year - first), this.height - 4, year === first ? "start" : "middle"),
      );
    renew(this.chart, parts);
  }

  /**
   * Each window as a cell where its target is, those of one kind in one path.
   * @param {Set<number>} train @param {Set<number>} crossing @param {number} ahead @param {number} top
   */
  band(train, crossing, ahead, top) {
    const kinds = { x: "", o: "", c: "" };
    for (let n = 0; n + ahead < this.steps; n++) {
      const kind = crossing.has(n) ? "o" : train.has(n) ? "x" : "c";
      kinds[kind] +=
        `M${tenths(this.x(n + ahead - 0.5))} ${top}h${tenths(this.stride + 0.2)}v${BAND}h${-tenths(this.stride + 0.2)}z`;
    }
    return Object.entries(kinds).map(([kind, d]) => svg("path", { class: `kind ${kind}`, d }));
  }
}
