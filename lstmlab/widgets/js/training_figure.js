// The training explorer's pictures: how a run's loss falls, and how far back its gradient reaches.
import { clamp, renew, svg, tenths } from "./elements.js";
import { power } from "./gradients_figure.js";
import { roundUp } from "./strips.js";
import { _ } from "./words.js";

/** @typedef {{losses: number[], rights: number[]}} Curves  one number of each for each update */

const [LOWEST, HIGHEST] = [-20, 2]; // decades of a gradient
const POINTS = 90; // of a curve: more would not be seen

/** @param {string} said @param {number} x @param {number} y @param {string} [anchor] */
const words = (said, x, y, anchor = "start") =>
  svg("text", { class: "tick", x: tenths(x), y: tenths(y), "text-anchor": anchor }, said);

/** A path through points; what is no number is left out. @param {[number, number][]} points */
const path = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${tenths(x)} ${tenths(y)}`).join("");

/**
 * A curve with few enough points to be drawn: each is the mean of as many updates.
 * @param {number[]} values @param {number} most  updates that the axis has room for
 * @returns {[number, number][]} the update at which a piece ends, and its mean
 */
export function binned(values, most) {
  const wide = Math.max(1, Math.ceil(most / POINTS));
  /** @type {[number, number][]} */
  const found = [];
  for (let from = 0; from < values.length; from += wide) {
    const piece = values.slice(from, from + wide);
    found.push([from + piece.length, piece.reduce((sum, value) => sum + value, 0) / piece.length]);
  }
  return found;
}

/** An SVG that knows the size it has on the page. */
class Chart {
  /** @param {string} kind */
  constructor(kind) {
    this.chart = svg("svg", { class: kind, "aria-hidden": "true" });
    this.width = this.height = 120;
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  /** The paper between margins. @param {number} left @param {number} top @param {number} right @param {number} bottom */
  paper(left, top, right, bottom) {
    const size = { width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
    return svg("rect", { class: "paper", x: left, y: top, ...size });
  }
}

/** One run: its loss as a line, the share of right answers as an area, and the last run's loss dotted. */
export class RunChart extends Chart {
  constructor() {
    super("lw-curve");
  }

  /** How far the axis goes. @param {number[]} lengths  in updates, of all curves that are shown side by side */
  static room(...lengths) {
    return roundUp(Math.max(125, ...lengths));
  }

  /**
   * @param {Curves} now @param {Curves | undefined} last @param {number} guess  the loss of guessing
   * @param {number} room  updates @param {number} batch  sequences of an update
   */
  draw(now, last, guess, room, batch) {
    const [left, right, bottom] = [34, this.width - 4, this.height - 16];
    const top = 4;
    const x = (/** @type {number} */ update) => left + ((right - left) * update) / room;
    const y = (/** @type {number} */ share) => bottom - (bottom - top) * clamp(share, 0, 1);
    const loss = (/** @type {Curves} */ curves) =>
      path(binned(curves.losses, room).map(([at, value]) => [x(at), y(value / (1.25 * guess))]));
    const most = (room * batch).toLocaleString("en-US");
    const rights = binned(now.rights, room);
    /** @type {SVGElement[]} */
    const parts = [this.paper(left, top, right, bottom)];
    if (rights.length) {
      const line = path(rights.map(([at, share]) => [x(at), y(share)]));
      const [begin, end] = [x(rights[0][0]), x(rights[rights.length - 1][0])];
      parts.push(
        svg("path", { class: "right", d: `${line}L${tenths(end)} ${bottom}L${tenths(begin)} ${bottom}Z` }),
      );
    }
    parts.push(svg("path", { class: "guess", d: `M${left} ${tenths(y(0.8))}H${right}` }));
    if (last) parts.push(svg("path", { class: "last", d: loss(last) }));
    parts.push(
      svg("path", { class: "line c", d: loss(now) }),
      words(guess.toFixed(2), left - 4, y(0.8) + 4, "end"),
      words("0", left - 4, bottom, "end"),
      words("0", left, bottom + 13),
      words(this.width > 200 ? _`${most} sequences` : most, right, bottom + 13, "end"),
    );
    if (this.height > 80)
      parts.push(words(_`loss`, left - 4, y(0.4) + 4, "end"), words(_`guessing`, left + 4, y(0.8) + 13));
    renew(this.chart, parts);
  }
}

/** The gradient by lag on a log axis, now and before training. */
export class ReachChart extends Chart {
  constructor() {
    super("lw-reach");
    this.steps = 2;
  }

  get sides() {
    return { left: 44, right: this.width - 10 };
  }

  /** The lag under a pointer. @param {PointerEvent} event */
  lagAt(event) {
    const { left, right } = this.sides;
    const across = event.clientX - this.chart.getBoundingClientRect().left - left;
    return clamp(Math.round(((this.steps - 1) * across) / (right - left)), 0, this.steps - 1);
  }

  /** @param {Float64Array} now @param {Float64Array} start  by lag, lag 0 first @param {number} lag of the cursor */
  draw(now, start, lag) {
    this.steps = now.length;
    const { left, right } = this.sides;
    const [top, bottom] = [6, this.height - 18];
    const x = (/** @type {number} */ at) => left + ((right - left) * at) / (this.steps - 1);
    const y = (/** @type {number} */ decade) =>
      bottom - ((bottom - top) * (clamp(decade, LOWEST, HIGHEST) - LOWEST)) / (HIGHEST - LOWEST);
    const curve = (/** @type {Float64Array} */ values) =>
      path([...values].flatMap((value, at) => (value > 10 ** LOWEST ? [[x(at), y(Math.log10(value))]] : [])));
    /** @type {SVGElement[]} */
    const parts = [this.paper(left, top, right, bottom)];
    for (const decade of [0, -10, -20]) {
      parts.push(svg("path", { class: "zero", d: `M${left} ${tenths(y(decade))}H${right}` }));
      const said = decade ? power(10 ** decade).replace("1.0\u00a0·\u00a0", "") : "1";
      parts.push(words(said, left - 5, y(decade) + (decade === LOWEST ? 0 : 4), "end"));
    }
    const last = this.steps - 1;
    parts.push(
      svg("path", { class: "cursor", d: `M${tenths(x(lag))} ${top}V${bottom}` }),
      svg("path", { class: "start c", d: curve(start) }),
      svg("path", { class: "line c", d: curve(now) }),
      words("0", left, bottom + 14, "middle"),
      words(String(Math.round(last / 2)), x(Math.round(last / 2)), bottom + 14, "middle"),
      words(_`lag ${last}`, right + 6, bottom + 14, "end"),
    );
    if (now[lag] > 10 ** LOWEST)
      parts.push(
        svg("circle", { class: "dot c", cx: tenths(x(lag)), cy: tenths(y(Math.log10(now[lag]))), r: 4 }),
      );
    renew(this.chart, parts);
  }
}
