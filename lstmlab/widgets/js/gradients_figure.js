// The gradient explorer's picture: gradients by lag on a log axis, each curve named where it ends.
import { clamp, renew, svg, tenths } from "./elements.js";
import { _ } from "./words.js";

/** @typedef {{key: string, name: string, values: Float64Array}} Curve */

const [LOWEST, HIGHEST, GONE] = [-30, 5, -6]; // decades: the figure's range, and where nothing is learnt any more
const [LEFT, TOP, NAMED] = [52, 26, 17]; // pixels; the last from name to name

/** 3.2e−12 as a reader meets it, in one piece. @param {number} value */
export function power(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(1).split("e");
  if (Number(exponent) >= -2 && Number(exponent) <= 2) return Number(value.toPrecision(2)).toString();
  return `${digits}\u00a0·\u00a010${[...exponent.replace("+", "")].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
}

/**
 * Heights of labels, in order from the top, moved so that none lies over another or below `lowest`.
 * @param {number[]} wanted @param {number} lowest
 */
export function apart(wanted, lowest) {
  const found = [...wanted];
  for (let k = 1; k < found.length; k++) found[k] = Math.max(found[k], found[k - 1] + NAMED);
  for (let k = found.length - 1, most = lowest; k >= 0; k--, most -= NAMED)
    found[k] = Math.min(found[k], most);
  return found;
}

/** @param {string} said @param {number} x @param {number} y @param {string} anchor @param {string} style */
const words = (said, x, y, anchor = "start", style = "tick") =>
  svg("text", { class: style, x, y, "text-anchor": anchor }, said);

export class LagFigure {
  constructor() {
    this.chart = svg("svg", { class: "lw-lags", role: "img", "aria-hidden": "true" });
    this.right = this.bottom = 300; // until it is known how wide the page is
    this.top = TOP;
    this.narrow = false; // no room for names beside the curves: they stand above them
  }

  /** @param {number} width @param {number} height in pixels */
  resize(width, height) {
    this.narrow = width < 440;
    this.right = width - (this.narrow ? 14 : clamp(width * 0.28, 152, 190));
    this.top = TOP + (this.narrow ? 4 * NAMED + 4 : 0);
    this.bottom = height - 42;
  }

  /** The lag under a pointer. @param {PointerEvent} event @param {number} length */
  lagAt(event, length) {
    const share = (event.clientX - this.chart.getBoundingClientRect().left - LEFT) / (this.right - LEFT);
    return clamp(Math.round(share * length), 1, length);
  }

  /** @param {Curve[]} curves by lag, lag 0 first @param {number} lag  where the cursor stands */
  draw(curves, lag) {
    const length = curves[0].values.length - 1;
    const largest = Math.max(...curves.flatMap(({ values }) => [...values]));
    // The range stays where it is, so that a curve that rises is seen to rise; only an explosion makes room.
    const high = Math.max(HIGHEST, 5 * Math.ceil(Math.log10(largest) / 5));
    const x = (/** @type {number} */ at) => LEFT + ((this.right - LEFT) * at) / length;
    const y = (/** @type {number} */ value) =>
      this.bottom - ((this.bottom - this.top) * (Math.log10(value) - LOWEST)) / (high - LOWEST);
    const parts = this.scales(x, y, length, high);
    parts.push(svg("path", { class: "cursor", d: `M${x(lag)} ${this.top}V${this.bottom}` }));
    const ends = [];
    for (const { key, name, values } of curves) {
      let d = "";
      let seen = 0;
      values.forEach((value, at) => {
        if (!(value > 10 ** LOWEST)) return;
        d += `${d ? "L" : "M"}${tenths(x(at))} ${tenths(y(value))}`;
        seen = at;
      });
      parts.push(svg("path", { class: `line ${key}`, d }));
      if (values[lag] > 10 ** LOWEST)
        parts.push(svg("circle", { class: `dot ${key}`, cx: x(lag), cy: y(values[lag]), r: 4 }));
      // Close to the right its name would run over those that stand there.
      const early = seen < length && x(seen) + 9 * name.length < this.right;
      ends.push({ key, name, x: x(seen), y: y(Math.max(values[seen], 10 ** LOWEST)), early });
    }
    renew(this.chart, [...parts, ...this.names(ends)]);
  }

  /**
   * Paper, axes and their numbers.
   * @param {(lag: number) => number} x @param {(value: number) => number} y @param {number} length @param {number} high
   */
  scales(x, y, length, high) {
    const { right, bottom, top } = this;
    const [left, gone] = [LEFT, y(10 ** GONE)];
    /** @type {SVGElement[]} */
    const parts = [
      svg("rect", { class: "paper", x: left, y: top, width: right - left, height: bottom - top }),
      svg("rect", { class: "gone", x: left, y: gone, width: right - left, height: bottom - gone }),
      words(_`vanished: below a millionth`, left + 8, bottom - 10),
      words(
        this.narrow
          ? _`gradient of the last output by an input`
          : _`gradient of the last output with respect to an input`,
        4,
        14,
      ),
      words(_`lag: steps back from the last output`, (left + right) / 2, bottom + 34, "middle"),
    ];
    const stride = 5 * Math.ceil((high - LOWEST) / 5 / 14); // at most 15 numbers, however much explodes
    for (let decade = stride * Math.ceil(LOWEST / stride); decade <= high; decade += stride) {
      const at = y(10 ** decade);
      parts.push(svg("path", { class: decade ? "zero" : "zero one", d: `M${left} ${at}H${right}` }));
      const label = decade ? power(10 ** decade).replace("1.0\u00a0·\u00a0", "") : "1";
      parts.push(words(label, left - 6, at + 4, "end"));
    }
    const wide = (right - left) / 32; // as many numbers have room
    const every = [5, 20, 40, 100].find((steps) => length / steps <= Math.min(8, wide)) ?? 200;
    for (let at = 0; at <= length; at += every) parts.push(words(String(at), x(at), bottom + 16, "middle"));
    return parts;
  }

  /**
   * A curve that ends at the right is named there; one that leaves the figure below is named where it leaves. On a
   * narrow page the names stand above, each behind a piece of its line.
   * @param {{key: string, name: string, x: number, y: number, early: boolean}[]} ends
   */
  names(ends) {
    if (this.narrow)
      return ends.flatMap(({ key, name }, k) => {
        const y = TOP + NAMED * k;
        const line = svg("path", { class: `line ${key}`, d: `M${LEFT} ${y}h30` });
        return [line, words(name, LEFT + 38, y + 4, "start", `label ${key}`)];
      });
    ends.sort((one, other) => one.y - other.y);
    const late = ends.filter(({ early }) => !early).map((end) => end.y + 4);
    const places = apart(late, this.bottom);
    let under = this.bottom - 11;
    return ends.map(({ key, name, x, early }) => {
      const y = early ? (under -= 17) : places.shift();
      return words(name, early ? x + 6 : this.right + 6, y ?? 0, "start", `label ${key}`);
    });
  }
}
