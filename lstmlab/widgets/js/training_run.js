// One LSTM that learns: backpropagation through time and Adam, in float64, held against torch by the tests.
import { Draws, TASKS } from "./training_tasks.js";

/** @typedef {import("./training_tasks.js").Sequence} Sequence */

export const BATCH = 16; // sequences of an update
export const LIMIT = 32_000; // sequences after which a run that has not solved its task ends
export const STREAK = 2000; // sequences in a row that have to be right, as in 1997
const [SURE, CLOSE] = [0.7, 0.2]; // a right answer's least probability, and a right sum's largest error
const [BETA_1, BETA_2, TINY] = [0.9, 0.99, 1e-8]; // Adam's

/**
 * @typedef {{task: string, forget_bias: number, input_bias: number, units: number, lr: number, clip: number,
 *   length: number}} Settings  `clip` is the norm that a gradient is clipped to, 0 for none
 * @typedef {object} State  All of a run; a worker is handed it, and hands it back.
 * @property {Settings} settings @property {number} seed @property {number} draws
 * @property {Float64Array} weights  in the order of the parameters of nn.LSTM, then of nn.Linear
 * @property {Float64Array} first @property {Float64Array} second  Adam's two moments
 * @property {number} updates @property {number} streak  right answers in a row so far
 * @property {number} solved  after how many sequences the task was solved; 0 if it is not
 * @property {number[]} losses @property {number[]} rights  of each update since the last report: mean loss, share right
 */

const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));
const tanh = (/** @type {number} */ z) => 2 / (1 + Math.exp(-2 * z)) - 1; // a third of the time of Math.tanh

/** Where each part of a network begins in its weights. @param {number} inputs @param {number} units @param {number} outputs */
function layout(inputs, units, outputs) {
  const hh = 4 * units * inputs;
  const bias = hh + 4 * units * units; // bias_ih, then bias_hh
  const head = bias + 8 * units;
  return { hh, bias, head, shift: head + outputs * units, size: head + outputs * (units + 1) };
}

/** A run before its first update. @param {Settings} settings @param {number} seed @returns {State} */
export function fresh(settings, seed) {
  const { inputs, outputs } = TASKS[settings.task];
  const { units } = settings;
  const { bias, size } = layout(inputs, units, outputs);
  const draws = new Draws(seed);
  const weights = new Float64Array(size).map(() => (2 * draws.next() - 1) / Math.sqrt(units)); // as nn.LSTM draws
  [settings.input_bias, settings.forget_bias].forEach((value, block) => {
    weights.fill(value, bias + block * units, bias + (block + 1) * units);
    weights.fill(0, bias + (4 + block) * units, bias + (5 + block) * units);
  });
  const [first, second] = [new Float64Array(size), new Float64Array(size)];
  const none = { updates: 0, streak: 0, solved: 0, losses: [], rights: [] };
  return { settings, seed, draws: draws.state, weights, first, second, ...none };
}

/** The LSTM of a run, as `recurrence.js` takes it. @param {State} state */
export function paramsOf({ settings, weights }) {
  const { inputs, outputs } = TASKS[settings.task];
  const { units } = settings;
  const { hh, bias } = layout(inputs, units, outputs);
  const rows = (/** @type {number} */ from, /** @type {number} */ width) =>
    Array.from({ length: 4 * units }, (_, q) => [
      ...weights.subarray(from + q * width, from + (q + 1) * width),
    ]);
  const sums = Array.from({ length: 4 * units }, (_, q) => weights[bias + q] + weights[bias + 4 * units + q]);
  return { weight_ih: rows(0, inputs), weight_hh: rows(hh, units), bias: sums };
}

/** Whether a run has ended. @param {State} state */
export const ended = ({ solved, updates }) => solved > 0 || updates * BATCH >= LIMIT;

