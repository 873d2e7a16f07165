// Disputed grades: what students ask, and what is decided.

import { get } from "./api.js";
import { Start, useJob } from "./jobs.js";
import { Fault, Field, html, points, useRead, useState } from "./page.js";

/** Requests, each open one with its decision. @param {{requests: any[], named?: boolean}} props */
export function RequestList({ requests, named = false }) {
  const { names } = useJob();
  if (!requests.length) return html`<p>No requests.</p>`;
  return html`<ul class="plain">
    ${requests.map(
      (each) => html`<${Asked} key=${each.number} asked=${each} named=${named} names=${names} />`,
    )}
  </ul>`;
}

/** @param {{asked: any, named: boolean, names: Record<string, string>}} props */
function Asked({ asked, named, names }) {
  const [given, setGiven] = useState("");
  const [why, setWhy] = useState("");
  const who = `${asked.student} ${names[asked.student] ?? ""}`.trim();
  const where = `#/assignment/${encodeURIComponent(asked.assignment)}/${encodeURIComponent(asked.student)}`;
  const about = html`${`${asked.number}. `}
  ${named ? html`<a href=${where}>${`${asked.assignment}, ${who}`}</a>` : null}
  ${`${named ? ", " : ""}${asked.cell}, ${points(asked.before)} points: “${asked.text}”`}`;
  if (asked.state !== "open")
    return html`<li>
      ${about}<br />${asked.state === "accepted" ? `${points(asked.after)} points` : "refused"}: ${asked.why}
      <small> (${asked.by}, ${asked.decided} UTC)</small>
    </li>`;
  const decide = (/** @type {number | null} */ score) => () => ({
    do: "decide",
    number: asked.number,
    why,
    points: score,
  });
  return html`<li>
    ${about}
    <div class="row">
      <${Field} label=${`Points for request ${asked.number}`}>
        <input
          type="number"
          min="0"
          step="any"
          value=${given}
          onInput=${(/** @type {any} */ event) => setGiven(event.target.value)}
        />
      <//>
      <${Field} label=${`Why, for request ${asked.number}`}>
        <input value=${why} onInput=${(/** @type {any} */ event) => setWhy(event.target.value)} />
      <//>
      <${Start}
        request=${decide(Number(given))}
        disabled=${given === "" || !why}
        name=${`Give these points, request ${asked.number}`}
        >Give these points<//
      >
      <${Start} plain request=${decide(null)} disabled=${!why} name=${`Refuse request ${asked.number}`}
        >Refuse<//
      >
    </div>
  </li>`;
}

/** A new request. @param {{assignment: string, student: string, cells: any[]}} props */
export function Dispute({ assignment, student, cells }) {
  const [cell, setCell] = useState(cells[0].cell);
  const [text, setText] = useState("");
  return html`<div class="row">
    <${Field} label="Cell">
      <select value=${cell} onChange=${(/** @type {any} */ event) => setCell(event.target.value)}>
        ${cells.map((each) => html`<option value=${each.cell}>${each.name}</option>`)}
      </select>
    <//>
    <${Field} label="What the student says">
      <input value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
    <//>
    <${Start} plain request=${() => ({ do: "request", assignment, student, cell, text })} disabled=${!text}
      >Keep the request<//
    >
  </div>`;
}

/** All requests. */
export function Requests() {
  const { ended } = useJob();
  const [all, fault] = useRead(() => get("requests"), [ended]);
  return html`<h1>Requests</h1>
    <p>
      Whoever disputes a grade is found in the assignment's list of students; their page takes the request.
    </p>
    <${Fault} text=${fault} />
    ${all ? html`<${RequestList} requests=${all} named />` : null}`;
}
