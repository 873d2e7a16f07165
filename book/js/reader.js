// The landing page's network: an LSTM reads letters, one of its cell states colours them, and what it expects next stands
// beside them. It computes here, with the weights of book/reader.json; book/reader.py trained them.
import { html, renew, write } from "../../lstmlab/widgets/js/elements.js";
import { filled } from "./text.js";

/** @typedef {import("./host.js").Spec} Spec */
/** @typedef {{h: Float32Array, c: Float32Array, next: Float32Array}} State */

const SHOWN = 240; // letters
const WRITTEN = 160; // letters that it writes after what it read
const GUESSES = 5;
const PACE = 80; // milliseconds for a letter
const TEMPERATURE = 0.5;

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Rows of int8, each with its scale. @param {{rows: string, scale: number[]}} packed */
function opened({ rows, scale }) {
  const whole = new Int8Array(Uint8Array.from(atob(rows), (letter) => letter.charCodeAt(0)).buffer);
  const width = whole.length / scale.length;
  return Float32Array.from(whole, (value, k) => value * scale[Math.floor(k / width)]);
}

/** nn.LSTM with one-hot letters, one at a time, and the layer that says which comes next. */
export class Network {
  /** @param {Spec} spec */
  constructor({ letters, weights }) {
    this.letters = letters;
    const open = (/** @type {string} */ name) => opened(weights[name]);
    this.wx = open("weight_ih_l0");
    this.wh = open("weight_hh_l0");
    this.bx = open("bias_ih_l0");
    this.bh = open("bias_hh_l0");
    this.out = open("out");
    this.bias = open("out_bias");
    this.hidden = this.bx.length / 4;
  }
  /** @returns {State} */
  start() {
    const zeros = () => new Float32Array(this.hidden);
    return { h: zeros(), c: zeros(), next: new Float32Array(this.letters.length) };
  }
  /** The state after one more letter. @param {State} before @param {string} letter @returns {State} */
  read(before, letter) {
    const { hidden, wx, wh, bx, bh } = this;
    const width = this.letters.length;
    const at = this.letters.indexOf(letter);
    const z = new Float32Array(4 * hidden); // rows i, f, g, o
    for (let row = 0; row < z.length; row++) {
      let sum = wx[row * width + at] + bx[row] + bh[row];
      for (let k = 0; k < hidden; k++) sum += wh[row * hidden + k] * before.h[k];
      z[row] = sum;
    }
    const [h, c] = [new Float32Array(hidden), new Float32Array(hidden)];
    for (let k = 0; k < hidden; k++) {
      const [i, f, o] = [0, 1, 3].map((block) => sigmoid(z[block * hidden + k]));
      c[k] = f * before.c[k] + i * Math.tanh(z[2 * hidden + k]);
      h[k] = o * Math.tanh(c[k]);
    }
    const next = new Float32Array(width);
    for (let row = 0; row < width; row++) {
      next[row] = this.bias[row];
      for (let k = 0; k < hidden; k++) next[row] += this.out[row * hidden + k] * h[k];
    }
    return { h, c, next };
  }
}

/** How likely each letter is. @param {Float32Array} logits @param {number} temperature */
function chances(logits, temperature = 1) {
  const most = Math.max(...logits);
  const each = Array.from(logits, (value) => Math.exp((value - most) / temperature));
  const all = each.reduce((sum, value) => sum + value, 0);
  return each.map((value) => value / all);
}

/** @param {number[]} probabilities */
function drawn(probabilities) {
  let left = Math.random();
  return Math.max(
    probabilities.findIndex((value) => (left -= value) < 0),
    0,
  );
}

/** What the reader's keys gave, in letters that the network knows. @param {string} text @param {string} letters */
const known = (text, letters) =>
  [...text.toLowerCase()].map((letter) => (letters.includes(letter) ? letter : " ")).join("");

