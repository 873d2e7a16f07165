// Lesson 10 without a kernel: the review session, the test of ten, and what stands about them. What an item is, and each
// sentence, comes from Python in bank.js.
import pages from "../../lstmlab/quiz/js/page.js";
import { DAY, due, log, memory, recall, session } from "./schedule.js";
import { addReview } from "./store.js";
import { filled } from "./text.js";

/** @typedef {import("./host.js").Spec} Spec */
/** @typedef {import("./host.js").Model} Model */
/** @typedef {import("./host.js").Module} Module */
/** @typedef {import("../../lstmlab/quiz/js/page.js").Page} Page */
/** @typedef {{id: string, lesson: string, titled: string, where: string, link: string, asked: string, back: string,
 *   options?: any[], answer: string, level: string, hint: string, verdicts: Record<string, string>, open: string,
 *   solution: string}} Item */

const AGAIN = 1;
const HARD = 2;
const GOOD = 3;
const RATINGS = ["Again", "Hard", "Good", "Easy"]; // 1 to 4

/** @type {{items: Item[], order: number[], new: number, tests: Record<string, number[]>, levels: string[], names: Record<string, string>, words: any}} */
const BANK = globalThis.lstmBook.bank;
const { review: SAID, buttons: BUTTONS, test: TEST, test_buttons: TEST_BUTTONS } = BANK.words;

/** An interval as a reader says it. @param {number} milliseconds */
function inWords(milliseconds) {
  const days = milliseconds / DAY;
  const { minutes, day, days: many } = BANK.words.intervals;
  if (days < 1) return filled(minutes, { n: Math.round(days * 24 * 60) });
  return Math.round(days) === 1 ? day : filled(many, { n: Math.round(days) });
}

const reviewed = () => document.dispatchEvent(new CustomEvent("reviewed"));

/** A note that is written anew after each answer. @param {() => string} draw @returns {() => Module} */
const note = (draw) => () => ({
  render({ el }) {
    const node = el.appendChild(document.createElement("div"));
    const fill = () => (node.innerHTML = draw());
    document.addEventListener("reviewed", fill);
    fill();
  },
});

/**
 * A module that shows one page after another: `first` shows the first, `pressed` hears of each press.
 * @param {Model} model @param {(show: (page: Partial<Page>) => void) => void} first
 * @param {(name: string, show: (page: Partial<Page>) => void) => void} pressed @returns {Module}
 */
function inPages(model, first, pressed) {
  let number = 0;
  const empty = { text: "", options: [], buttons: [], status: "", chosen: "", focus: "" };
  /** @param {Partial<Page>} page */
  const show = (page) => model.set("page", { ...empty, ...page, number: ++number });
  model.hear = ({ press, page }) => {
    if (page === number) pressed(press, show); // a second press may overtake the page that the first asked for
  };
  first(show);
  return /** @type {Module} */ (pages);
}

/** @param {string} name @param {Record<string, string | number>} values */
const say = (name, values = {}) => filled(SAID[name], values);

const today = note(() => {
  const kept = log();
  const met = BANK.items.filter(({ id }) => kept.has(id)).length;
  const counts = { due: due(BANK.items, kept).length, met, all: BANK.items.length };
  return `<p>${say("today", counts)}<br>${SAID.kept}</p>`;
});

