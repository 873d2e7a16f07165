// The gradient explorer: how far back a gradient reaches, in an LSTM and in an RNN. `gradients.py` has its traits.
import { View, widget } from "./base.js";
import { dragged, slider } from "./controls.js";
import { html, set } from "./elements.js";
import { LagFigure, power } from "./gradients_figure.js";
import { lstmLags, norm, rnnLags } from "./backward.js";
import { _ } from "./words.js";

/** @typedef {import("./recurrence.js").Params} Params @typedef {import("./gradients_figure.js").Curve} Curve */

const FREE = 4; // the right end of the clipping slider, in decades, means no clipping

/** @param {number} ratio at the last lag over lag 1 */
const verdict = (ratio) =>
  ratio < 1e-6 ? _`vanished` : ratio < 0.01 ? _`nearly gone` : ratio < 100 ? _`still there` : _`exploded`;

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
    /** What was computed last, and of which settings. */
    this.done = { built: "", rnn: /** @type {Float64Array} */ (new Float64Array()) };
    this.figure = new LagFigure();
    /** @type {Curve[]} */
    this.curves = [];
    this.stale = true;
    this.traits = { forget_bias: 0, scale: 1, length: 100, clip: 0, lag: 50 };
    this.sliders = this.makeSliders();
    const controls = html("div", { class: "lw-controls", role: "group", "aria-label": _`settings` });
    controls.append(...Object.values(this.sliders).map(({ node }) => node));
    view.root.append(this.figure.chart, controls, view.status);
    view.paint = () => this.paint();
    this.pull();
    this.compute();
    view.status.textContent = [
      _`A straight line here is the same factor at each step back.`,
      this.meaning(),
    ].join(" ");
    view.watch(Object.keys(this.traits), () => {
      this.pull();
      view.redraw(() => this.meaning());
    });
    view.onSize(this.figure.chart, (width, height) => {
      this.figure.resize(width, height);
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
    const clipShown = (/** @type {number} */ value) => (value >= FREE ? _`off` : power(10 ** value));
    const whole = (/** @type {number} */ value) => String(value);
    return {
      forget_bias: make("forget_bias", { label: _`forget bias`, tone: "f", min: -2, max: 8, step: 0.1 }),
      scale: make("scale", { label: _`recurrent weights ×`, tone: "h", min: 0, max: 6, step: 0.05 }),
      length: make("length", {
        label: _`length in steps`,
        tone: "x",
        min: 10,
        max: 200,
        step: 1,
        show: whole,
      }),
      clip: make("clip", {
        label: _`clip norm to`,
        tone: "o",
        min: -4,
        max: FREE,
        step: 0.1,
        show: clipShown,
      }),
      lag: make("lag", { label: _`read at lag`, tone: "x", min: 1, max: 200, step: 1, show: whole }),
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
    const x = this.view.model.get("_x").slice(-length - 1);
    const built = `${scale} ${length}`;
    if (this.done.built !== built) {
      const scaled = (/** @type {number[][]} */ rows) =>
        rows.map((row) => row.map((weight) => weight * scale));
      this.lstm.weight_hh = scaled(this.built.lstm);
      this.rnn.weight_hh = scaled(this.built.rnn);
      this.done = { built, rnn: rnnLags(this.rnn, x) }; // the RNN has no forget gate to move
    }
    const { norms, highway } = lstmLags(this.lstm, x);
    const product = highway.map((share) => share * norms[0]);
    this.curves = [
      { key: "h", name: "nn.RNN", values: this.done.rnn },
      { key: "f", name: _`forget gates alone`, values: product },
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

  /** A curve at a lag, relative to lag 1; 0 where nothing comes even that far. @param {string} key @param {number} lag */
  ratio(key, lag) {
    const values = this.values(key);
    return values[lag] / (values[1] || 1);
  }

  paint() {
    if (this.stale) this.compute();
    set(this.sliders.lag.range, { max: this.traits.length }); // first: a slider takes no value beyond its end
    for (const [trait, value] of Object.entries(this.traits)) {
      const { put } = this.sliders[/** @type {"lag"} */ (trait)];
      put(trait === "clip" ? (value ? Math.log10(value) : FREE) : value);
    }
    const clipped = this.values("c").map((value) => value * this.factor);
    const clips = this.factor < 1 ? [{ key: "o", name: _`nn.LSTM, clipped`, values: clipped }] : [];
    this.figure.draw([...this.curves, ...clips], this.traits.lag);
  }

  // -- sentences ----------------------------------------------------------------------------------------------

  meaning() {
    const { length, forget_bias, clip } = this.traits;
    const [lstm, rnn] = [this.ratio("c", length), this.ratio("h", length)];
    const whole = norm(this.values("c"));
    const cut =
      clip && this.factor < 1
        ? _`Clipping multiplies the LSTM's whole gradient, of norm ${power(whole)}, by ${power(this.factor)}: all lags alike, so no ratio changes.`
        : clip
          ? _`Its norm, ${power(whole)}, is below ${power(clip)}: clipping changes nothing.`
          : "";
    const gate = (1 / (1 + Math.exp(-forget_bias))).toFixed(2);
    return [
      _`At lag ${length} the LSTM has ${power(lstm)} of its gradient at lag 1: ${verdict(lstm)}.`,
      _`The RNN has ${power(rnn)}: ${verdict(rnn)}.`,
      _`Forget gates of about ${gate} alone would leave ${power(this.ratio("f", length))}.`,
      cut,
    ]
      .join(" ")
      .trim();
  }

  reading() {
    const { lag } = this.traits;
    const at = (/** @type {string} */ key) => power(this.ratio(key, lag));
    const factor = this.ratio("c", lag) ** (1 / Math.max(1, lag - 1));
    return [
      _`At lag ${lag}, relative to lag 1: LSTM ${at("c")}, RNN ${at("h")}, product of forget gates ${at("f")}.`,
      _`Each step back multiplies the LSTM's gradient by about ${factor.toFixed(3)}.`,
    ].join(" ");
  }

  // -- figure -------------------------------------------------------------------------------------------------

  listen() {
    dragged(this.view, this.figure.chart, {
      follow: (event) => {
        this.traits.lag = this.figure.lagAt(event, this.traits.length);
        this.view.redraw(() => this.reading());
      },
      done: () => this.view.tell({ lag: this.traits.lag }),
    });
  }
}

// Held against torch by the tests.
export { lstmLags, rnnLags };
export default widget("gradients", _`Gradient explorer`, (view) => void new GradientExplorer(view));
