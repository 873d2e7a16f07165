// The command that runs, wherever it was started from: its progress, how to stop it, and what it told.

import { get, news, post } from "./api.js";
import { Command, Fault, counted, html, points, useEffect, useState } from "./page.js";

const PAUSE = 700; // milliseconds between two questions
/** @typedef {{id: string, what: string, assignment: string, command: string, started: string}} Job */
/** @typedef {{kind: string, record: any}} Event */
/** @typedef {{job: Job, running: boolean, status: number | null}} JobState */
/** @typedef {{state: JobState, events: Event[], output: string}} Shown */

/** What is known of the job shown: one for the whole page. */
const known = {
  shown: /** @type {Shown | null} */ (null),
  fault: "",
  turn: 0, // of the job that is followed: an earlier one's answers are dropped
  ended: 0, // how many have ended while the page looked on: parts read the course again
  heard: /** @type {Set<() => void>} */ (new Set()),
};
const tell = () => known.heard.forEach((hear) => hear());
const pause = (/** @type {number} */ time) => new Promise((done) => setTimeout(done, time));

/** Follows a job to its end. @param {JobState} state */
async function follow(state) {
  const turn = ++known.turn;
  const shown = { state, events: /** @type {Event[]} */ ([]), output: "" };
  known.shown = shown;
  let next = 0;
  let wasRunning = state.running;
  for (;;) {
    try {
      const answer = await news(state.job.id, next);
      if (turn !== known.turn) return;
      const more = answer.next > next;
      next = answer.next;
      known.shown = {
        state: answer.state,
        events: [...known.shown.events, ...answer.events],
        output: answer.output,
      };
      known.fault = "";
      if (!answer.state.running && !(more && answer.events.length >= 1000)) break;
    } catch (error) {
      if (turn !== known.turn) return;
      known.fault = /** @type {Error} */ (error).message;
      if (/** @type {any} */ (error).status === 404) break;
    }
    wasRunning = true;
    tell();
    await pause(PAUSE);
    if (turn !== known.turn) return;
  }
  if (wasRunning) known.ended += 1;
  tell();
}

/** Starts a command. Answers when it is started; throws what the server refuses.
 * @param {{do: string, [name: string]: any}} request */
export async function start(request) {
  const state = await post(["jobs"], request);
  known.fault = "";
  void follow({ ...state, running: true });
  tell();
}

/** Shows a job again. @param {JobState} state */
export function show(state) {
  void follow(state);
  tell();
}

/** Finds what ran or was the last when the page was loaded. */
export async function resume() {
  const all = /** @type {JobState[]} */ (await get("jobs"));
  const state = all.find((each) => each.running) ?? null;
  if (state && state.job.id !== known.shown?.state.job.id) void follow(state);
  tell();
}

/** What is known of the job, as it changes. */
export function useJob() {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const hear = () => setTurn((now) => now + 1);
    known.heard.add(hear);
    return () => void known.heard.delete(hear);
  }, []);
  const shown = known.shown;
  return { shown, running: shown?.state.running ?? false, ended: known.ended, fault: known.fault };
}

/** The last record of a kind that the job shown has told about an assignment.
 * @param {string} kind @param {string} [assignment] @returns {any} */
export function told(kind, assignment) {
  const about = known.shown?.state.job.assignment;
  if (assignment !== undefined && about !== assignment) return null;
  return known.shown?.events.findLast((each) => each.kind === kind)?.record ?? null;
}

/** A button that starts a command; while one runs it waits.
 * @param {{request: () => {do: string, [name: string]: any}, children?: any, disabled?: boolean, plain?: boolean}} props */
export function Start({ request, children, disabled = false, plain = false }) {
  const { running } = useJob();
  const [fault, setFault] = useState("");
  const press = () =>
    start(request()).then(
      () => setFault(""),
      (error) => setFault(error.message),
    );
  return html`<span class="start">
    <button type="button" class=${plain ? "plain" : ""} disabled=${running || disabled} onClick=${press}>
      ${children}
    </button>
    <${Fault} text=${fault} />
  </span>`;
}

/** How a job ended, in words. @param {JobState} state */
export function ending({ running, status }) {
  if (running) return "running";
  if (status === null) return "broken off";
  if (status >= 128) return "stopped; what is done is kept";
  return ["done", "done; something needs you", "not done"][status] ?? `ended with ${status}`;
}

/** The job at the top of every page. */
export function JobBar() {
  const { shown, fault } = useJob();
  const [stopping, setStopping] = useState("");
  if (!shown) return null;
  const { job, running } = shown.state;
  const last = shown.events.findLast((each) => each.kind === "Recorded")?.record;
  const refused = shown.events.findLast((each) => each.kind === "Refused")?.record;
  const stop = () => {
    setStopping(job.id);
    post(["jobs", job.id, "stop"]).catch(() => setStopping(""));
  };
  const state = stopping === job.id && running ? "stopping" : ending(shown.state);
  return html`<section class="job" aria-label="The command">
    <div class="line">
      <${Command} text=${job.command} />
      <strong class="state" role="status">${state}</strong>
      ${
        running
          ? html`<button type="button" onClick=${stop} disabled=${stopping === job.id}>Stop</button>`
          : null
      }
    </div>
    ${
      last
        ? html`<div class="line">
            <progress max=${last.total} value=${last.count} aria-label="Submissions recorded"></progress>
            <span>${last.count} of ${counted(last.total, "submission")}</span>
            <span class="last">${last.line}</span>
          </div>`
        : running
          ? html`<progress aria-label="Working"></progress>`
          : null
    }
    ${refused ? html`<p class="fault said" role="alert">${refused.text}</p>` : null}
    <${Fault} text=${fault} />
    <details>
      <summary>What the command says</summary>
      <pre tabindex="0">${shown.output || "Nothing yet."}</pre>
    </details>
  </section>`;
}

/** All commands that were run here. */
export function Jobs() {
  const { ended, running } = useJob();
  const [all, setAll] = useState(/** @type {JobState[]} */ ([]));
  const [fault, setFault] = useState("");
  useEffect(() => {
    get("jobs").then(setAll, (error) => setFault(error.message));
  }, [ended, running]);
  return html`<h1>Commands</h1>
    <p>The last thirty that were run here, the latest first. Times are in UTC.</p>
    <${Fault} text=${fault} />
    <ol class="plain">
      ${all.map(
        (each) =>
          html`<li key=${each.job.id}>
            <${Command} text=${each.job.command} />
            <span>${each.job.started}, ${ending(each)}</span>
            <button type="button" class="small" onClick=${() => show(each)}>Show</button>
          </li>`,
      )}
    </ol>`;
}
export { points };
