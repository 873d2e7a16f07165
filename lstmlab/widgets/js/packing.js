// The packing explorer: one batch padded, sorted and packed, cell by cell. `packing.py` has its traits.
import { View, widget } from "./base.js";
import { button, choice, dragged, slider } from "./controls.js";
import { clamp, html, renew, set } from "./elements.js";
import { _ } from "./words.js";

/** @typedef {[number, number]} Cell  A sequence and a step of it. */

const [MOST, LONGEST] = [6, 12];
const NAMES = "abcdef";
const TONES = "foighx"; // a colour for each sequence, so that it can be followed from grid to grid

/**
 * What pack_padded_sequence(..., enforce_sorted=False) makes of these lengths.
 * @param {number[]} lengths
 */
export function pack(lengths) {
  const sorted = lengths
    .map((_place, row) => row)
    .sort((one, other) => lengths[other] - lengths[one] || one - other);
  const steps = [...Array(Math.max(...lengths)).keys()];
  const batch_sizes = steps.map((step) => lengths.filter((length) => length > step).length);
  /** @type {Cell[]} */
  const data = batch_sizes.flatMap((size, step) =>
    sorted.slice(0, size).map((row) => /** @type {Cell} */ ([row, step])),
  );
  const unsorted = lengths.map((_, row) => sorted.indexOf(row));
  return { sorted_indices: sorted, unsorted_indices: unsorted, batch_sizes, data };
}

/** @type {Record<"step" | "cell" | "zero" | "row", (count: number) => string>} */
const many = {
  step: (count) => (count === 1 ? _`1 step` : _`${count} steps`),
  cell: (count) => (count === 1 ? _`1 cell` : _`${count} cells`),
  zero: (count) => (count === 1 ? _`1 zero` : _`${count} zeros`),
  row: (count) => (count === 1 ? _`1 row` : _`${count} rows`),
};

