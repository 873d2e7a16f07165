// What the training explorer says: how far its runs are, when they count as solved, and what was published.
import { BATCH, ended, LIMIT, STREAK } from "./training_run.js";
import { _ } from "./words.js";

/** @typedef {import("./training_run.js").State} State */

const PAPER = { length: 100, sequences: 31_390 }; // task 6a of Hochreiter and Schmidhuber (1997)

/** @param {number} value */
export const count = (value) => value.toLocaleString("en-US");

/** How far one run is. @param {State} state */
export function tale(state) {
  if (state.solved) return _`solved after ${count(state.solved)}`;
  if (ended(state)) return _`not solved after ${count(LIMIT)}`;
  return state.updates ? _`${count(state.updates * BATCH)} sequences` : _`untrained`;
}

/** How far all of them are. @param {State[]} states */
export function summary(states) {
  const { units } = states[0].settings;
  if (!states.some(({ updates }) => updates))
    return _`${states.length} LSTMs of ${units} units, each from its own seed, not trained yet: press Play.`;
  const solved = states.filter((state) => state.solved);
  const failed = states.filter((state) => ended(state) && !state.solved);
  const after = solved.map((state) => count(state.solved)).join("; ");
  const seeds = failed.map(({ seed }) => String(seed)).join(", ");
  const said = [_`${solved.length} of ${states.length} runs have solved the task.`];
  if (solved.length) said.push(_`Sequences it took: ${after}.`);
  if (failed.length) said.push(_`Not solved after ${count(LIMIT)} sequences: seed ${seeds}.`);
  const left = states.length - solved.length - failed.length;
  const seen = Math.max(...states.map(({ updates }) => updates * BATCH));
  if (left) said.push(_`${left} not done yet after ${count(seen)} sequences.`);
  return said.join(" ");
}

/**
 * What the task asks, when it counts as solved, and what was published.
 * @param {{task: string, length: number}} chosen @param {boolean} alone  whether the page itself has to train
 */
export function facts({ task, length }, alone) {
  const streak = count(STREAK);
  const said = {
    "temporal order": [
      _`Noise, with X or Y at two places (X up, Y down): name both in their order.`,
      _`Solved, as in 1997: the last ${streak} sequences were right, each with an error below 0.3.`,
      length === PAPER.length
        ? _`Published for this task (6a) in 1997: ${count(PAPER.sequences)} sequences, with another cell and another optimiser.`
        : _`The number published in 1997, ${count(PAPER.sequences)}, is for length ${PAPER.length}.`,
    ],
    adding: [
      _`Add the two numbers that are marked.`,
      _`Solved, by our own rule: the last ${streak} sums were off by less than 0.2.`,
      _`We know of no published number for this form of the task.`,
    ],
    parity: [
      _`At each step: is the number of ones so far odd?`,
      _`Solved, by our own rule: in the last ${streak} sequences each answer had an error below 0.3.`,
      _`We know of no published number for this form of the task.`,
    ],
  }[task] ?? [""];
  if (alone) said.push(_`No web worker can be started here: the page itself trains, more slowly.`);
  return said.join(" ");
}
