// What the reader did here, to a file and back: lstmlab/review/exchange.py reads and writes the same for the notebooks.
import { read, reviews, write } from "./store.js";

const FILE = "lstm-course-reader.json";
const VERSION = 1;
const MINE = "lstmlab.";

/** All that this browser keeps of the course, as the file has it. */
function gathered() {
  /** @type {Record<string, Record<string, any>>} */
  const answers = {};
  /** @type {Record<string, Record<string, any>>} */
  const explanations = {};
  for (const name of Object.keys(localStorage)) {
    const [, kind, lesson, ...key] = name.split(".");
    if (name.startsWith(`${MINE}answers.`)) answers[lesson] = read(`${kind}.${lesson}`, {});
    if (name.startsWith(`${MINE}explanation.`))
      (explanations[lesson] ??= {})[key.join(".")] = read(name.slice(MINE.length), {});
  }
  return { version: VERSION, reviews: reviews().answers, answers, explanations };
}

/**
 * Takes a file in. Reviews are united; of two answers or texts the one that is here stays. Throws for another file.
 * @param {string} text
 */
function taken(text) {
  const file = JSON.parse(text);
  if (file.version !== VERSION) throw new Error(`version ${file.version}`);
  const log = reviews();
  for (const [item, rows] of Object.entries(file.reviews)) {
    const kept = (log.answers[item] ??= []);
    const have = new Set(kept.map(String));
    for (const [when, rating] of rows) {
      if (Number.isNaN(Date.parse(when)) || ![1, 2, 3, 4].includes(rating))
        throw new Error(`${item}: ${when}, ${rating}`);
      if (!have.has(String([when, rating]))) kept.push([when, rating]);
    }
    kept.sort((a, b) => Date.parse(a[0]) - Date.parse(b[0]));
  }
  /** @type {[string, unknown][]} */
  const all = [["reviews", log]];
  for (const [lesson, chosen] of Object.entries(file.answers))
    all.push([`answers.${lesson}`, { ...chosen, ...read(`answers.${lesson}`, {}) }]);
  for (const [lesson, texts] of Object.entries(file.explanations))
    for (const [key, kept] of Object.entries(texts)) {
      const name = `explanation.${lesson}.${key}`;
      if (!read(name, { text: "" }).text) all.push([name, kept]);
    }
  for (const [name, value] of all) write(name, value); // only now: a file with a fault in it changes nothing
}

/** The buttons at the end of a page. Their words stand in the page. */
export function exchange() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector(".book-kept"));
  if (!place) return;
  const said = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input"));
  /** @type {Record<string, () => void>} */
  const actions = {
    save() {
      const url = URL.createObjectURL(new Blob([JSON.stringify(gathered())], { type: "application/json" }));
      Object.assign(document.createElement("a"), { href: url, download: FILE }).click();
      setTimeout(() => URL.revokeObjectURL(url));
    },
    load: () => input.click(),
    forget() {
      if (!confirm(place.dataset.forget)) return;
      for (const name of Object.keys(localStorage)) if (name.startsWith(MINE)) localStorage.removeItem(name);
      location.reload();
    },
  };
  for (const button of place.querySelectorAll("button"))
    button.addEventListener("click", () => actions[button.dataset.do ?? ""]());
  input.addEventListener("change", async () => {
    const text = await input.files?.[0]?.text();
    input.value = "";
    if (text === undefined) return;
    try {
      taken(text);
      location.reload();
    } catch (error) {
      said.textContent = `${place.dataset.wrong} ${error}`; // nothing was written
    }
  });
  place.hidden = false;
}
