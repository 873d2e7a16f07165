// A worker of the training explorer: trains the runs that it is handed to their end, and reports. Whoever has heard
// enough ends the worker: each report holds all that is needed to go on from there.
import { report, train, Trainer } from "./training_run.js";

const REPORT = 90; // milliseconds

addEventListener("message", ({ data }) => {
  const trainers = /** @type {import("./training_run.js").State[]} */ (data).map(
    (state) => new Trainer(state),
  );
  // A browser ends a worker at once only between its tasks; one that never rests goes on for seconds.
  const turn = () => {
    const going = train(trainers, REPORT);
    postMessage(trainers.map(report));
    if (going) setTimeout(turn);
  };
  turn();
});
