// The window explorer: window, horizon, split and leak on the sunspots, drawn and measured at every move. `windows.py`
// has its traits.
import { View, widget } from "./base.js";
import { button, choice, dragged, slider } from "./controls.js";
import { clamp, fixed, html, renew } from "./elements.js";
import { count, errors, leastSquares, parts } from "./forecasts.js";
import { WindowFigure } from "./windows_figure.js";
import { _, said } from "./words.js";

/** @typedef {{window: number, horizon: number, split: number, leak: string, step: number}} Chosen */

const TRAITS = /** @type {(keyof Chosen)[]} */ (["window", "horizon", "split", "leak", "step"]);
const [WIDEST, FURTHEST, EARLIEST, LATEST] = [30, 22, 1800, 1940];
const FORECASTS = [_`last value`, _`linear`, _`three most alike`];
const NEAR = 9; // pixels around what can be dragged
const LEGEND = [
  _`Drag the split, the window, its left edge or its target.`,
  _`Linear: a weighted sum of the window.`,
  _`Three most alike: the mean of what followed the three training windows most like this one.`,
].join(" ");

/** @param {number} count */
const years = (count) => (count === 1 ? _`1 year` : _`${count} years`);

class WindowExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    this.series = { values: model.get("_values"), order: model.get("_order"), leaks: model.get("_leaks") };
    this.first = model.get("_first");
    /** @type {Chosen} */
    this.chosen = { window: 1, horizon: 1, split: 1900, leak: "none", step: 0 };
    this.known = { key: "", clean: [0], leaked: [0] }; // errors of one setting: dragging a window changes none
    this.figure = new WindowFigure();
    const done = () => this.tell();
    const knob = (
      /** @type {"window" | "horizon" | "split" | "step"} */ trait,
      /** @type {object} */ look,
      /** @type {() => string} */ told = () => this.summary(),
    ) =>
      slider(view, {
        ...{ label: trait, min: 1, max: 1, step: 1, show: years, ...look },
        input: (value) => this.move({ [trait]: value }, told),
        done,
      });
    this.sliders = {
      window: knob("window", { tone: "f", label: _`window`, max: WIDEST }),
      horizon: knob("horizon", { tone: "h", label: _`horizon`, max: FURTHEST }),
      split: knob("split", { tone: "o", label: _`test from`, min: EARLIEST, max: LATEST, show: String }),
      step: knob(
        "step",
        {
          tone: "f",
          label: _`window starts`,
          min: 0,
          show: (/** @type {number} */ n) => String(this.first + n),
        },
        () => this.reading(),
      ),
    };
    this.leaks = choice(view, {
      label: _`leak`,
      options: this.series.leaks,
      names: Object.fromEntries(this.series.leaks.map((/** @type {string} */ leak) => [leak, said(leak)])),
      value: "none",
      done: (leak) => {
        this.move({ leak }, () => this.summary());
        this.tell();
      },
    });
    this.counts = html("p", { class: "lw-counts" });
    this.scores = html("div", { class: "lw-scores" });
    const knobs = html("div", { class: "lw-knobs" }, ...Object.values(this.sliders).map(({ node }) => node));
    const start = this.pull();
    const back = button(view, _`Reset`, () => view.send({ ...start }), {
      title: _`Put everything back where it started`,
    });
    const bar = html("div", { class: "lw-bar" }, this.leaks.node, back);
    const legend = html("p", { class: "lw-legend" }, LEGEND);
    view.root.append(this.figure.chart, knobs, this.counts, bar, this.scores, legend, view.status);
    view.paint = () => this.paint();
    view.status.textContent = `${this.reading()} ${this.summary()}`;
    view.watch(TRAITS, () => {
      this.pull();
      view.redraw(() => this.summary());
    });
    view.onSize(this.figure.chart, (...size) => {
      this.figure.resize(...size);
      view.redraw();
    });
    this.listen();
  }

  /** Takes everything from the model; returns it. */
  pull() {
    for (const name of TRAITS) Object.assign(this.chosen, { [name]: this.view.model.get(name) });
    return { ...this.chosen };
  }

  tell() {
    this.view.tell({ ...this.chosen });
  }

  /** @param {Partial<Chosen>} change @param {() => string} told */
  move(change, told) {
    Object.assign(this.chosen, change);
    this.chosen.step = clamp(this.chosen.step, 0, count(this.series, this.cut) - 1);
    this.view.redraw(told);
  }

  get cut() {
    const { window, horizon, split } = this.chosen;
    return { window, horizon, at: split - this.first };
  }

  /** The pointer takes what is nearest to it, and what is not near anything takes the window there. */
  listen() {
    const { figure, view, series } = this;
    /** @type {"split" | "target" | "edge" | "window"} */
    let held = "window";
    let grip = 0; // from the window's start to where it is held
    const nearest = (/** @type {PointerEvent} */ event) => {
      const { window, horizon, step } = this.chosen;
      const from = figure.stepAt(event);
      const places = { target: step + window - 1 + horizon, edge: step - 0.5, split: this.cut.at - 0.5 };
      const near = Object.entries(places).map(([name, place]) => ({
        name,
        far: Math.abs(place - from) * figure.stride,
      }));
      const [best] = near.sort((one, other) => one.far - other.far);
      return best.far <= NEAR ? /** @type {"split" | "target" | "edge"} */ (best.name) : "window";
    };
    view.on(figure.chart, "pointermove", (event) => {
      figure.chart.style.cursor = nearest(event) === "window" ? "grab" : "ew-resize";
    });
    dragged(view, figure.chart, {
      begin: (event) => {
        const at = figure.stepAt(event);
        const { window, step } = this.chosen;
        held = nearest(event);
        grip = at >= step - 0.5 && at <= step + window - 0.5 ? at - step : (window - 1) / 2;
      },
      follow: (event) => {
        const at = figure.stepAt(event);
        const { window, horizon, step } = this.chosen;
        const end = step + window - 1;
        if (held === "split")
          this.move({ split: clamp(Math.round(at + 0.5) + this.first, EARLIEST, LATEST) }, () =>
            this.summary(),
          );
        else if (held === "target") {
          const most = Math.min(FURTHEST, series.values.length - 1 - end);
          this.move({ horizon: clamp(Math.round(at - end), 1, most) }, () => this.summary());
        } else if (held === "edge") {
          const left = clamp(Math.round(at + 0.5), Math.max(0, end - WIDEST + 1), end);
          this.move({ window: end - left + 1, step: left }, () => this.summary());
        } else {
          const last = series.values.length - window - horizon;
          this.move({ step: clamp(Math.round(at - grip), 0, last) }, () => this.reading());
        }
      },
      done: () => this.tell(),
    });
  }

  // -- numbers and sentences ----------------------------------------------------------------------------------

  /** The errors without a leak and with the chosen one. */
  measured() {
    const { window, horizon, split, leak } = this.chosen;
    const key = [window, horizon, split, leak].join();
    if (this.known.key !== key) {
      const [none] = this.series.leaks;
      const clean = errors(this.series, this.cut, none);
      const leaked = leak === none ? [] : errors(this.series, this.cut, leak);
      this.known = { key, clean, leaked };
    }
    return this.known;
  }

  summary() {
    const { split, leak } = this.chosen;
    const { train, test, crossing } = parts(this.series, this.cut, leak);
    const { clean, leaked } = this.measured();
    const counts = [train.length + test.length, train.length, test.length];
    const [all, learned, tested] = counts;
    const mixed = leak === this.series.leaks[2];
    const parted = mixed
      ? _`${all} windows: ${learned} learned from, ${tested} tested on; the two lie mixed in time.`
      : _`${all} windows: ${learned} learned from, ${tested} tested on; ${crossing.length} cross the split at ${split}.`;
    if (!leaked.length) return [parted, _`The linear forecast errs by ${fixed(clean[1], 1)}.`].join(" ");
    const others = this.series.leaks.slice(1, 3).includes(leak);
    const [before, after] = [fixed(clean[1], 1), fixed(leaked[1], 1)];
    const errs = others
      ? _`The linear forecast errs by ${before}, with the leak by ${after} on other windows,`
      : _`The linear forecast errs by ${before}, with the leak by ${after},`;
    const gain =
      leaked[1] < clean[1] - 0.05 ? _`which nobody will see in use.` : _`so here it gains nothing.`;
    return [parted, errs, gain].join(" ");
  }

  reading() {
    const { window, horizon, split, step, leak } = this.chosen;
    const { train, crossing } = parts(this.series, this.cut, leak);
    const start = this.first + step;
    const target = start + window - 1 + horizon;
    const learned = train.includes(step);
    const plain = learned ? _`It is learned from.` : _`It is tested on.`;
    const beside = [step - 1, step + 1].filter((n) => train.includes(n)).length;
    const fair = learned
      ? _`To learn from it is a leak.`
      : _`To test on it is honest, to learn from it would be a leak.`;
    const where =
      leak === this.series.leaks[2]
        ? [plain, _`Of the windows one year earlier and later, ${beside} are learned from.`].join(" ")
        : crossing.includes(step)
          ? [_`It crosses the split: it starts before ${split} and its target does not.`, fair].join(" ")
          : plain;
    const end = start + window - 1;
    return [
      _`Window ${step} reads ${start} to ${end}, its target is ${target}, ${years(horizon)} later.`,
      where,
    ].join(" ");
  }

  // -- figure -------------------------------------------------------------------------------------------------

  paint() {
    const { chosen, series, cut } = this;
    const { train, test, crossing } = parts(series, cut, chosen.leak);
    const shuffled = chosen.leak === series.leaks[2]; // then the split is no line, and any window may be either
    this.sliders.step.range.max = String(count(series, cut) - 1);
    for (const name of /** @type {("window" | "horizon" | "split" | "step")[]} */ (Object.keys(this.sliders)))
      this.sliders[name].put(chosen[name]);
    this.leaks.select.value = chosen.leak;
    const kinds = { train: new Set(train), crossing: new Set(shuffled ? [] : crossing) };
    this.figure.draw({ values: series.values, first: this.first, ...cut, step: chosen.step, ...kinds });
    const learned = chosen.leak === series.leaks[1];
    const kind = (/** @type {string} */ tone, /** @type {string} */ words) =>
      html("span", { class: `lw-kind ${tone}` }, words);
    const shown = [kind("x", _`${train.length - (learned ? crossing.length : 0)} learned from`)];
    if (!shuffled)
      shown.push(
        kind(
          "o",
          learned
            ? _`${crossing.length} cross the split: learned from`
            : _`${crossing.length} cross the split: tested on`,
        ),
      );
    shown.push(kind("c", _`${test.length - (shuffled || learned ? 0 : crossing.length)} tested on`));
    renew(this.counts, [
      html("span", {}, _`${count(series, cut)} windows, each where its target is:`),
      ...shown,
    ]);
    this.paintScores();
  }

  paintScores() {
    const { clean, leaked } = this.measured();
    const most = Math.max(80, ...clean, ...leaked);
    const head = (/** @type {string} */ words) => html("span", { class: "lw-head" }, words);
    const bar = (/** @type {string} */ tone, /** @type {number | undefined} */ error) =>
      error === undefined
        ? html("span", { class: "lw-head" }, "–")
        : html(
            "span",
            { class: `lw-error ${tone}`, style: `--share:${((100 * error) / most).toFixed(1)}%` },
            html("b", {}, fixed(error, 1)),
          );
    const rows = FORECASTS.flatMap((name, k) => [
      html("span", { class: "lw-name" }, name),
      bar("f", clean[k]),
      bar("o", leaked[k]),
    ]);
    renew(this.scores, [head(_`mean error in the test`), head(_`no leak`), head(_`with the leak`), ...rows]);
  }
}

// Held against Python by the tests.
export { errors, leastSquares, parts };
export default widget("windows", _`Window explorer`, (view) => void new WindowExplorer(view));
