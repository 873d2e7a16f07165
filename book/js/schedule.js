// When an item comes again. The memory is FSRS by the package ts-fsrs; days and steps are counted as the Python package
// counts them that lstmlab/review/schedule.py uses. A test holds the two against each other.
import { FSRSAlgorithm, forgetting_curve, generatorParameters } from "ts-fsrs";
import { reviews } from "./store.js";

export const DAY = 86_400_000;
const STEP = 600_000; // what was forgotten comes back within the session
const FUTURE = DAY; // a day is let pass, for two machines whose clocks differ
const [AGAIN, HARD, GOOD] = [1, 2, 3];

const FSRS = new FSRSAlgorithm(generatorParameters({ enable_fuzz: false, enable_short_term: true }));

/** @typedef {[when: number, rating: number]} Answer  milliseconds since 1970, and 1 (again) to 4 (easy) */
/** @typedef {Map<string, Answer[]>} Log  the answers to each item, the oldest first */
/** @typedef {{stability: number, difficulty: number, last: number, due: number}} Memory  times in milliseconds */

/** Whole days. @param {number} from @param {number} to */
const days = (from, to) => Math.max(0, Math.floor((to - from) / DAY));

/** What FSRS knows of an item after these answers, the oldest first; at least one. @param {Answer[]} answers @returns {Memory} */
export function memory(answers) {
  /** @type {Memory | null} */
  let known = null;
  let learnt = false; // an item is asked again in minutes until it was known once
  for (const [when, rating] of answers) {
    const state = FSRS.next_state(known, known ? days(known.last, when) : 0, rating);
    learnt = rating >= GOOD || (learnt && rating === HARD);
    const wait = learnt ? FSRS.next_interval(state.stability, 0) * DAY : rating === AGAIN ? STEP : 1.5 * STEP;
    known = { ...state, last: when, due: when + wait };
  }
  return /** @type {Memory} */ (known);
}

/** The chance that the item is remembered at a time. @param {Memory} known @param {number} when */
export const recall = (known, when) =>
  forgetting_curve(FSRS.parameters.w, days(known.last, when), known.stability);

/** The answers that count now: not those of a clock that was ahead. @returns {Log} */
export function log(now = Date.now()) {
  /** @type {Log} */
  const found = new Map();
  for (const [item, rows] of Object.entries(reviews().answers)) {
    const answers = rows
      .map(([when, rating]) => /** @type {Answer} */ ([Date.parse(when), rating]))
      .filter(([when]) => when <= now + FUTURE);
    if (answers.length)
      found.set(
        item,
        answers.sort((a, b) => a[0] - b[0]),
      );
  }
  return found;
}

/** The next midnight on the reader's clock, or one of another day. */
export const midnight = (days = 1, now = Date.now()) => {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
};

/**
 * The items met before whose day has come, the most overdue first.
 * @template {{id: string}} T @param {T[]} items @param {Log} kept @returns {T[]}
 */
export const due = (items, kept, now = Date.now()) =>
  items
    .flatMap((item) => {
      const answers = kept.get(item.id);
      return answers ? [{ item, when: memory(answers).due }] : [];
    })
    .sort((a, b) => a.when - b.when)
    .filter(({ when }) => when < midnight(1, now))
    .map(({ item }) => item);

/**
 * What to review today: all that is due, then items not met before, at most `fresh` of them a day, in `order`.
 * @template {{id: string}} T @param {T[]} items @param {number[]} order @param {Log} kept @returns {T[]}
 */
export function session(items, order, kept, fresh = 10, now = Date.now()) {
  const begins = midnight(0, now);
  const today = items.filter(({ id }) => (kept.get(id)?.[0][0] ?? -Infinity) >= begins).length;
  const unmet = order.map((k) => items[k]).filter(({ id }) => !kept.has(id));
  return [...due(items, kept, now), ...unmet.slice(0, Math.max(0, fresh - today))];
}
