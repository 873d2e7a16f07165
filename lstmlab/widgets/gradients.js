// The gradient explorer: how far back a gradient reaches, in an LSTM and in an RNN. `gradients.py` has its traits.
import { View, clamp, html, renew, set, slider, svg, widget } from "./base.js";
import { lstmLags, norm, rnnLags } from "./backward.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {{key: string, name: string, values: Float64Array}} Curve */

const [LOWEST, HIGHEST, GONE] = [-30, 5, -6]; // decades: the figure's range, and where nothing is learnt any more
const FREE = 4; // the right end of the clipping slider, in decades, means no clipping

/** 3.2e−12 as a reader meets it, in one piece. @param {number} value */
export function power(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(1).split("e");
  if (Number(exponent) >= -2 && Number(exponent) <= 2) return Number(value.toPrecision(2)).toString();
  return `${digits}\u00a0·\u00a010${[...exponent.replace("+", "")].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
}

/** @param {number} ratio at the last lag over lag 1 */
const verdict = (ratio) =>
  ratio < 1e-6 ? "vanished" : ratio < 0.01 ? "nearly gone" : ratio < 100 ? "still there" : "exploded";

/**
 * Heights of labels, in order from the top, moved so that none lies over another or below `lowest`.
 * @param {number[]} wanted @param {number} lowest
 */
export function apart(wanted, lowest) {
  const found = [...wanted];
  for (let k = 1; k < found.length; k++) found[k] = Math.max(found[k], found[k - 1] + 17);
  for (let k = found.length - 1, most = lowest; k >= 0; k--, most -= 17) found[k] = Math.min(found[k], most);
  return found;
}

class GradientExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    /** @type {Params} */
    this.lstm = structuredClone(model.get("_lstm"));
    /** @type {Params} */
    this.rnn = structuredClone(model.get("_rnn"));
    this.built = { lstm: model.get("_lstm").weight_hh, rnn: model.get("_rnn").weight_hh };
    this.width = 600;
    this.height = 360;
    /** @type {Curve[]} */
    this.curves = [];
    this.stale = true;
    this.chart = svg("svg", { class: "lw-lags", role: "img", "aria-hidden": "true" });
    this.traits = { forget_bias: 0, scale: 1, length: 100, clip: 0, lag: 50 };
    this.sliders = this.makeSliders();
    const controls = html("div", { class: "lw-controls", role: "group", "aria-label": "settings" });
    controls.append(...Object.values(this.sliders).map(({ node }) => node));
    view.root.append(this.chart, view.status, controls);
    view.paint = () => this.paint();
    this.pull();
    this.compute();
    view.status.textContent = `A straight line here is the same factor at each step back. ${this.meaning()}`;
    view.watch(Object.keys(this.traits), () => {
      this.pull();
      view.redraw(() => this.meaning());
    });
    view.onWidth(this.chart, (width) => {
      this.width = width;
      this.height = this.chart.clientHeight;
      view.redraw();
    });
    this.listen();
  }

  makeSliders() {
    const make = (/** @type {keyof GradientExplorer["traits"]} */ trait, /** @type {any} */ options) =>
      slider(this.view, {
        ...options,
        input: (value) => {
          this.traits[trait] = trait === "clip" ? this.clipOf(value) : value;
          this.stale ||= trait !== "lag" && trait !== "clip";
          this.traits.lag = Math.min(this.traits.lag, this.traits.length);
          this.view.redraw(() => (trait === "lag" ? this.reading() : this.meaning()));
        },
        done: () => this.view.tell(this.traits),
      });
    const clipShown = (/** @type {number} */ value) => (value >= FREE ? "off" : power(10 ** value));
    const whole = (/** @type {number} */ value) => String(value);
    return {
      forget_bias: make("forget_bias", { label: "forget bias", tone: "f", min: -2, max: 8, step: 0.1 }),
      scale: make("scale", { label: "recurrent weights ×", tone: "h", min: 0, max: 6, step: 0.05 }),
      length: make("length", {
        label: "length in steps",
        tone: "x",
        min: 10,
        max: 200,
        step: 1,
        show: whole,
      }),
      clip: make("clip", {
        label: "clip norm to",
        tone: "o",
        min: -4,
        max: FREE,
        step: 0.1,
        show: clipShown,
      }),
      lag: make("lag", { label: "read at lag", tone: "x", min: 1, max: 200, step: 1, show: whole }),
    };
  }

  /** The norm that a place on the clipping slider stands for; 0 is no clipping. @param {number} place */
  clipOf(place) {
    return place >= FREE ? 0 : 10 ** place;
  }

  pull() {
    for (const trait of /** @type {(keyof GradientExplorer["traits"])[]} */ (Object.keys(this.traits)))
      this.traits[trait] = this.view.model.get(trait);
    this.stale = true;
  }

  // -- numbers ------------------------------------------------------------------------------------------------

  compute() {
    const { forget_bias, scale, length } = this.traits;
    const units = this.lstm.bias.length / 4;
    this.lstm.bias.fill(forget_bias, units, 2 * units);
    const scaled = (/** @type {number[][]} */ rows) => rows.map((row) => row.map((weight) => weight * scale));
    this.lstm.weight_hh = scaled(this.built.lstm);
    this.rnn.weight_hh = scaled(this.built.rnn);
    const x = this.view.model.get("_x").slice(-length - 1);
    const { norms, highway } = lstmLags(this.lstm, x);
    const product = highway.map((share) => share * norms[0]);
    this.curves = [
      { key: "h", name: "nn.RNN", values: rnnLags(this.rnn, x) },
      { key: "f", name: "forget gates alone", values: product },
      { key: "c", name: "nn.LSTM", values: norms },
    ];
    this.stale = false;
  }

  /** What clipping multiplies the LSTM's gradient by. */
  get factor() {
    return this.traits.clip ? Math.min(1, this.traits.clip / norm(this.values("c"))) : 1;
  }

  /** A curve by its key. @param {string} key */
  values(key) {
    return this.curves.find((curve) => curve.key === key)?.values ?? new Float64Array(2);
  }

  paint() {
    if (this.stale) this.compute();
    for (const [trait, value] of Object.entries(this.traits)) {
      const { put } = this.sliders[/** @type {"lag"} */ (trait)];
      put(trait === "clip" ? (value ? Math.log10(value) : FREE) : value);
    }
    set(this.sliders.lag.range, { max: this.traits.length });
    this.draw();
  }

  // -- sentences ----------------------------------------------------------------------------------------------

  meaning() {
    const { length, forget_bias, clip } = this.traits;
    const ratio = (/** @type {string} */ key) => this.values(key)[length] / this.values(key)[1];
    const [lstm, rnn] = [ratio("c"), ratio("h")];
    const whole = norm(this.values("c"));
    const cut =
      clip && this.factor < 1
        ? ` Clipping multiplies the LSTM's whole gradient, of norm ${power(whole)}, by ${power(this.factor)}: all lags alike, so no ratio changes.`
        : clip
          ? ` Its norm, ${power(whole)}, is below ${power(clip)}: clipping changes nothing.`
          : "";
    return (
      `At lag ${length} the LSTM has ${power(lstm)} of its gradient at lag 1: ${verdict(lstm)}. The RNN has ` +
      `${power(rnn)}: ${verdict(rnn)}. Forget gates of about ${(1 / (1 + Math.exp(-forget_bias))).toFixed(2)} alone ` +
      `would leave ${power(ratio("f"))}.${cut}`
    );
  }

  reading() {
    const { lag } = this.traits;
    const at = (/** @type {string} */ key) => power(this.values(key)[lag] / this.values(key)[1]);
    return (
      `At lag ${lag}, relative to lag 1: LSTM ${at("c")}, RNN ${at("h")}, product of forget gates ${at("f")}. ` +
      `Each step back multiplies the LSTM's gradient by about ${(
        (this.values("c")[lag] / this.values("c")[1]) **
        (1 / Math.max(1, lag - 1))
      ).toFixed(3)}.`
    );
  }

  // -- figure -------------------------------------------------------------------------------------------------

  listen() {
    let pressed = false;
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = this.chart.getBoundingClientRect();
      const share = (event.clientX - box.left - 52) / (this.right() - 52);
      this.traits.lag = clamp(Math.round(share * this.traits.length), 1, this.traits.length);
      this.view.redraw(() => this.reading());
    };
    this.view.on(this.chart, "pointerdown", (event) => {
      pressed = true;
      this.chart.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.view.on(this.chart, "pointermove", (event) => pressed && follow(event));
    for (const end of ["pointerup", "pointercancel"])
      this.view.on(this.chart, end, () => {
        if (pressed) this.view.tell({ lag: this.traits.lag });
        pressed = false;
      });
  }

  right() {
    return this.width - clamp(this.width * 0.28, 152, 190);
  }

  draw() {
    const { length, lag } = this.traits;
    const [left, right, top, bottom] = [52, this.right(), 26, this.height - 42];
    const largest = Math.max(...this.curves.flatMap(({ values }) => [...values]));
    // The range stays where it is, so that a curve that rises is seen to rise; only an explosion makes room.
    const [low, high] = [LOWEST, Math.max(HIGHEST, 5 * Math.ceil(Math.log10(largest) / 5))];
    const x = (/** @type {number} */ at) => left + ((right - left) * at) / length;
    const y = (/** @type {number} */ value) =>
      bottom - ((bottom - top) * (Math.log10(value) - low)) / (high - low);
    const gone = y(10 ** GONE);
    /** @type {SVGElement[]} */
    const parts = [
      svg("rect", { class: "paper", x: left, y: top, width: right - left, height: bottom - top }),
      svg("rect", { class: "gone", x: left, y: gone, width: right - left, height: bottom - gone }),
      svg("text", { class: "tick", x: left + 8, y: bottom - 10 }, "vanished: below a millionth"),
      svg("text", { class: "tick", x: 4, y: 14 }, "gradient of the last output with respect to an input"),
    ];
    for (let decade = low; decade <= high; decade += 5) {
      parts.push(
        svg("path", { class: decade ? "zero" : "zero one", d: `M${left} ${y(10 ** decade)}H${right}` }),
      );
      const label = decade ? power(10 ** decade).replace("1.0\u00a0·\u00a0", "") : "1";
      parts.push(
        svg("text", { class: "tick", x: left - 6, y: y(10 ** decade) + 4, "text-anchor": "end" }, label),
      );
    }
    for (let at = 0; at <= length; at += length > 100 ? 40 : length > 40 ? 20 : 5)
      parts.push(
        svg("text", { class: "tick", x: x(at), y: bottom + 16, "text-anchor": "middle" }, String(at)),
      );
    const axis = "lag: steps back from the last output";
    parts.push(
      svg("text", { class: "tick", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle" }, axis),
    );
    parts.push(svg("path", { class: "cursor", d: `M${x(lag)} ${top}V${bottom}` }));
    const line = (/** @type {ArrayLike<number>} */ values) =>
      Array.from(values, (value, at) =>
        value > 10 ** low ? `L${x(at).toFixed(1)} ${y(value).toFixed(1)}` : "",
      )
        .join("")
        .replace(/^L/, "M");
    const ends = [];
    const clipped = this.values("c").map((value) => value * this.factor);
    const clips = this.factor < 1 ? [{ key: "o", name: "nn.LSTM, clipped", values: clipped }] : [];
    for (const { key, name, values } of [...this.curves, ...clips]) {
      parts.push(svg("path", { class: `line ${key}`, d: line(values) }));
      const seen = [...values].findLastIndex((value) => value > 10 ** low);
      ends.push({
        key,
        name,
        at: x(Math.max(0, seen)),
        y: y(Math.max(values[seen] ?? 0, 10 ** low)),
        early: seen < length,
      });
      if (values[lag] > 10 ** low)
        parts.push(svg("circle", { class: `dot ${key}`, cx: x(lag), cy: y(values[lag]), r: 4 }));
    }
    // A curve that ends at the right is named there; one that leaves the figure below is named where it leaves.
    ends.sort((one, other) => one.y - other.y);
    const places = apart(
      ends.filter(({ early }) => !early).map((end) => end.y + 4),
      bottom,
    );
    let under = bottom - 11;
    for (const { key, name, at, early } of ends) {
      const place = early ? { x: at + 6, y: (under -= 17) } : { x: right + 6, y: places.shift() };
      parts.push(svg("text", { class: `label ${key}`, "text-anchor": "start", ...place }, name));
    }
    renew(this.chart, parts);
  }
}

export default widget("Gradient explorer", (view) => void new GradientExplorer(view));
