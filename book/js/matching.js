// Looks for the words of a concept in what a reader has written: lstmlab/bank/matching.py, which says how and why, in
// JavaScript. A test holds the two against each other.
import { filled } from "./text.js";

/** @typedef {{words: string[], denied: string, found: boolean}} Seen */

const SENTENCE = /[.;:!?](?:\s|$)|\n/u;
const LETTER = "[\\p{L}\\p{N}\\p{M}_]"; // Python's \w
const WORD = `${LETTER}+(?:\\.\\p{Nd}+)?`;
const DENIALS = new Set("not no never cannot without neither nor nothing none".split(" "));
const REACH = 3;
const SPELLED = 6;
const ALIKE = 0.87;

/** @param {string} text @param {string} pattern @returns {string[]} */
const all = (text, pattern) => text.match(new RegExp(pattern, "gu")) ?? [];
/** @param {string} word */
const isLetters = (word) => /^\p{L}+$/u.test(word);

/** The words in their order; after the parts of bi-directional comes the whole. @param {string} sentence */
function wordsOf(sentence) {
  const written = [];
  for (const chunk of all(sentence.replace(/n[’']t\b/giu, " not"), `${WORD}(?:[-‑]${WORD})*`)) {
    const parts = all(chunk, WORD);
    written.push(...parts);
    if (parts.length > 1 && parts.every(isLetters)) written.push(parts.join(""));
  }
  return written;
}

/** @param {string} wanted */
const alternatives = (wanted) => wanted.split("|").map((part) => all(part.toLowerCase(), `${WORD}\\*?`));

/** How many letters match, as Python's difflib counts them. @param {string} a @param {string} b @returns {number} */
function matching(a, b) {
  let [size, i, j] = [0, 0, 0];
  for (let p = 0; p < a.length; p++)
    for (let q = 0; q < b.length; q++) {
      let k = 0;
      while (p + k < a.length && q + k < b.length && a[p + k] === b[q + k]) k++;
      if (k > size) [size, i, j] = [k, p, q];
    }
  if (!size) return 0;
  return size + matching(a.slice(0, i), b.slice(0, j)) + matching(a.slice(i + size), b.slice(j + size));
}

/** @param {string} one @param {string} other */
function isAlike(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  if ([...one].sort().join("") === [...other].sort().join("")) return true;
  return (2 * matching(one, other)) / (one.length + other.length) >= ALIKE;
}

/** Where a word stands, or -1. @param {string[]} written @param {string} wanted */
function placeOf(written, wanted) {
  const [stem, open] = [wanted.replace(/\*$/, ""), wanted.endsWith("*")];
  const low = written.map((word) => word.toLowerCase());
  const exact = low.findIndex((word) => word === stem || (open && word.startsWith(stem)));
  if (exact >= 0 || stem.length < SPELLED || !isLetters(stem)) return exact;
  return low.findIndex((word) => {
    const heads = open ? [-1, 0, 1].map((more) => word.slice(0, stem.length + more)) : [word];
    return word[0] === stem[0] && heads.some((head) => isAlike(stem, head));
  });
}

/** What of a concept stands in the text. @param {string} text @param {string} wanted @returns {Seen} */
export function look(text, wanted, concept = "") {
  const mayDeny = !wordsOf(`${concept} ${wanted}`.toLowerCase()).some((word) => DENIALS.has(word));
  /** @type {Seen} */
  let denied = { words: [], denied: "", found: false };
  for (const sentence of text.split(SENTENCE)) {
    const written = wordsOf(sentence);
    for (const words of alternatives(wanted)) {
      const places = words.map((word) => placeOf(written, word));
      if (!places.length || places.includes(-1)) continue;
      const found = [...new Set(places)].sort((a, b) => a - b);
      const seen = found.map((place) => written[place]);
      const before = written.slice(Math.max(0, found[0] - REACH), found.at(-1));
      const beside = before.filter((word) => DENIALS.has(word.toLowerCase()));
      if (!(mayDeny && beside.length)) return { words: seen, denied: "", found: true };
      if (!denied.words.length) denied = { words: seen, denied: beside[0], found: false };
    }
  }
  return denied;
}

/** What the reader is told of it. @param {Seen} seen @param {Record<string, string>} words */
export function said(seen, words) {
  if (!seen.words.length) return words.nothing;
  const beside = seen.denied && filled(words.beside, { word: seen.denied });
  return filled(words.seen, { words: seen.words.join(", ") }) + beside;
}
