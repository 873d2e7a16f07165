// The quiz without a kernel. What is said comes from the page, where the course's Python wrote it; here is only which of
// it comes when, and what is kept.
import quiz from "../../lstmlab/quiz/js/quiz.js";
import { look, said } from "./matching.js";
import { answersOf, keepAnswer, meet, read, write } from "./store.js";
import { escaped, filled } from "./text.js";

/** @typedef {import("./host.js").Spec} Spec */
/** @typedef {import("./host.js").Model} Model */
/** @typedef {import("./host.js").Module} Module */

const AGAIN = 1;
const HARD = 2;
const GOOD = 3;

/**
 * A module that draws the item, whose buttons `presses` answers.
 * @param {Model} model @param {Record<string, () => void>} presses @returns {Module}
 */
function item(model, presses) {
  model.hear = (content) => {
    for (const name of ["chosen", "written", "ticks"]) model.set(name, content[name]);
    if (!model.get("off").includes(content.press)) presses[content.press]?.();
  };
  return quiz;
}

/** The letter of what the reader chose before, or "". @param {Spec} spec @returns {string} */
function chosenBefore(spec) {
  const option = answersOf(spec.lesson)[spec.key];
  return Object.keys(spec.texts).find((letter) => spec.texts[letter] === option) ?? "";
}

/** @type {Record<string, (spec: Spec, model: Model) => Module>} */
export const brains = {
  predict(spec, model) {
    const kept = chosenBefore(spec);
    model.set("chosen", kept);
    model.set("status", kept ? spec.kept[kept] : spec.first);
    return item(model, {
      commit() {
        const letter = model.get("chosen");
        if (letter) keepAnswer(spec.lesson, spec.key, spec.texts[letter]);
        model.set("status", letter ? spec.kept[letter] : spec.none);
      },
    });
  },

  reveal(spec, model) {
    const compare = () => model.set("status", spec.verdicts[chosenBefore(spec)]);
    if (chosenBefore(spec)) compare();
    else model.set("status", spec.first);
    return item(model, { compare });
  },

  choice(spec, model) {
    let [helped, verdict] = [false, ""];
    model.set("chosen", chosenBefore(spec));
    return item(model, {
      check() {
        const letter = model.get("chosen");
        if (!letter) return model.set("status", spec.none);
        const first = keepAnswer(spec.lesson, spec.key, spec.texts[letter]);
        verdict = spec.verdicts[letter];
        if (first) {
          const rating = letter !== spec.answer ? AGAIN : helped ? HARD : GOOD;
          if (meet(`${spec.lesson}/choice/${spec.key}`, rating)) verdict += ` ${spec.counts}`;
        }
        model.set("status", verdict);
      },
      hint() {
        helped = true;
        model.set("status", verdict ? `${verdict}<br>${spec.hint}` : spec.hint);
      },
      solution() {
        helped = true;
        model.set("more", spec.solution.more);
        model.set("status", spec.solution.status);
      },
    });
  },

  cards(spec, model) {
    const all = () => [...spec.cards.keys()];
    let [open, shown] = [all(), false];
    const draw = () => {
      model.set("off", open.length && shown ? [] : ["knew", "again"]);
      if (!open.length) return model.set("status", spec.words.done);
      const [front, back] = spec.cards[open[0]];
      const face = `<b>${front}</b>${shown ? `<br>${back}` : ""}`;
      const left = filled(spec.words.left, { left: open.length, all: spec.cards.length });
      model.set("status", `<div class="lq-face">${face}</div>${left}`);
    };
    /** @param {boolean} again */
    const next = (again) => {
      const [card] = open.splice(0, 1);
      if (again) open.push(card);
      shown = false;
      draw();
    };
    draw();
    return item(model, {
      turn() {
        shown = open.length ? !shown : false;
        if (!open.length) open = all();
        draw();
      },
      knew: () => next(false),
      again: () => next(true),
    });
  },

  myth(spec, model) {
    return item(model, {
      commit() {
        const said = spec.verdicts[model.get("chosen")];
        model.set("status", said?.status ?? spec.none);
        if (said) model.set("more", said.more);
      },
    });
  },

  pitfall(spec, model) {
    return item(model, {
      show() {
        model.set("status", spec.shown.status);
        model.set("more", spec.shown.more);
      },
    });
  },

  explain(spec, model) {
    const place = `explanation.${spec.lesson}.${spec.key}`;
    const kept = read(place, {
      text: "",
      ticks: /** @type {boolean[]} */ ([]),
      found: /** @type {boolean[]} */ ([]),
    });
    let found = kept.found;
    /** @param {Spec} concept */
    const seen = (concept) => look(model.get("written"), concept.words, concept.text);
    const show = () => {
      model.set("boxes_label", spec.words.concepts);
      /** @param {Spec} concept */
      const label = (concept) =>
        `${concept.html} <span class="lq-seen">(${escaped(said(seen(concept), spec.words))})</span>`;
      model.set(
        "boxes",
        spec.concepts.map((/** @type {Spec} */ concept, /** @type {number} */ k) => [
          String(k),
          label(concept),
        ]),
      );
    };
    const count = () => {
      const ticked = model.get("ticks").filter(Boolean).length;
      model.set("status", filled(spec.words.ticked, { ticked, all: spec.concepts.length }));
    };
    model.set("written", kept.text);
    model.set("ticks", kept.ticks);
    if (kept.ticks.length === spec.concepts.length) show();
    const save = () => {
      if (model.get("boxes").length) count();
      write(place, { text: model.get("written"), ticks: model.get("ticks"), found });
    };
    model.on("change:ticks", save);
    model.on("change:written", save);
    return item(model, {
      compare() {
        if (!model.get("written").trim()) return model.set("status", spec.words.write);
        const [before, ticks] = [found, model.get("ticks")];
        found = spec.concepts.map((/** @type {Spec} */ concept) => seen(concept).found);
        // Where the reader had another opinion than the matcher, it stays.
        const own = ticks.map((/** @type {boolean} */ tick, /** @type {number} */ k) =>
          tick !== before[k] ? tick : found[k],
        );
        model.set("ticks", model.get("boxes").length ? own : found);
        show();
        count();
        save();
      },
    });
  },

  summary(spec) {
    return {
      render({ el }) {
        const node = el.appendChild(document.createElement("p"));
        node.setAttribute("role", "status");
        /** @param {string} kind @param {boolean} quizzed */
        const line = (kind, quizzed) => {
          const answers = answersOf(spec.lesson);
          const asked = spec.asked.filter((/** @type {Spec} */ one) => one.quiz === quizzed);
          const answered = asked.filter((/** @type {Spec} */ one) => one.key in answers);
          const again = answered.filter((/** @type {Spec} */ one) => answers[one.key] !== one.answer);
          const wrong = again.map((/** @type {Spec} */ one) => `<br>- ${escaped(one.text)}`).join("");
          const right = answered.length - again.length;
          const counts = { kind, answered: answered.length, asked: asked.length, right };
          return filled(spec.words.answered, counts) + (wrong && spec.words.again + wrong);
        };
        const { predictions, questions } = spec.words;
        const draw = () => (node.innerHTML = `${line(predictions, false)}<br>${line(questions, true)}`);
        document.addEventListener("answered", draw);
        draw();
      },
    };
  },
};