class Reader {
  /** @param {Spec} spec @param {HTMLElement} el */
  constructor(spec, el) {
    this.network = new Network(spec);
    this.said = spec.words;
    this.unit = spec.unit;
    this.begin = spec.begin;
    this.text = html("p", { class: "reader-text", lang: "en" });
    this.guesses = html("div", { class: "reader-next", "aria-hidden": "true" });
    this.status = html("p", { class: "reader-said" });
    this.go = html("button", { type: "button" });
    this.field = html("input", {
      type: "text",
      id: "reader-typed",
      autocomplete: "off",
      spellcheck: "false",
    });
    const unit = html("input", { type: "range", min: 0, max: this.network.hidden - 1, value: this.unit });
    this.place = html("output", {}, String(this.unit));
    const again = html("button", { type: "button" }, this.said.again);
    const typed = html("label", {}, `${this.said.type} `, this.field);
    const chosen = html("label", {}, `${this.said.unit} `, unit, " ", this.place);
    const bar = html("div", { class: "reader-bar" }, this.go, again, chosen);
    el.append(
      html(
        "section",
        { class: "reader", "aria-label": this.said.name },
        this.text,
        this.guesses,
        this.status,
        bar,
        typed,
      ),
    );
    this.go.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    again.addEventListener("click", () => this.restart(this.begin));
    this.field.addEventListener("input", () => this.typed());
    unit.addEventListener("input", () => {
      this.unit = Number(unit.value);
      write(this.place, unit.value);
      this.paint();
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.state = this.network.start();
    /** @type {{letter: string, c: Float32Array, own: boolean}[]} */
    this.read = [];
    /** @type {string[]} */
    this.waiting = [];
    this.left = 0;
    this.restart(this.begin, matchMedia("(prefers-reduced-motion: reduce)").matches);
  }
  /** Reads `text` from the start, letter by letter or at once. @param {string} text @param {boolean} [atOnce] */
  restart(text, atOnce = false) {
    this.pause();
    this.state = this.network.start();
    this.read = [];
    this.waiting = [...text];
    this.left = WRITTEN;
    if (!atOnce) return this.play();
    while (this.waiting.length) this.step();
    this.paint();
  }
  typed() {
    const text = known(this.field.value, this.network.letters);
    this.restart(text, true);
  }
  /** One letter: one that waits to be read, else one that the network writes. */
  step() {
    const letter = this.waiting.shift();
    const own = letter === undefined;
    if (own && !this.left--) return false;
    const next = letter ?? this.network.letters[drawn(chances(this.state.next, TEMPERATURE))];
    this.state = this.network.read(this.state, next);
    this.read.push({ letter: next, c: this.state.c, own });
    return true;
  }
  play() {
    if (!this.waiting.length && this.left <= 0) this.left = WRITTEN;
    const turn = () => {
      this.timer = this.step() ? setTimeout(turn, PACE) : undefined;
      this.paint();
    };
    this.timer = setTimeout(turn, PACE);
    this.paint();
  }
  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.paint();
  }
  paint() {
    write(this.go, this.timer ? this.said.pause : this.said.play);
    const last = this.read.slice(-SHOWN);
    const spans = last.map(({ letter, c, own }) => {
      const strength = Math.tanh(c[this.unit]);
      const share = `${Math.round(60 * Math.abs(strength))}%`;
      return html(
        "span",
        {
          class: own ? "own" : undefined,
          style: `--share:${share};--sign:var(--${strength < 0 ? "minus" : "plus"})`,
        },
        letter,
      );
    });
    renew(this.text, spans);
    const likely = chances(this.state.next)
      .map((value, k) => ({ value, letter: this.network.letters[k] }))
      .sort((a, b) => b.value - a.value)
      .slice(0, GUESSES);
    const percent = (/** @type {number} */ value) => `${Math.round(100 * value)}%`;
    const shown = (/** @type {string} */ letter) => (letter === " " ? this.said.blank : letter);
    renew(
      this.guesses,
      this.read.length
        ? likely.map(({ value, letter }) =>
            html(
              "div",
              {},
              html("b", {}, shown(letter)),
              html("i", { style: `width:${100 * value}%` }),
              percent(value),
            ),
          )
        : [],
    );
    const tail = this.read
      .slice(-12)
      .map(({ letter }) => letter)
      .join("");
    const [{ letter, value }] = likely;
    const told = this.read.length
      ? filled(this.said.expects, { tail, letter: shown(letter), percent: percent(value) })
      : "";
    write(this.status, told);
  }
}

/** @param {Spec} spec */
const reader = (spec) => ({
  /** @param {{el: HTMLElement}} place */
  render: ({ el }) => void new Reader(spec, el),
});

(globalThis.lstmBook ??= { modules: {} }).brains = { reader };