/** Trains one run; what is as large as a sequence is kept from update to update. */
export class Trainer {
  /** @param {State} state  changed by each update */
  constructor(state) {
    this.state = state;
    const { task, units, length } = state.settings;
    this.task = TASKS[task];
    const { inputs, outputs } = this.task;
    this.at = layout(inputs, units, outputs);
    const longest = length + Math.floor(length / 10);
    this.gradient = new Float64Array(this.at.size);
    this.bias = new Float64Array(4 * units);
    this.gates = new Float64Array(4 * units * longest); // i f g o of each step
    this.c = new Float64Array(units * (longest + 1)); // from before the first step on
    this.h = new Float64Array(units * (longest + 1));
    this.squashed = new Float64Array(units * longest); // tanh of c
    this.dhead = new Float64Array(outputs * longest); // gradients of the logits
    this.dh = new Float64Array(units);
    this.dc = new Float64Array(units);
    this.dz = new Float64Array(4 * units);
  }

  /** One update on fresh sequences. */
  update() {
    const { state, task } = this;
    const draws = new Draws(state.draws);
    const { bias } = this.at;
    const rows = this.bias.length;
    for (let q = 0; q < rows; q++) this.bias[q] = state.weights[bias + q] + state.weights[bias + rows + q];
    this.gradient.fill(0);
    let [loss, right] = [0, 0];
    for (let k = 0; k < BATCH; k++) {
      const sequence = task.draw(state.settings.length, draws);
      this.forward(sequence);
      const answer = this.answer(sequence);
      this.backward(sequence);
      loss += answer.loss / BATCH;
      right += answer.right ? 1 / BATCH : 0;
      state.streak = answer.right ? state.streak + 1 : 0;
    }
    for (let q = 0; q < rows; q++) this.gradient[bias + rows + q] = this.gradient[bias + q];
    this.step();
    state.draws = draws.state;
    state.losses.push(loss);
    state.rights.push(right);
    if (!state.solved && state.streak >= STREAK) state.solved = state.updates * BATCH;
  }

  /** @param {Sequence} sequence */
  forward({ steps, x }) {
    const { weights } = this.state;
    const { bias, gates, c, h, squashed } = this;
    const { inputs } = this.task;
    const [rows, units, hh] = [bias.length, bias.length / 4, this.at.hh];
    for (let t = 0; t < steps; t++) {
      const now = (t + 1) * units;
      const old = t * units;
      const z = t * rows;
      for (let q = 0; q < rows; q++) {
        let sum = bias[q];
        for (let k = 0; k < inputs; k++) {
          const value = x[t * inputs + k];
          if (value) sum += weights[q * inputs + k] * value; // most are 0 where symbols are read
        }
        const row = hh + q * units;
        for (let j = 0; j < units; j++) sum += weights[row + j] * h[old + j];
        gates[z + q] = q >= 2 * units && q < 3 * units ? tanh(sum) : sigmoid(sum);
      }
      for (let u = 0; u < units; u++) {
        c[now + u] = gates[z + units + u] * c[old + u] + gates[z + u] * gates[z + 2 * units + u];
        squashed[old + u] = tanh(c[now + u]);
        h[now + u] = gates[z + 3 * units + u] * squashed[old + u];
      }
    }
  }

  /** Reads the answers and leaves the gradients of the logits. @param {Sequence} sequence */
  answer({ steps, y }) {
    const { weights } = this.state;
    const { at, dhead, h } = this;
    const { outputs, each } = this.task;
    const units = this.dh.length;
    const logits = new Float64Array(outputs);
    let loss = 0;
    let right = true;
    for (let t = each ? 0 : steps - 1; t < steps; t++) {
      const wanted = y[each ? t : 0];
      let most = -Infinity;
      for (let q = 0; q < outputs; q++) {
        let sum = weights[at.shift + q];
        for (let j = 0; j < units; j++) sum += weights[at.head + q * units + j] * h[(t + 1) * units + j];
        logits[q] = sum;
        most = Math.max(most, sum);
      }
      if (outputs === 1) {
        const error = logits[0] - wanted;
        loss += error * error;
        right &&= Math.abs(error) < CLOSE;
        dhead[t] = (2 * error) / BATCH;
        continue;
      }
      let whole = 0;
      for (let q = 0; q < outputs; q++) whole += Math.exp(logits[q] - most);
      const share = 1 / (each ? steps : 1);
      for (let q = 0; q < outputs; q++) {
        const odds = Math.exp(logits[q] - most) / whole;
        dhead[t * outputs + q] = ((odds - (q === wanted ? 1 : 0)) * share) / BATCH;
      }
      const log = logits[wanted] - most - Math.log(whole);
      loss -= log * share;
      right &&= Math.exp(log) > SURE;
    }
    return { loss, right };
  }

