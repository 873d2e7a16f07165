// What the reader has done, in this browser only: one entry for each lesson, text and log, so that two tabs agree.

/**
 * What is kept under a name; `otherwise` where nothing is, or nothing that can be read.
 * @template T @param {string} name @param {T} otherwise @returns {T}
 */
export function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`lstmlab.${name}`) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a value; returns whether the browser did. @param {string} name @param {unknown} value */
export function write(name, value) {
  try {
    localStorage.setItem(`lstmlab.${name}`, JSON.stringify(value));
    return true;
  } catch {
    return false; // storage is full, or the browser allows none
  }
}

/** The options that the reader chose, by question, in their own words: letters may be dealt anew. @param {string} lesson @returns {Record<string, string>} */
export const answersOf = (lesson) => read(`answers.${lesson}`, {});

/**
 * Keeps an answer and tells the page's summaries. Returns whether it is the first to this question.
 * @param {string} lesson @param {string} key @param {string} option
 */
export function keepAnswer(lesson, key, option) {
  const answers = answersOf(lesson);
  const first = !(key in answers);
  write(`answers.${lesson}`, { ...answers, [key]: option });
  document.dispatchEvent(new CustomEvent("answered", { detail: key }));
  return first;
}

/** @typedef {{version: number, answers: Record<string, [string, number][]>, told?: boolean}} Log  as in reviews.json */

/** @returns {Log} */
export const reviews = () => read("reviews", { version: 1, answers: {} });

/** Adds an answer to the review's log; returns whether it was kept. @param {string} item @param {number} rating */
export function addReview(item, rating, when = new Date()) {
  const log = reviews();
  const row = /** @type {[string, number]} */ ([when.toISOString().replace(/\.\d+Z$/, "+00:00"), rating]);
  (log.answers[item] ??= []).push(row);
  return write("reviews", log);
}

/**
 * Adds a lesson's first answer as its first review. Returns whether the reader is to be told so: once in a life.
 * @param {string} item @param {number} rating
 */
export function meet(item, rating) {
  if (item in reviews().answers) return false;
  addReview(item, rating);
  const log = reviews();
  write("reviews", { ...log, told: true });
  return !log.told;
}
