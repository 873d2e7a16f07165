// The training explorer: four LSTMs learn in the page, from four seeds, side by side. `training.py` has its traits.
import { lstmLags } from "./backward.js";
import { View, widget } from "./base.js";
import { button, choice, dragged, slider } from "./controls.js";
import { clamp, fixed, html, set, write } from "./elements.js";
import { curvesOf, run as runCell } from "./recurrence.js";
import { Strips } from "./strips.js";
import { Crew } from "./training_crew.js";
import { ReachChart, RunChart } from "./training_figure.js";
import { BATCH, ended, fresh, paramsOf, Trainer } from "./training_run.js";
import { Draws, example, TASKS } from "./training_tasks.js";
import { count, facts, summary, tale } from "./training_words.js";
import { _, said } from "./words.js";

/**
 * @typedef {import("./training_run.js").Settings} Settings @typedef {import("./training_run.js").State} State
 * @typedef {Settings & {seed: number, run: number, unit: number, step: number}} Chosen  The traits.
 * @typedef {{state: State, losses: number[], rights: number[]}} Run  A run as it was last heard of, and its curves.
 * @typedef {Record<string, Float64Array>} Traced
 * @typedef {{key: string, now: Traced, start: Traced, others: Record<string, Float64Array[]>,
 *   lags: {now: Float64Array, start: Float64Array}}} Look
 */

const SETTINGS = /** @type {(keyof Settings)[]} */ (
  "task length forget_bias input_bias units lr clip".split(" ")
);
const TRAITS = /** @type {(keyof Chosen)[]} */ ([...SETTINGS, "seed", "run", "unit", "step"]);
const RUNS = 4;
const FREE = 2; // the right end of the clipping slider, in decades, means no clipping
const COMPARED = 10; // updates that a run must have had, for the next to be held against it

/** A number with as few digits as say it, three at most. @param {number} value */
const brief = (value) => String(Number(value.toPrecision(3))).replace("-", "−");
/** @param {number} norm */
const clipping = (norm) => (norm ? brief(norm) : _`off`);

class TrainingExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    this.starts = model.get("_starts");
    this.chosen = /** @type {Chosen} */ ({});
    const start = this.pull();
    /** @type {Run[]} */
    this.runs = [];
    /** @type {{settings: Settings, seed: number, runs: Run[]} | undefined} */
    this.last = undefined;
    /** @type {State[]} */
    this.untrained = [];
    /** @type {WeakMap<State, {trace: ReturnType<typeof runCell>, lags: Float64Array}>} */
    this.passed = new WeakMap(); // what an untrained run makes of the example
    this.playing = false;
    this.seen = this.inView = true;
    /** @type {Look | undefined} */
    this.looked = undefined;
    this.crew = new Crew(
      (states) => view.safely(() => this.hear(states)),
      (error) => view.fail(error),
    );
    view.atEnd(() => this.crew.stop());
    this.strips = this.makeStrips();
    this.reach = new ReachChart();
    this.panels = Array.from({ length: RUNS }, (_, k) => this.makePanel(k));
    this.task = choice(view, {
      label: _`task`,
      options: Object.keys(TASKS),
      names: { "temporal order": _`temporal order`, adding: _`adding`, parity: _`parity` },
      value: this.chosen.task,
      done: (task) => this.set({ task, ...this.starts[task] }, true),
    });
    this.play = button(view, "", () => this.toggle());
    this.sliders = this.makeSliders();
    this.notes = { legend: html("p", { class: "lw-legend" }), facts: html("p", { class: "lw-facts" }) };
    view.root.append(...this.layOut(start));
    view.paint = () => this.paint();
    this.restart();
    view.status.textContent = this.summary();
    view.watch(TRAITS, () => this.follow());
    this.listen();
  }

  // -- parts --------------------------------------------------------------------------------------------------

  /** @param {Chosen} start */
  layOut(start) {
    const { view } = this;
    const bar = html("div", { class: "lw-bar" }, this.task.node, this.play);
    bar.append(
      button(view, _`Step`, () => this.step(), { title: _`One update of each run: ${BATCH} sequences` }),
      button(view, _`Restart`, () => this.begin(), { title: _`Untrained again, with these settings` }),
      button(view, _`Reset`, () => this.reset(start), { title: _`Put everything back where it started` }),
    );
    const panels = html("div", { class: "lw-runs", role: "group", "aria-label": _`runs` });
    panels.append(...this.panels.map(({ node }) => node));
    const { step, ...rest } = this.sliders;
    const time = html("div", { class: "lw-time" }, this.strips.node, step.node);
    const title = html("p", { class: "lw-head" }, _`gradient of the last h, by lag`);
    const reach = html("div", { class: "lw-far" }, title, this.reach.chart);
    const desk = html("div", { class: "lw-desk" }, time, reach);
    const knobs = html("div", { class: "lw-knobs", role: "group", "aria-label": _`settings` });
    knobs.append(...Object.values(rest).map(({ node }) => node));
    return [bar, panels, desk, knobs, this.notes.legend, this.notes.facts, view.status];
  }

  /** @param {number} k */
  makePanel(k) {
    const chart = new RunChart();
    const title = html("b", {});
    const told = html("span", { class: "lw-told" });
    const head = html("span", { class: "lw-head" }, title, " ", told);
    const node = html("button", { type: "button", class: "lw-run" }, head, chart.chart);
    this.view.on(node, "click", () => {
      this.chosen.run = k;
      this.view.redraw(() => this.reading());
      this.view.tell({ run: k });
    });
    return { node, chart, title, told };
  }

  makeStrips() {
    const names = this.view.model.get("_names");
    const gate = (/** @type {string} */ key) => ({
      key,
      name: said(names[key]),
      symbol: key,
      low: 0,
      high: 1,
    });
    return new Strips(this.view, [
      { key: "x", name: said(names.x), symbol: "x", low: -1, high: 1, stems: true },
      ...["i", "f", "o"].map(gate),
      { key: "c", name: said(names.c), symbol: "c" },
    ]);
  }

  makeSliders() {
    const whole = String;
    const make = (/** @type {keyof Chosen} */ trait, /** @type {any} */ options) =>
      slider(this.view, {
        ...options,
        input: (value) => {
          const moved = trait === "lr" ? 10 ** value : trait === "clip" ? this.clipOf(value) : value;
          this.set({ [trait]: moved });
        },
        done: () => this.view.tell({ ...this.chosen }),
      });
    const clipped = (/** @type {number} */ place) => clipping(this.clipOf(place));
    return {
      forget_bias: make("forget_bias", { label: _`forget bias`, tone: "f", min: -2, max: 6, step: 0.1 }),
      input_bias: make("input_bias", { label: _`input bias`, tone: "i", min: -6, max: 2, step: 0.1 }),
      length: make("length", {
        label: _`length`,
        tone: "x",
        min: 10,
        max: 200,
        step: 1,
        show: whole,
      }),
      units: make("units", { label: _`units`, tone: "h", min: 2, max: 16, step: 1, show: whole }),
      lr: make("lr", {
        ...{ label: _`learning rate`, tone: "g", min: -4, max: -1, step: 0.05 },
        show: (/** @type {number} */ place) => brief(10 ** place),
      }),
      clip: make("clip", { label: _`clip norm to`, tone: "o", min: -2, max: FREE, step: 0.1, show: clipped }),
      seed: make("seed", { label: _`first seed`, tone: "x", min: 0, max: 96, step: 1, show: whole }),
      unit: make("unit", { label: _`show unit`, tone: "c", min: 0, max: 7, step: 1, show: whole }),
      step: make("step", { label: _`step`, tone: "x", min: 0, max: 99, step: 1, show: whole }),
    };
  }

  /** The norm that a place on the clipping slider stands for; 0 is no clipping. @param {number} place */
  clipOf(place) {
    return place >= FREE ? 0 : 10 ** place;
  }

  listen() {
    const { view } = this;
    // All at once: what one of them drew alone would have to be drawn again.
    const drawn = [...this.panels.map(({ chart }) => chart), this.strips, this.reach];
    for (const { chart } of drawn)
      view.onSize(chart, () => {
        for (const each of drawn) each.resize(each.chart.clientWidth, each.chart.clientHeight);
        view.redraw();
      });
    const done = () => view.tell({ step: this.chosen.step });
    dragged(view, this.strips.chart, {
      follow: (event) => this.set({ step: this.strips.stepAt(event) }),
      done,
    });
    dragged(view, this.reach.chart, {
      follow: (event) => this.set({ step: this.chosen.length - 1 - this.reach.lagAt(event) }),
      done,
    });
    // It rests while nobody can see it: another tab of the browser or of JupyterLab, scrolled away, taken away.
    const watch = new IntersectionObserver(([{ isIntersecting }]) => {
      this.inView = isIntersecting;
      this.rest();
    });
    watch.observe(view.root);
    view.atEnd(() => watch.disconnect());
    view.on(document, "visibilitychange", () => this.rest());
  }

  rest() {
    const seen = this.inView && !document.hidden;
    if (seen === this.seen) return;
    this.seen = seen;
    if (!seen) this.crew.stop();
    else if (this.playing) this.crew.start(this.states());
  }

  // -- what is chosen -----------------------------------------------------------------------------------------

  /** Takes everything from the model; returns it. */
  pull() {
    for (const name of TRAITS) Object.assign(this.chosen, { [name]: this.view.model.get(name) });
    return { ...this.chosen };
  }

  /** The settings that training depends on, and no others. @returns {Settings} */
  settings() {
    return /** @type {Settings} */ (Object.fromEntries(SETTINGS.map((name) => [name, this.chosen[name]])));
  }

  /** Whether the runs are not those of the settings. */
  stale() {
    const [{ state }] = this.runs;
    return (
      state.seed !== this.chosen.seed || SETTINGS.some((name) => state.settings[name] !== this.chosen[name])
    );
  }

  /** What Python, or another view, has set. */
  follow() {
    this.pull();
    if (this.stale()) this.restart();
    this.view.redraw(() => this.summary());
  }

  /** @param {Partial<Chosen>} change @param {boolean} [tell] */
  set(change, tell) {
    Object.assign(this.chosen, change);
    this.chosen.unit = Math.min(this.chosen.unit, this.chosen.units - 1);
    this.chosen.step = clamp(this.chosen.step, 0, this.chosen.length - 1);
    const stale = this.stale();
    if (stale) this.restart();
    this.view.redraw(() => (stale ? this.summary() : this.reading()));
    if (tell) this.view.tell({ ...this.chosen });
  }

  // -- training -----------------------------------------------------------------------------------------------

  states() {
    return this.runs.map(({ state }) => state).filter((state) => !ended(state));
  }

  /** Four untrained runs; those before stay to be compared with. */
  restart() {
    this.pause();
    const [first] = this.runs;
    if (first && Math.max(...this.runs.map(({ losses }) => losses.length)) >= COMPARED)
      this.last = { settings: first.state.settings, seed: first.state.seed, runs: this.runs };
    const seeds = Array.from({ length: RUNS }, (_, k) => this.chosen.seed + k);
    this.runs = seeds.map((seed) => ({ state: fresh(this.settings(), seed), losses: [], rights: [] }));
    this.untrained = this.runs.map(({ state }) => state);
    this.looked = undefined;
  }

  begin() {
    this.restart();
    this.view.redraw(() => this.summary());
  }

  /** @param {Chosen} start */
  reset(start) {
    this.restart();
    this.last = undefined;
    this.view.send({ ...start });
    this.view.redraw(() => this.summary());
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.conclude();
    } else {
      if (!this.states().length) this.restart();
      this.playing = true;
      this.view.say(() => _`${this.states().length} runs are learning.`);
      if (this.seen) this.crew.start(this.states());
    }
    this.view.redraw();
  }

  pause() {
    this.crew.stop();
    this.playing = false;
  }

  step() {
    this.pause();
    for (const state of this.states()) {
      const trainer = new Trainer(structuredClone(state));
      trainer.update();
      this.take(trainer.state);
    }
    this.conclude();
    this.view.redraw();
  }

  /** @param {State[]} states  as they are now */
  hear(states) {
    for (const state of states) {
      const before = this.runs[state.seed - this.chosen.seed].state;
      this.take(state);
      if (state.solved && !before.solved) this.view.say(() => this.summary());
    }
    if (!this.states().length) {
      this.pause();
      this.conclude();
    }
    this.view.redraw();
  }

  /** @param {State} state */
  take(state) {
    const run = this.runs[state.seed - this.chosen.seed];
    run.losses.push(...state.losses);
    run.rights.push(...state.rights);
    run.state = { ...state, losses: [], rights: [] };
  }

  /** Says how far the runs are, here and to Python. */
  conclude() {
    this.view.say(() => this.summary());
    const results = this.runs.map(({ state, losses }) => ({
      ...state.settings,
      seed: state.seed,
      sequences: state.updates * BATCH,
      solved: state.solved,
      loss: losses.length ? losses[losses.length - 1] : 0,
    }));
    this.view.tell({ results });
  }

  // -- sentences ----------------------------------------------------------------------------------------------

  summary() {
    return summary(this.runs.map(({ state }) => state));
  }

  reading() {
    const { state } = this.runs[this.chosen.run];
    const { step, unit } = this.chosen;
    const { now, lags } = this.look();
    const lag = lags.now.length - 1 - step;
    const [i, f, c] = ["i", "f", "c"].map((key) => fixed(now[key][step]));
    return [
      _`Seed ${state.seed} after ${count(state.updates * BATCH)} sequences, unit ${unit}, step ${step}:`,
      _`input gate ${i}, forget gate ${f}, cell state ${c};`,
      _`the gradient at lag ${lag} is ${lags.now[lag].toExponential(1)}.`,
    ].join(" ");
  }

  legend() {
    const { now, last } = this.compared();
    const parts = [
      _`Line: loss, dashed where guessing leaves it. Grey: share of right answers.`,
      _`Below: one sequence in the run that is chosen; dotted before training, thin the other units.`,
    ];
    if (last !== undefined) parts.push(_`Dotted above: the last run, with ${last} instead of ${now}.`);
    return parts.join(" ");
  }

  /** In which settings the last run differs. */
  compared() {
    const { last } = this;
    if (!last || last.settings.task !== this.chosen.task) return {};
    const differ = /** @type {(keyof Settings | "seed")[]} */ ([...SETTINGS.slice(1), "seed"]).filter(
      (name) =>
        name === "seed" ? last.seed !== this.chosen.seed : last.settings[name] !== this.chosen[name],
    );
    const say = (/** @type {any} */ values) =>
      differ
        .map((name) => {
          const label = this.sliders[/** @type {"units"} */ (name)].range.getAttribute("aria-label");
          return `${label} ${name === "clip" ? clipping(values[name]) : brief(values[name])}`;
        })
        .join(", ");
    if (!differ.length) return { now: _`the same settings`, last: _`the same settings` };
    return { now: say(this.chosen), last: say({ ...last.settings, seed: last.seed }) };
  }

  // -- pictures -----------------------------------------------------------------------------------------------

  /** What the chosen run makes of the example: curves of the unit, of the others, and gradients by lag. */
  look() {
    const { run, unit, task, length } = this.chosen;
    const { state } = this.runs[run];
    const key = [state.updates, state.seed, unit, task, length].join();
    if (this.looked?.key === key) return this.looked;
    const { steps, x, shown } = example(task, length);
    const { inputs } = TASKS[task];
    const rows = Array.from({ length: steps }, (_, t) => [...x.subarray(t * inputs, (t + 1) * inputs)]);
    const passed = (/** @type {State} */ at) => {
      const params = paramsOf(at);
      const trace = runCell("LSTM", params, rows);
      return { trace, lags: lstmLags(params, rows, trace).norms };
    };
    const untrained = this.untrained[run];
    const before = this.passed.get(untrained) ?? passed(untrained);
    this.passed.set(untrained, before);
    const now = state === untrained ? before : passed(state);
    const others = Object.fromEntries(
      ["i", "f", "o", "c"].map((name) => [
        name,
        Array.from({ length: state.settings.units }, (_, u) => u)
          .filter((u) => u !== unit)
          .map((u) => Float64Array.from(now.trace[name], (values) => values[u])),
      ]),
    );
    this.looked = {
      key,
      now: { ...curvesOf(now.trace, unit, false), x: shown },
      start: state.updates ? curvesOf(before.trace, unit, false) : {},
      others,
      lags: { now: now.lags, start: before.lags },
    };
    return this.looked;
  }

  paint() {
    const { chosen, sliders, runs, last } = this;
    set(sliders.unit.range, { max: chosen.units - 1 }); // first: a slider takes no value beyond its end
    set(sliders.step.range, { max: chosen.length - 1 });
    for (const name of /** @type {(keyof TrainingExplorer["sliders"])[]} */ (Object.keys(sliders))) {
      const value = chosen[name];
      sliders[name].put(
        name === "lr" ? Math.log10(value) : name === "clip" ? (value ? Math.log10(value) : FREE) : value,
      );
    }
    this.task.select.value = chosen.task;
    write(this.play, this.playing ? _`❚❚ Pause` : _`▶ Play`);
    const ghosts = last && last.settings.task === chosen.task ? last.runs : [];
    const room = RunChart.room(...[...runs, ...ghosts].map(({ losses }) => losses.length));
    const { guess } = TASKS[chosen.task];
    this.panels.forEach(({ node, chart, title, told }, k) => {
      set(node, { "aria-pressed": String(k === chosen.run) });
      write(title, _`seed ${runs[k].state.seed}`);
      write(told, tale(runs[k].state));
      set(told, {
        class: `lw-told${runs[k].state.solved ? " solved" : ended(runs[k].state) ? " failed" : ""}`,
      });
      chart.draw(runs[k], ghosts[k], guess, room, BATCH);
    });
    const { now, start, others, lags } = this.look();
    this.strips.draw(now, start, others);
    this.strips.mark(chosen.step);
    this.reach.draw(lags.now, lags.start, chosen.length - 1 - chosen.step);
    write(this.notes.legend, this.legend());
    write(this.notes.facts, facts(chosen, this.crew.alone));
  }
}

// Held against torch by the tests.
export { Draws, example, fresh, TASKS, Trainer };
export default widget("training", _`Training explorer`, (view) => void new TrainingExplorer(view));