class PackingExplorer {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    /** @type {number[]} */
    this.lengths = [1];
    this.row = this.step = 0;
    const panel = (/** @type {string} */ name) => html("div", { class: `lw-panel lw-${name}` });
    this.panels = { padded: panel("padded"), sorted: panel("sorted"), packed: panel("packed") };
    this.sliders = [...NAMES].map((name, row) => this.lengthSlider(name, row));
    const put = (/** @type {number} */ step) => this.choose(this.row, step);
    this.chosen = choice(view, {
      label: _`look at sequence`,
      options: [...NAMES],
      value: "a",
      done: (name) => {
        this.choose(NAMES.indexOf(name), this.step);
        this.tell();
      },
    });
    const at = { label: _`after step`, min: 0, max: LONGEST - 1, step: 1, show: String };
    this.stepSlider = slider(view, { ...at, tone: "x", input: put, done: () => this.tell() });
    const add = button(view, _`Add a sequence`, () => this.resize([...this.lengths, 3]));
    const remove = button(view, _`Remove the last`, () => this.resize(this.lengths.slice(0, -1)));
    const bar = html("div", { class: "lw-bar" }, this.chosen.node, this.stepSlider.node, add, remove);
    const lengths = html("div", { class: "lw-lengths", role: "group", "aria-label": _`lengths` });
    lengths.append(...this.sliders.map(({ node }) => node));
    const grids = html("div", { class: "lw-grids" }, this.panels.padded, this.panels.sorted);
    const legend = html("p", { class: "lw-head" }, _`Filled: what the chosen state, outlined, has read.`);
    view.root.append(grids, this.panels.packed, lengths, bar, legend, view.status);
    view.paint = () => this.paint();
    const pull = () => {
      this.lengths = [...view.model.get("lengths")];
      [this.row, this.step] = [view.model.get("row"), view.model.get("step")];
    };
    pull();
    view.status.textContent = [_`Drag the end of a sequence, or click a cell.`, this.reading()].join(" ");
    view.watch(["lengths", "row", "step"], () => {
      pull();
      view.redraw(() => this.summary());
    });
    this.listen();
  }

  /** @param {string} name @param {number} row */
  lengthSlider(name, row) {
    return slider(this.view, {
      ...{ label: _`length of ${name}`, tone: TONES[row], min: 1, max: LONGEST, step: 1, show: String },
      input: (length) => this.stretch(row, length),
      done: () => this.tell(),
    });
  }

  tell() {
    this.view.tell({ lengths: [...this.lengths], row: this.row, step: this.step });
  }

  // -- what is changed ------------------------------------------------------------------------------------------

  /** @param {number} row @param {number} length */
  stretch(row, length) {
    this.lengths[row] = length;
    this.step = Math.min(this.step, Math.max(...this.lengths) - 1);
    const said = () => [_`${NAMES[row]} has ${many.step(length)} now.`, this.summary()].join(" ");
    this.view.redraw(said);
  }

  /** @param {number} row @param {number} step */
  choose(row, step) {
    this.row = clamp(row, 0, this.lengths.length - 1);
    this.step = clamp(step, 0, Math.max(...this.lengths) - 1);
    this.view.redraw(() => this.reading());
  }

  /** @param {number[]} lengths */
  resize(lengths) {
    if (lengths.length < 1 || lengths.length > MOST) return;
    this.lengths = lengths;
    this.choose(this.row, this.step);
    this.view.redraw(() => this.summary());
    this.tell();
  }

  /** A pointer on the padded batch: the end of a sequence is dragged, a cell is chosen. */
  listen() {
    const { padded } = this.panels;
    let pressed = { row: 0, column: 0, stretching: false, moved: false };
    const cellAt = (/** @type {PointerEvent} */ event) => {
      const cells = [...padded.querySelectorAll("[data-row]")];
      const boxes = cells.map((cell) => ({ cell, box: cell.getBoundingClientRect() }));
      const [first] = boxes;
      const column = Math.floor((event.clientX - first.box.left) / first.box.width);
      const under = boxes.find(({ box }) => event.clientY >= box.top && event.clientY <= box.bottom);
      return { row: Number(under?.cell.getAttribute("data-row") ?? 0), column };
    };
    dragged(this.view, padded, {
      begin: (event) => {
        if (!(event.target instanceof Element && event.target.closest("[data-row]"))) return false;
        const { row, column } = cellAt(event);
        pressed = { row, column, stretching: column >= this.lengths[row] - 1, moved: false };
        this.choose(row, column);
      },
      follow: (event) => {
        const { column } = cellAt(event);
        pressed.moved ||= column !== pressed.column; // a click alone chooses, and stretches nothing
        const length = clamp(column + 1, 1, LONGEST);
        if (!pressed.stretching) this.choose(pressed.row, column);
        else if (pressed.moved && length !== this.lengths[pressed.row]) this.stretch(pressed.row, length);
      },
      done: () => this.tell(),
    });
  }

  // -- sentences ------------------------------------------------------------------------------------------------

  summary() {
    const { batch_sizes, data } = pack(this.lengths);
    const [rows, steps] = [this.lengths.length, batch_sizes.length];
    const zeros = rows * steps - data.length;
    const sizes = batch_sizes.join(" ");
    return [
      _`Padded: ${rows} × ${steps} = ${many.cell(rows * steps)}, ${zeros} of them padding.`,
      _`Packed: ${many.row(data.length)}, batch_sizes ${sizes}.`,
    ].join(" ");
  }

  reading() {
    const { row, step, lengths } = this;
    const [name, length, steps] = [NAMES[row], lengths[row], Math.max(...lengths)];
    const after = Math.max(0, step + 1 - length);
    const [own, end] = [many.step(Math.min(step + 1, length)), `${name}${length - 1}`];
    const read = after
      ? _`Padded, the state of sequence ${name} after step ${step} has read ${own} of ${name} and then ${many.zero(after)}: packed, there is no such state.`
      : _`Padded, the state of sequence ${name} after step ${step} has read ${own} of ${name}, packed as well.`;
    const last =
      steps > length
        ? _`out[:, -1] would read sequence ${name} ${many.zero(steps - length)} too late; h_n of the packed batch is the state after ${end}.`
        : _`${name} is the longest: out[:, -1] and the packed h_n are both the state after ${end}.`;
    return `${read} ${last}`;
  }

  // -- figure ---------------------------------------------------------------------------------------------------

  paint() {
    const packed = pack(this.lengths);
    const steps = packed.batch_sizes.length;
    this.sliders.forEach(({ node, put }, row) => {
      node.hidden = row >= this.lengths.length;
      put(this.lengths[row] ?? 1);
    });
    this.chosen.select.value = NAMES[this.row];
    [...this.chosen.select.options].forEach((option, row) => (option.hidden = row >= this.lengths.length));
    set(this.stepSlider.range, { max: steps - 1 });
    this.stepSlider.put(this.step);
    const total = this.lengths.length * steps;
    const rows = this.lengths.map((_place, row) => row);
    const late = (/** @type {number} */ row) => steps - this.lengths[row];
    const wrong = (/** @type {number} */ row) =>
      late(row) ? "✗ " + _`${many.zero(late(row))} too late` : "✓";
    const state = (/** @type {number} */ row) => `${NAMES[row]}${this.lengths[row] - 1}`;
    renew(this.panels.padded, [
      html("p", { class: "lw-title" }, _`padded: ${this.lengths.length} × ${steps} = ${many.cell(total)}`),
      this.grid(rows, steps, true, "out[:, -1]", wrong),
    ]);
    const sizes = packed.batch_sizes.map((size) => html("span", { class: "lw-size" }, String(size)));
    const sorted = this.grid(packed.sorted_indices, steps, false, "h_n", state);
    sorted.append(html("span", { class: "lw-head" }, "batch_", html("wbr"), "sizes"), ...sizes);
    renew(this.panels.sorted, [
      html("p", { class: "lw-title" }, _`sorted by length, padding left out`),
      sorted,
    ]);
    const runs = packed.batch_sizes.map((size, step) => {
      const cells = packed.data.filter(([, at]) => at === step).map(([row, at]) => this.cell(row, at));
      const line = html("span", { class: "lw-run" }, ...cells);
      return html("div", {}, line, html("span", { class: "lw-size" }, _`step ${step}: ${size}`));
    });
    const title = html(
      "p",
      { class: "lw-title" },
      _`packed: data with ${many.row(packed.data.length)}, column after column`,
    );
    renew(this.panels.packed, [title, html("div", { class: "lw-runs" }, ...runs)]);
  }

  /**
   * @param {number[]} rows  which sequence stands in which row @param {number} steps @param {boolean} padded
   * @param {string} head  of the last column @param {(row: number) => string} note  what stands there
   */
  grid(rows, steps, padded, head, note) {
    const grid = html(
      "div",
      { class: "lw-batch", style: `--steps:${steps}` },
      html("span", { class: "lw-head" }, _`step`),
    );
    for (let step = 0; step < steps; step++)
      grid.append(html("span", { class: "lw-head lw-size" }, String(step)));
    grid.append(html("code", { class: "lw-head" }, head));
    for (const row of rows) {
      grid.append(html("b", { class: TONES[row] }, NAMES[row]));
      for (let step = 0; step < steps; step++) {
        const real = step < this.lengths[row];
        const cell = real || padded ? this.cell(row, step) : html("span");
        if (padded) set(cell, { "data-row": row, "data-end": step >= this.lengths[row] - 1 ? 1 : 0 });
        grid.append(cell);
      }
      const said = note(row);
      grid.append(html("span", { class: said.startsWith("✗") ? "lw-note lw-late" : "lw-note" }, said));
    }
    return grid;
  }

  /** One cell, marked if the chosen state has read it. @param {number} row @param {number} step */
  cell(row, step) {
    const real = step < this.lengths[row];
    const read = row === this.row && step <= this.step;
    const marks = `${read ? " lw-read" : ""}${read && step === this.step ? " lw-here" : ""}`;
    return html(
      "span",
      { class: `lw-cell1 ${real ? TONES[row] : "lw-zero"}${marks}` },
      real ? NAMES[row] + step : "0",
    );
  }
}

export default widget("packing", _`Packing explorer`, (view) => void new PackingExplorer(view));