const strengths = note(() => {
  const kept = log();
  const waiting = new Set(due(BANK.items, kept));
  const rows = [...new Set(BANK.items.map(({ titled }) => titled))].map((titled) => {
    const own = BANK.items.filter((item) => item.titled === titled);
    const met = own.flatMap(({ id }) => (kept.has(id) ? [kept.get(id) ?? []] : []));
    const known = met.map((answers) => recall(memory(answers), Date.now() + DAY));
    const share = Math.round((100 * known.reduce((sum, chance) => sum + chance, 0)) / own.length);
    const late = own.filter((item) => waiting.has(item)).length;
    const cells = [
      say("strength", { share }),
      say("met", { met: met.length, all: own.length }),
      say("due", { due: late }),
    ];
    return `<tr><th scope="row">${titled}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<table>${rows.join("")}</table>`;
});

/** Today's review, one item at a time; what was forgotten comes again at its end. @param {Spec} spec @param {Model} model */
function reviewSession(spec, model) {
  const kept = log();
  const queue = session(BANK.items, BANK.order, kept, BANK.new);
  let [answers, hinted] = [0, false];

  const face = (answered = false) => {
    const [item] = queue;
    const where = answered ? item.where : item.titled; // a heading may hold the answer
    const kind = item.options ? SAID.question : SAID.card;
    return `<div class="lp-where">${say("place", { where, kind, left: queue.length })}</div>${item.asked}`;
  };
  /** @param {(page: Partial<Page>) => void} show */
  const ask = (show, status = "") => {
    if (!queue.length) {
      const done = answers ? say("done", { answers }) : SAID.nothing;
      return show({ text: `<p>${done} ${SAID.tomorrow}</p>`, status });
    }
    const [{ options }] = queue;
    if (options) show({ text: face(), options, buttons: hinted ? [] : [BUTTONS.hint], status });
    else show({ text: face(), buttons: [BUTTONS.turn], status });
  };
  /** @param {Item} item @param {number} rating */
  const after = (item, rating) => memory([...(kept.get(item.id) ?? []), [Date.now(), rating]]);
  /** Keeps the answer and goes on to the next item; returns what to tell the reader. @param {number} rating */
  const keep = (rating) => {
    const [item] = queue.splice(0, 1);
    const next = after(item, rating);
    let said = say("again", { interval: inWords(next.due - next.last) });
    if (rating === AGAIN) {
      queue.push(item);
      said = SAID.forgotten;
    }
    kept.set(item.id, [...(kept.get(item.id) ?? []), [Date.now(), rating]]);
    answers++;
    addReview(item.id, rating);
    reviewed();
    return said;
  };

  return inPages(model, ask, (name, show) => {
    const [item] = queue;
    if (name === BUTTONS.next[0]) return ask(show);
    if (name === BUTTONS.hint[0]) {
      hinted = true;
      return ask(show, say("hint", { hint: item.hint }));
    }
    if (name === BUTTONS.turn[0]) {
      const grades = Object.entries(BANK.words.ratings).map(([rating, meaning]) => {
        const next = after(item, RATINGS.indexOf(rating) + 1);
        return [
          rating,
          say("rated", { rating: BANK.names[rating], interval: inWords(next.due - next.last) }),
          meaning,
        ];
      });
      const buttons = /** @type {Page["buttons"]} */ (grades);
      return show({ text: face(true) + item.back, buttons, status: SAID.knew, focus: "Good" });
    }
    if (RATINGS.includes(name)) return ask(show, keep(RATINGS.indexOf(name) + 1));
    const right = name === item.answer;
    const text = face(true);
    const said = keep(right ? (hinted ? HARD : GOOD) : AGAIN);
    hinted = false;
    const status = `<p>${item.verdicts[name]}</p>${right ? "" : item.solution}<p>${said}</p>`;
    show({ text, buttons: [BUTTONS.next], status });
  });
}

/** Ten questions to hand in; then the score, and what to read again. @param {Spec} spec @param {Model} model @returns {Module} */
function selfTest(spec, model) {
  const drawn = (BANK.tests[spec.seed] ?? BANK.tests[1]).map((k) => BANK.items[k]);
  /** @type {Map<Item, string>} */
  const chosen = new Map();
  const links = document.createElement("div");
  let at = 0;

  /** @param {(page: Partial<Page>) => void} show */
  const draw = (show) => {
    const back = at ? [TEST_BUTTONS.back] : [];
    if (at === drawn.length) {
      const open = drawn.flatMap((item, k) => (chosen.has(item) ? [] : [k + 1]));
      const rest = open.length ? filled(TEST.open, { numbers: open.join(", ") }) : TEST.complete;
      const text = `<p>${filled(TEST.last, { rest })}</p>`;
      return show({ text, buttons: [...back, TEST_BUTTONS["hand in"]], focus: "hand in" });
    }
    const item = drawn[at];
    const place = filled(TEST.place, { number: at + 1, all: drawn.length });
    const text = `<div class="lp-where">${place}</div>${item.asked}`;
    const buttons = [...back, TEST_BUTTONS.skip];
    show({ text, options: item.options, buttons, chosen: chosen.get(item) ?? "" });
  };
  /** @param {Item[]} items */
  const rightOf = (items) => items.filter((item) => chosen.get(item) === item.answer).length;
  /** @param {(page: Partial<Page>) => void} show */
  const handIn = (show) => {
    const levels = BANK.levels.map((level) => ({ level, own: drawn.filter((item) => item.level === level) }));
    const parts = levels
      .filter(({ own }) => own.length)
      .map(({ level, own }) =>
        filled(TEST.score.level, { level: BANK.names[level], right: rightOf(own), all: own.length }),
      );
    const score = filled(TEST.score.all, {
      right: rightOf(drawn),
      all: drawn.length,
      levels: parts.join(", "),
    });
    for (const [item, letter] of chosen) addReview(item.id, letter === item.answer ? GOOD : AGAIN);
    const again = drawn
      .filter((item) => chosen.get(item) !== item.answer)
      .sort((a, b) => Number(a.lesson > b.lesson) - Number(a.lesson < b.lesson));
    const rows = again.map((item) => {
      const verdict = item.verdicts[chosen.get(item) ?? ""] ?? item.open;
      const link = `<a href="${item.link}">${item.where}</a>`;
      return `<li>${item.asked}<p>${verdict}</p><p>${TEST.link} ${link}</p></li>`;
    });
    show({ text: `<p><b>${score}</b></p>`, status: chosen.size ? TEST.counts : "" });
    links.innerHTML = rows.length ? `<p>${TEST.list}</p><ol>${rows.join("")}</ol>` : `<p>${TEST.nothing}</p>`;
    reviewed();
  };

  const module = inPages(model, draw, (name, show) => {
    if (name === "hand in") return handIn(show);
    if (name !== "back" && name !== "skip") chosen.set(drawn[at], name);
    at += name === "back" ? -1 : 1;
    draw(show);
  });
  return {
    render(place) {
      module.render(place);
      place.el.append(links);
    },
  };
}

globalThis.lstmBook.brains = { today, strengths, session: reviewSession, selftest: selfTest };
