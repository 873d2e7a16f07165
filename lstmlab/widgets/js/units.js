// The unit explorer: a text coloured by a unit of the LSTM that reads it, the odds of the next letter, and a clamp.
// `units.py` has its traits.
import { View, widget } from "./base.js";
import { Network, Reading } from "./characters.js";
import { button, choice, dragged, scrubber, slider } from "./controls.js";
import { clamp as inside, fixed, html, renew, set, write } from "./elements.js";
import { annotate, correlations, ground, within } from "./following.js";
import { strongest } from "./shades.js";
import { likeliest, Odds, percent } from "./units_odds.js";
import { Text, visible } from "./units_text.js";
import { _, said } from "./words.js";

/**
 * @typedef {object} Chosen  The traits.
 * @property {string} passage @property {number} unit @property {number} beside @property {string} shown
 * @property {string} clamp @property {number} to @property {number} temperature @property {string} find
 * @property {number[]} span @property {number} step
 */

const LONGEST = 2000;
const FOUND = 5; // units
const [NOTHING, EVERY, FROM_HERE] = ["nothing", "every letter", "from this letter on"];
const SELECTION = "the selected letters";
const KINDS = ["column", "indentation", "string", "comment", "brackets", SELECTION];
const SHOWN = ["c", "h", "i", "f", "g", "o"];
const LEGEND = [
  _`Blue is positive, orange negative, the stronger the larger.`,
  _`Point at a letter for what the model expects after it; drag over letters, or press Shift and an arrow, to select them.`,
].join(" ");
function makeField() {
  return html("textarea", {
    rows: 2,
    maxlength: LONGEST,
    spellcheck: "false",
    translate: "no",
    "data-lm-suppress-shortcuts": "true",
  });
}

class UnitExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    const { model } = view;
    this.network = new Network(model.get("_model"));
    this.draws = model.get("_draws");
    this.plain = new Reading(this.network, LONGEST);
    this.held = new Reading(this.network, LONGEST);
    this.chosen = /** @type {Chosen} */ ({});
    /** @type {string[]} */
    this.letters = [];
    /** @type {number[]} */
    this.codes = [];
    this.known = { key: "", r: new Float64Array(0), ground: /** @type {number | undefined} */ (0) }; // of a search
    this.hovered = -1;
    this.names = model.get("_names");
    this.texts = [new Text(_`text; arrow keys choose a letter`), new Text(_`text, by the second unit`)];
    this.page = html("div", { class: "lw-texts" }, ...this.texts.map(({ node }) => node));
    this.odds = new Odds();
    const start = this.pull();
    this.lists = this.makeLists();
    this.sliders = this.makeSliders();
    this.scrub = this.makeScrubber();
    this.field = makeField();
    const back = button(view, _`Reset`, () => view.send({ ...start }), {
      title: _`Put everything back where it started`,
    });
    const { unit, beside, shown, clamp, find } = this.lists;
    const knobs = html(
      "div",
      { class: "lw-knobs" },
      clamp.node,
      this.sliders.to.node,
      this.sliders.heat.node,
    );
    const bar = html("div", { class: "lw-bar" }, unit.node, beside.node, shown.node, back);
    const name = _`units found, with their r`;
    this.found = html("span", { class: "lw-found", role: "group", "aria-label": name });
    this.chance = html("span", { class: "lw-head" });
    const search = html("div", { class: "lw-bar" }, find.node, this.found, this.chance);
    const time = html("div", { class: "lw-time" }, this.scrub.node);
    const typed = html("label", { class: "lw-typed" }, html("span", {}, _`your own text`), this.field);
    const legend = html("p", { class: "lw-legend" }, LEGEND);
    view.root.append(this.page, time, knobs, this.odds.node, bar, search, typed, legend, view.status);
    view.paint = () => this.paint();
    view.status.textContent = this.reading();
    view.watch(Object.keys(this.chosen), () => {
      this.pull();
      view.redraw(() => this.reading());
    });
    this.listen();
  }

  /** Takes everything from the model; returns it. */
  pull() {
    const names = [
      "passage",
      "unit",
      "beside",
      "shown",
      "clamp",
      "to",
      "temperature",
      "find",
      "span",
      "step",
    ];
    for (const name of names)
      Object.assign(this.chosen, { [name]: structuredClone(this.view.model.get(name)) });
    this.hovered = -1;
    this.spell();
    return structuredClone(this.chosen);
  }

  /** The text as letters that the model knows. */
  spell() {
    this.letters = this.network.known(this.chosen.passage);
    this.codes = this.network.codes(this.letters);
    this.chosen.step = inside(this.chosen.step, 0, this.codes.length - 1);
    this.chosen.span = this.chosen.span.map((place) => Math.min(place, this.codes.length));
  }

  tell() {
    this.view.tell(structuredClone(this.chosen));
  }

  /** @param {Partial<Chosen>} change @param {boolean} [done] */
  move(change, done = false) {
    Object.assign(this.chosen, change);
    this.hovered = -1;
    this.view.redraw(() => this.reading());
    if (done) this.tell();
  }

  makeLists() {
    const { view, network } = this;
    const units = [...Array(network.units).keys()].map(String);
    const named = (/** @type {string[]} */ words) =>
      Object.fromEntries(words.map((word) => [word, said(word)]));
    const list = (
      /** @type {string} */ label,
      /** @type {string[]} */ options,
      /** @type {Record<string, string>} */ names,
      /** @type {(value: string) => Partial<Chosen>} */ change,
    ) =>
      choice(view, {
        label,
        options,
        names,
        value: options[0],
        done: (value) => this.move(change(value), true),
      });
    const kinds = Object.fromEntries(SHOWN.map((name) => [name, `${name}: ${said(this.names[name])}`]));
    return {
      unit: list(_`unit`, units, {}, (value) => ({ unit: Number(value) })),
      beside: list(_`beside it`, ["-1", ...units], { "-1": _`none` }, (value) => ({ beside: Number(value) })),
      shown: list(_`shown`, SHOWN, kinds, (value) => ({ shown: value })),
      clamp: list(
        _`clamp it at`,
        [NOTHING, EVERY, FROM_HERE],
        named([NOTHING, EVERY, FROM_HERE]),
        (value) => ({
          clamp: value,
        }),
      ),
      find: list(_`units that follow`, KINDS, named(KINDS), (value) => ({ find: value })),
    };
  }

  makeSliders() {
    const { view } = this;
    const done = () => this.tell();
    return {
      to: slider(view, {
        ...{ label: _`clamp to`, tone: "o", min: -1, max: 1, step: 0.05, done },
        input: (to) => this.move({ to, clamp: this.chosen.clamp === NOTHING ? EVERY : this.chosen.clamp }),
      }),
      heat: slider(view, {
        ...{ label: _`temperature`, tone: "x", min: 0, max: 2, step: 0.05, done },
        hint: _`0 writes the likeliest letter each time`,
        input: (temperature) => this.move({ temperature }),
      }),
    };
  }

  makeScrubber() {
    return scrubber(this.view, {
      steps: this.codes.length,
      describe: (step) => _`letter ${step}, ${visible(this.letters[step])}`,
      input: (step) => this.move({ step }),
      done: () => this.tell(),
    });
  }

  listen() {
    const { view, field } = this;
    view.on(field, "input", () => {
      const typed = field.value.replaceAll("\r\n", "\n").replaceAll("\t", "    ");
      this.chosen.passage = typed.slice(0, LONGEST) || "\n"; // of nothing there is nothing to say
      this.spell();
      const caret = [...typed.slice(0, field.selectionStart)].length;
      this.move({ step: inside(caret - 1, 0, this.codes.length - 1) });
    });
    view.on(field, "change", () => this.tell());
    for (const text of this.texts) this.point(text);
  }

  /** The pointer and the keys on a text. @param {Text} text */
  point(text) {
    const { view } = this;
    let first = 0; // where a selection began
    view.on(text.page, "pointermove", (event) => {
      if (event.pointerType !== "mouse" || event.buttons) return;
      this.hover(text.letterAt(event));
    });
    view.on(text.page, "pointerleave", () => this.hover(-1));
    dragged(view, text.page, {
      begin: (event) => {
        first = text.letterAt(event);
        return first >= 0;
      },
      follow: (event) => {
        const last = text.letterAt(event);
        if (last < 0) return;
        if (last === first) this.move({ step: last });
        else this.select(first, last);
      },
      done: () => this.tell(),
    });
    let anchor = -1;
    view.on(text.page, "keydown", (event) => {
      const { step } = this.chosen;
      const last = this.codes.length - 1;
      const to = {
        ArrowLeft: step - 1,
        ArrowRight: step + 1,
        Home: 0,
        End: last,
      }[/** @type {string} */ (event.key)];
      const lines = { ArrowUp: false, ArrowDown: true }[/** @type {string} */ (event.key)];
      if ((to === undefined && lines === undefined) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const next = inside(to ?? text.besides(step, lines ?? true), 0, last);
      if (!event.shiftKey) anchor = -1;
      else if (anchor < 0) anchor = step;
      if (anchor < 0) this.move({ step: next }, true);
      else {
        this.select(anchor, next);
        this.tell();
      }
    });
  }

  /** Letters from one to another, and the units that are on there. @param {number} one @param {number} other */
  select(one, other) {
    this.move({ span: [Math.min(one, other), Math.max(one, other) + 1], step: other, find: SELECTION });
  }

  /** @param {number} letter */
  hover(letter) {
    if (letter === this.hovered) return;
    this.hovered = letter;
    this.view.redraw(() => this.reading());
  }

  // -- numbers and sentences ------------------------------------------------------------------------------------

  /** The letter after which the odds are shown. */
  get at() {
    return this.hovered >= 0 ? this.hovered : this.chosen.step;
  }

  get clamp() {
    const { clamp, shown, unit, to, step } = this.chosen;
    return clamp === NOTHING ? undefined : { name: shown, unit, to, from: clamp === EVERY ? 0 : step };
  }

  /** Reads the text where that is not done yet; with the clamp too, if there is one. */
  compute() {
    const { clamp } = this;
    this.plain.read(this.codes, undefined);
    if (clamp) this.held.read(this.codes, clamp);
    return { plain: this.plain, held: clamp && this.held, clamp };
  }

  /** r of each unit with what is looked for, in the network as it was trained, and what chance finds. */
  follow() {
    const { find, span, shown } = this.chosen;
    const key = JSON.stringify([this.letters.join(""), find, find === SELECTION ? span : 0, shown]);
    if (this.known.key !== key) {
      const count = this.codes.length;
      const marks = find === SELECTION ? within(count, span) : annotate(this.letters)[find];
      const values = this.plain.states[shown].subarray(0, count * this.network.units);
      const { units } = this.network;
      this.known = { key, r: correlations(values, units, marks), ground: ground(values, units, marks) };
    }
    return this.known;
  }

  reading() {
    const { plain, held } = this.compute();
    const { at, letters } = this;
    const { unit, shown } = this.chosen;
    const tail = letters
      .slice(Math.max(0, at - 11), at + 1)
      .map(visible)
      .join("");
    const value = (held ?? plain).states[shown][at * this.network.units + unit];
    const before = this.network.odds(plain.states, at);
    const after = held && this.network.odds(held.states, at);
    const [best] = likeliest(after ?? before, 1);
    const letter = visible(letters.length ? this.network.letters[best.code] : "");
    const told = _`After “${tail}” ${shown} of unit ${unit} is ${fixed(value)}. Next: ${letter}, ${percent(best.share)}`;
    const nats = _`Loss over the text: ${fixed(plain.nats)} nats for each letter`;
    if (!held || !after) return `${told}. ${nats}.`;
    const was = _`${told}, as trained ${percent(before[best.code])}.`;
    return [was, _`${nats}, ${fixed(held.nats)} with the clamp.`].join(" ");
  }

  // -- figure ---------------------------------------------------------------------------------------------------

  paint() {
    const { chosen, network, at, letters } = this;
    const { plain, held, clamp } = this.compute();
    const { unit, beside, shown, span } = chosen;
    const scale = (/** @type {number} */ one) => (shown === "c" ? strongest(plain.curve("c", one)) : 1);
    const draw = (/** @type {Text} */ text, /** @type {number} */ one, /** @type {string} */ title) =>
      text.draw({
        from: 0,
        letters,
        values: (held ?? plain).curve(shown, one),
        most: scale(one),
        at,
        span,
        title,
      });
    draw(this.texts[0], unit, _`${shown} of unit ${unit}`);
    this.texts[1].node.hidden = beside < 0;
    this.page.style.setProperty("--count", beside < 0 ? "1" : "2");
    if (beside >= 0) draw(this.texts[1], beside, _`${shown} of unit ${beside}`);
    const write = (/** @type {Reading} */ { states }) =>
      network.writes(states, at, chosen.temperature, this.draws, states === held?.states ? clamp : undefined);
    this.odds.draw({
      letters: network.letters,
      plain: network.odds(plain.states, at),
      held: held && network.odds(held.states, at),
      writes: write(plain),
      writesHeld: held && write(held),
    });
    this.put(shown === "c" ? Math.max(1, Math.ceil(scale(unit))) : 1);
    this.paintFound();
  }

  /** Puts the controls where the numbers are. @param {number} most  that the held value may have */
  put(most) {
    const { chosen } = this;
    this.scrub.setSteps(this.codes.length);
    this.scrub.put(this.at);
    for (const name of /** @type {("unit" | "beside" | "shown" | "clamp" | "find")[]} */ (
      Object.keys(this.lists)
    ))
      this.lists[name].select.value = String(chosen[name]);
    const wide = Math.max(most, Math.ceil(Math.abs(chosen.to)));
    set(this.sliders.to.range, {
      min: "ifo".includes(chosen.shown) && chosen.to >= 0 ? 0 : -wide,
      max: wide,
    });
    this.sliders.to.put(chosen.to);
    this.sliders.heat.put(chosen.temperature);
    if (this.field.value !== chosen.passage && document.activeElement !== this.field)
      this.field.value = chosen.passage;
  }

  paintFound() {
    const { r, ground } = this.follow();
    const best = Array.from(r, (value, unit) => ({ value, unit }))
      .sort((one, other) => Math.abs(other.value) - Math.abs(one.value))
      .slice(0, FOUND);
    while (this.found.children.length < best.length) {
      const place = this.found.children.length;
      const node = button(this.view, "", () => this.move({ unit: Number(node.dataset.unit) }, true));
      node.dataset.place = String(place);
      this.found.append(node);
    }
    best.forEach(({ value, unit }, k) => {
      const node = this.found.children[k];
      write(node, `${unit}: ${fixed(value)}`);
      set(node, {
        "data-unit": unit,
        "aria-pressed": String(unit === this.chosen.unit),
        "aria-label": _`unit ${unit}: ${fixed(value)}`,
      });
    });
    write(this.chance, ground === undefined ? _`r of each` : _`r of each; by chance up to ${fixed(ground)}`);
  }
}

// Held against Python by the tests.
export { annotate, correlations, Network, Reading };
export default widget("units", _`Unit explorer`, (view) => void new UnitExplorer(view));
