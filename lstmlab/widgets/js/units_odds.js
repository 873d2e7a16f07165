// What the model expects after the chosen letter, as bars, and what it writes; with a clamp both, one beside the other.
import { html, renew } from "./elements.js";
import { visible } from "./units_text.js";
import { _ } from "./words.js";

const MOST = 6; // letters

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

/** The likeliest letters first. @param {ArrayLike<number>} odds @param {number} [count] */
export const likeliest = (odds, count = MOST) =>
  Array.from(odds, (share, code) => ({ share, code }))
    .sort((one, other) => other.share - one.share)
    .slice(0, count);

/** @typedef {{letters: string[], plain: Float64Array, held?: Float64Array, writes: string, writesHeld?: string}} Said */

export class Odds {
  constructor() {
    this.bars = html("div", { class: "lw-odds" });
    this.written = html("div", { class: "lw-written", translate: "no" });
    this.node = html("div", { class: "lw-next" }, this.bars, this.written);
  }

  /** @param {Said} said */
  draw({ letters, plain, held, writes, writesHeld }) {
    const codes = [plain, ...(held ? [held] : [])].flatMap((odds) =>
      likeliest(odds, held ? 4 : MOST).map(({ code }) => code),
    );
    const order = [...new Set(codes)].sort((one, other) => plain[other] - plain[one]).slice(0, MOST);
    const bar = (/** @type {string} */ tone, /** @type {number} */ share) =>
      html(
        "span",
        { class: `lw-share ${tone}`, style: `--part:${(100 * share).toFixed(1)}%` },
        percent(share),
      );
    const head = (/** @type {string} */ words) => html("span", { class: "lw-head" }, words);
    const rows = order.flatMap((code) => [
      html("b", { class: "lw-letter", translate: "no" }, visible(letters[code])),
      bar("f", plain[code]),
      ...(held ? [bar("o", held[code])] : []),
    ]);
    this.bars.style.setProperty("--columns", held ? "2" : "1");
    const heads = [head(_`next`), head(_`as trained`), ...(held ? [head(_`with the clamp`)] : [])];
    renew(this.bars, [...heads, ...rows]);
    const text = (/** @type {string} */ name, /** @type {string} */ tone, /** @type {string} */ words) => [
      html("p", { class: "lw-head" }, name),
      html("code", { class: tone }, words),
    ];
    renew(this.written, [
      ...text(_`it writes, as trained:`, "f", writes),
      ...(writesHeld === undefined ? [] : text(_`it writes, with the clamp:`, "o", writesHeld)),
    ]);
  }
}