  /** Adds the gradient of one sequence. @param {Sequence} sequence */
  backward({ steps, x }) {
    const { weights } = this.state;
    const { at, gates, c, h, squashed, dhead, dh, dc, dz, gradient } = this;
    const { inputs, outputs, each } = this.task;
    const [units, rows] = [dh.length, dz.length];
    dh.fill(0);
    dc.fill(0);
    for (let t = steps - 1; t >= 0; t--) {
      const now = (t + 1) * units;
      const old = t * units;
      const z = t * rows;
      if (each || t === steps - 1)
        for (let q = 0; q < outputs; q++) {
          const [d, row] = [dhead[t * outputs + q], at.head + q * units];
          gradient[at.shift + q] += d;
          for (let j = 0; j < units; j++) {
            gradient[row + j] += d * h[now + j];
            dh[j] += d * weights[row + j];
          }
        }
      for (let u = 0; u < units; u++) {
        const i = gates[z + u];
        const f = gates[z + units + u];
        const g = gates[z + 2 * units + u];
        const o = gates[z + 3 * units + u];
        const shown = squashed[old + u];
        const d = dc[u] + dh[u] * o * (1 - shown * shown);
        dz[u] = d * g * i * (1 - i);
        dz[units + u] = d * c[old + u] * f * (1 - f);
        dz[2 * units + u] = d * i * (1 - g * g);
        dz[3 * units + u] = dh[u] * shown * o * (1 - o);
        dc[u] = d * f;
      }
      dh.fill(0);
      for (let q = 0; q < rows; q++) {
        const d = dz[q];
        const row = at.hh + q * units;
        gradient[at.bias + q] += d;
        for (let k = 0; k < inputs; k++) {
          const value = x[t * inputs + k];
          if (value) gradient[q * inputs + k] += d * value;
        }
        for (let j = 0; j < units; j++) {
          gradient[row + j] += d * h[old + j];
          dh[j] += d * weights[row + j];
        }
      }
    }
  }

  /** Clips as torch.nn.utils.clip_grad_norm_ does, and takes a step of torch.optim.Adam with betas 0.9 and 0.99. */
  step() {
    const { state, gradient } = this;
    const { weights, first, second } = state;
    const { clip, lr } = state.settings;
    let squares = 0;
    for (let k = 0; k < gradient.length; k++) squares += gradient[k] * gradient[k];
    const scale = clip ? Math.min(1, clip / (Math.sqrt(squares) + 1e-6)) : 1;
    state.updates += 1;
    const [rate, root] = [lr / (1 - BETA_1 ** state.updates), Math.sqrt(1 - BETA_2 ** state.updates)];
    for (let k = 0; k < gradient.length; k++) {
      const d = gradient[k] * scale;
      first[k] = BETA_1 * first[k] + (1 - BETA_1) * d;
      second[k] = BETA_2 * second[k] + (1 - BETA_2) * d * d;
      weights[k] -= (rate * first[k]) / (Math.sqrt(second[k]) / root + TINY);
    }
  }
}

/**
 * Updates all runs that have not ended, in turn, for about `ms` milliseconds; says whether there are any left.
 * @param {Trainer[]} trainers @param {number} ms
 */
export function train(trainers, ms) {
  const until = performance.now() + ms;
  let going = trainers.filter(({ state }) => !ended(state));
  while (going.length && performance.now() < until) {
    for (const trainer of going) trainer.update();
    going = going.filter(({ state }) => !ended(state));
  }
  return going.length > 0;
}

/** A copy of a run's state; its losses are then reported. @param {Trainer} trainer @returns {State} */
export function report({ state }) {
  const copy = structuredClone(state);
  state.losses = [];
  state.rights = [];
  return copy;
}
