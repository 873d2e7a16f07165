// Who trains the runs of the training explorer: web workers, or the page itself in slices where none can start.
import { report, train, Trainer } from "./training_run.js";

/** @typedef {import("./training_run.js").State} State */

const SLICE = 8; // milliseconds of a frame in which the page itself trains
const REPORT = 120; // milliseconds from one of its reports to the next

export class Crew {
  /**
   * @param {(states: State[]) => void} heard  gets copies of runs, in the order of their seeds
   * @param {(error: unknown) => void} failed
   */
  constructor(heard, failed) {
    this.heard = heard;
    this.failed = failed;
    this.alone = false; // whether no worker can be started
    this.begun = false;
    /** @type {Worker[]} */
    this.workers = [];
    this.frame = 0;
  }

  /** Trains copies of these runs side by side; one core is left to the page. @param {State[]} states */
  start(states) {
    this.stop();
    this.begun = false;
    const count = Math.max(1, Math.min(states.length, (navigator.hardwareConcurrency || 2) - 1));
    try {
      for (let k = 0; k < count && !this.alone; k++)
        this.hire(
          states.filter((_, place) => place % count === k),
          () => this.start(states),
        );
    } catch {
      this.stop();
      this.alone = true;
    }
    if (this.alone) this.work(structuredClone(states).map((state) => new Trainer(state)));
  }

  /** @param {State[]} states @param {() => void} again */
  hire(states, again) {
    const url = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    const worker = new Worker(url);
    this.workers.push(worker);
    worker.onmessage = ({ data }) => {
      URL.revokeObjectURL(url);
      if (!this.workers.includes(worker)) return; // said before it was ended
      this.begun = true;
      this.heard(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (!this.workers.includes(worker)) return;
      this.stop();
      if (this.begun) return this.failed(new Error(event.message));
      this.alone = true; // a page may forbid workers, which a browser says only now
      again();
    };
    worker.postMessage(states);
  }

  /** Trains between frames. @param {Trainer[]} trainers */
  work(trainers) {
    let told = performance.now();
    const turn = () => {
      const going = train(trainers, SLICE);
      this.frame = going ? requestAnimationFrame(turn) : 0;
      if (going && performance.now() - told < REPORT) return;
      told = performance.now();
      this.heard(trainers.map(report));
    };
    this.frame = requestAnimationFrame(turn);
  }

  stop() {
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
    cancelAnimationFrame(this.frame);
  }
}
