// A text, each letter coloured by what a unit has after it: blue is positive, orange negative, the stronger the larger.
import { html, set, write } from "./elements.js";
import { share } from "./shades.js";

/** @typedef {{from: number, letters: string[], values: Float64Array, most: number, at: number, span: number[], title: string}} Shown */

/** A letter that can be seen, and a line's end that is one. @param {string} letter */
export const visible = (letter) => (letter === "\n" ? "↵" : letter === " " ? "␣" : letter);

export class Text {
  /** @param {string} label */
  constructor(label) {
    this.title = html("p", { class: "lw-title" });
    this.page = html("div", {
      class: "lw-letters",
      role: "group",
      tabindex: 0,
      translate: "no",
      "aria-label": label,
      "data-lm-suppress-shortcuts": "true",
    });
    this.node = html("div", { class: "lw-text" }, this.title, this.page);
    /** @type {string[]} */
    this.written = [];
    /** @type {HTMLElement[]} */
    this.spans = [];
    this.at = -1;
  }

  /** The number of the letter under a pointer, -1 for none. @param {{clientX: number, clientY: number}} event */
  letterAt({ clientX, clientY }) {
    const root = /** @type {Document} */ (this.page.getRootNode());
    const found = root.elementFromPoint(clientX, clientY)?.closest("[data-letter]");
    return found && this.page.contains(found) ? Number(found.getAttribute("data-letter")) : -1;
  }

  /** The number of the letter one line further down, or up. @param {number} at @param {boolean} down */
  besides(at, down) {
    const here = this.spans[at].getBoundingClientRect();
    const step = down ? 1 : -1;
    let [best, far] = [at, Infinity];
    for (let other = at + step; other >= 0 && other < this.spans.length; other += step) {
      const box = this.spans[other].getBoundingClientRect();
      const lines = Math.abs(box.top - here.top) / here.height;
      if (lines < 0.5) continue;
      if (lines > 2.5 && best !== at) break;
      const apart = lines * 1000 + Math.abs(box.left - here.left);
      if (apart < far) [best, far] = [other, apart];
    }
    return best;
  }

  /** Writes the letters. Those before and after what was typed stay: only others cost layout. @param {string[]} letters */
  spell(letters) {
    const { written, spans } = this;
    const longest = Math.min(written.length, letters.length);
    let [before, after] = [0, 0];
    while (before < longest && letters[before] === written[before]) before++;
    while (
      after < longest - before &&
      letters[letters.length - 1 - after] === written[written.length - 1 - after]
    )
      after++;
    if (before === letters.length && before === written.length) return;
    const made = letters
      .slice(before, letters.length - after)
      .map((letter) => html("span", {}, ...(letter === "\n" ? [html("i", {}, "↵"), "\n"] : [letter])));
    const next = spans[spans.length - after];
    for (const old of spans.splice(before, spans.length - after - before, ...made)) old.remove();
    for (const one of made) this.page.insertBefore(one, next ?? null);
    spans.forEach((node, k) => set(node, { "data-letter": k }));
    this.written = letters;
    this.at = -1;
  }

  /** @param {Shown} shown */
  draw({ letters, values, most, at, span, title }) {
    write(this.title, title);
    this.spell(letters);
    this.spans.forEach((node, k) => {
      const inside = k >= span[0] && k < span[1] ? " taken" : "";
      set(node, {
        class: `${values[k] < 0 ? "minus" : "plus"}${k === at ? " here" : ""}${inside}`,
        style: `--share:${share(values[k], most)}%`,
      });
    });
    if (at === this.at) return;
    this.at = at;
    const { offsetTop, offsetHeight } = this.spans[at];
    const { scrollTop, clientHeight } = this.page;
    const top = offsetTop - this.page.offsetTop;
    if (top < scrollTop || top + offsetHeight > scrollTop + clientHeight)
      this.page.scrollTop = top - clientHeight / 2;
  }
}
