// The command that runs, wherever it was started from: how far it is, how it ended, and how to stop it.

import { get, news, post } from "./api.js";
import { Command, Fault, counted, html, useEffect, useRef, useState } from "./page.js";
import { Result, hasResult } from "./results.js";

const PAUSE = 700; // milliseconds between two questions
const MANY = 1000; // events that the server tells at once
/** @typedef {{do: string, [name: string]: any}} Request */
/** @typedef {{id: string, request: Request, command: string, started: string}} Job */
/** @typedef {{kind: string, record: any}} Event */
/** @typedef {{job: Job, running: boolean, status: number | null}} JobState */

/** What is known of the job shown, and of the students: one for the whole page. */
const known = {
  state: /** @type {JobState | null} */ (null),
  last: /** @type {Record<string, any>} */ ({}), // the last record of each kind, or all of it where there are several
  output: "",
  fault: "",
  turn: 0, // of the job that is followed: an earlier one's answers are dropped
  ended: 0, // how many have ended while the page looked on: parts read the course again
  called: 0, // how often a job was started or shown here: its bar gets the focus
  hidden: "", // the job that nobody wants to see
  names: /** @type {Record<string, string>} */ ({}), // of students by id, read anew after each command
  heard: /** @type {Set<() => void>} */ (new Set()),
};
const tell = () => known.heard.forEach((hear) => hear());
const pause = (/** @type {number} */ time) => new Promise((done) => setTimeout(done, time));

/** Reads the students' names; those known before stay where that fails. */
async function readNames() {
  try {
    known.names = await get("names");
    tell();
  } catch {} // lists have the ids
}

/** Follows a job to its end. @param {JobState} state */
async function follow(state) {
  const turn = ++known.turn;
  Object.assign(known, { state, last: {}, output: "", fault: "" });
  tell();
  let wasRunning = state.running;
  for (let next = 0; ;) {
    let more = true;
    try {
      const answer = await news(state.job.id, next);
      if (turn !== known.turn) return;
      next = answer.next;
      for (const { kind, record } of /** @type {Event[]} */ (answer.events)) known.last[kind] = record;
      Object.assign(known, { state: answer.state, output: answer.output, fault: "" });
      more = answer.state.running || answer.events.length >= MANY;
      wasRunning ||= answer.state.running;
    } catch (error) {
      if (turn !== known.turn) return;
      known.fault = /** @type {Error} */ (error).message;
      more = /** @type {any} */ (error).status !== 404;
    }
    if (!more) break;
    tell();
    await pause(PAUSE);
    if (turn !== known.turn) return;
  }
  if (wasRunning) {
    known.ended += 1;
    void readNames();
  }
  tell();
}

/** Starts a command. Answers when it is started; throws what the server refuses. @param {Request} request */
export async function start(request) {
  const state = await post(["jobs"], request);
  known.called += 1;
  void follow({ ...state, running: true });
}

/** Shows a job again. @param {JobState} state */
export function show(state) {
  known.called += 1;
  known.hidden = "";
  void follow(state);
}

/** Shows a job no more. @param {string} id */
function hide(id) {
  known.hidden = id;
  tell();
}

/** Finds what runs, or ran last, when the page is loaded. */
export async function resume() {
  void readNames();
  const [state] = /** @type {JobState[]} */ (await get("jobs"));
  if (state) void follow(state);
}

/** What is known of the job and of the students, as it changes. */
export function useJob() {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const hear = () => setTurn((now) => now + 1);
    known.heard.add(hear);
    return () => void known.heard.delete(hear);
  }, []);
  return { ...known, running: known.state?.running ?? false };
}

/** A button that starts a command; while one runs it waits.
 * @param {{request: () => Request, children?: any, disabled?: boolean, plain?: boolean, name?: string}} props */
export function Start({ request, children, disabled = false, plain = false, name }) {
  const { running } = useJob();
  const [fault, setFault] = useState("");
  const press = () =>
    start(request()).then(
      () => setFault(""),
      (error) => setFault(error.message),
    );
  return html`<span class="start">
    <button
      type="button"
      class=${plain ? "plain" : ""}
      disabled=${running || disabled}
      aria-label=${name}
      onClick=${press}
    >
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
  const { state, last, output, fault, called, hidden, names } = useJob();
  const [stopping, setStopping] = useState("");
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!called) return;
    place.current?.focus(); // the button that was pressed waits, and can have no focus
    place.current?.scrollIntoView({ block: "nearest" });
  }, [called]);
  if (!state || hidden === state.job.id) return null;
  const { job, running } = state;
  const { Recorded: recorded, Refused: refused } = last;
  const stop = () => {
    setStopping(job.id);
    post(["jobs", job.id, "stop"]).catch(() => setStopping(""));
  };
  const said = stopping === job.id && running ? "stopping" : ending(state);
  const broken = !running && (state.status === null || state.status >= 128);
  return html`<section class="job" aria-label="The command" data-job=${job.id} tabindex="-1" ref=${place}>
    <div class="line">
      <${Command} text=${job.command} />
      <strong role="status">${said}</strong>
      ${
        running
          ? html`<button type="button" onClick=${stop} disabled=${stopping === job.id}>Stop</button>`
          : html`<button type="button" class="small" onClick=${() => hide(job.id)}>Hide</button>`
      }
      ${broken ? html`<${Start} request=${() => job.request}>Go on<//>` : null}
    </div>
    ${
      recorded
        ? html`<div class="line">
            <progress
              max=${recorded.total}
              value=${recorded.count}
              aria-label="Submissions recorded"
            ></progress>
            <span>${recorded.count} of ${counted(recorded.total, "submission")}</span>
            <span class="last">${recorded.line}</span>
          </div>`
        : running
          ? html`<progress aria-label="Working"></progress>`
          : null
    }
    ${refused ? html`<p class="fault said" role="alert">${refused.text}</p>` : null}
    <${Fault} text=${fault} />
    ${running ? null : html`<${Result} last=${last} job=${job} names=${names} start=${Start} />`}
    <details open=${!running && state.status !== 0 && !refused && !hasResult(last)}>
      <summary>What the command says</summary>
      <pre tabindex="0">${output || "Nothing yet."}</pre>
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
            <div class="line">
              <span>${each.job.started}, ${ending(each)}</span>
              <button
                type="button"
                class="small"
                aria-label=${`Show ${each.job.command}, ${each.job.started}`}
                onClick=${() => show(each)}
              >
                Show
              </button>
            </div>
          </li>`,
      )}
    </ol>`;
}
