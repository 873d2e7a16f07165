// A download of a learning platform: dropped, tried, taken.

import { most, upload } from "./api.js";
import { Start } from "./jobs.js";
import { Fault, Field, Tick, html, useRef, useState } from "./page.js";

/** @typedef {{id: string, name: string}} Given */

/** A place for a file: dropped, or chosen. `kind`: how its name ends.
 * @param {{label: string, kind: string, given: Given | null, onGiven: (given: Given | null) => void, hint?: string}} props */
export function Drop({ label, kind, given, onGiven, hint }) {
  const [state, setState] = useState("");
  const [fault, setFault] = useState("");
  const turn = useRef(0);
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (!file) return;
    const mine = ++turn.current;
    setFault("");
    setState(`Taking in ${file.name} …`);
    try {
      if (!file.name.toLowerCase().endsWith(`.${kind}`))
        throw new Error(`Found ${file.name}, expected a .${kind} file.`);
      if (file.size > most)
        throw new Error(
          `${file.name} has ${Math.ceil(file.size / 1e6)} MB, the desk takes ${most / 1e6} (c.DeskApp.max_upload_mb).`,
        );
      const { id } = await upload(file);
      if (mine === turn.current) onGiven({ id, name: file.name });
    } catch (error) {
      if (mine === turn.current) setFault(/** @type {Error} */ (error).message);
    }
    if (mine === turn.current) setState("");
  };
  const over = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    /** @type {HTMLElement} */ (event.currentTarget).classList.toggle("over", event.type === "dragover");
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    over(event);
    void take(event.dataTransfer?.files[0]);
  };
  return html`<div class="drop" onDragOver=${over} onDragLeave=${over} onDrop=${drop}>
    <${Field} label=${label} hint=${hint}>
      <input
        type="file"
        accept=${`.${kind}`}
        onChange=${(/** @type {any} */ event) => take(event.target.files[0])}
      />
    <//>
    <p role="status">${state || (given ? `${given.name} is here.` : "")}</p>
    <${Fault} text=${fault} />
  </div>`;
}

/** Collecting, for one assignment or for the one that is recognised.
 * @param {{assignment?: string}} props */
export function Collect({ assignment = "" }) {
  const [zip, setZip] = useState(/** @type {Given | null} */ (null));
  const [roster, setRoster] = useState(/** @type {Given | null} */ (null));
  const [times, setTimes] = useState(/** @type {Given[]} */ ([]));
  const [source, setSource] = useState("");
  const [due, setDue] = useState("");
  const [update, setUpdate] = useState(false);
  const exchange = source === "exchange";
  const request = () => ({
    do: "collect",
    upload: exchange ? "" : (zip?.id ?? ""),
    source,
    assignment,
    roster: roster?.id ?? "",
    times: times.map((each) => each.id),
    due: due.replace("T", " "),
    update,
    dry_run: true,
  });
  return html`<p>
      Drop what you downloaded. You see what would be taken before anything is written; what needs you comes
      first.
    </p>
    ${
      exchange
        ? null
        : html`<${Drop}
            label="Submissions, a .zip"
            kind="zip"
            given=${zip}
            onGiven=${setZip}
            hint="Moodle's Download all submissions, Canvas's Download Submissions, or a folder for each student"
          />`
    }
    <${Drop}
      label="Students, a .csv"
      kind="csv"
      given=${roster}
      onGiven=${setRoster}
      hint="Moodle's grading worksheet or Canvas's gradebook; may be left out where the students are known"
    />
    <details>
      <summary>More: platform, deadline, Canvas's times</summary>
      <div class="row">
        <${Field} label="From">
          <select value=${source} onChange=${(/** @type {any} */ event) => setSource(event.target.value)}>
            <option value="">recognised from the files</option>
            <option value="moodle">Moodle</option>
            <option value="canvas">Canvas</option>
            <option value="folder">a folder for each student</option>
            ${assignment ? html`<option value="exchange">nbgrader's exchange</option>` : null}
          </select>
        <//>
        <${Field} label="Deadline, if it is not known yet">
          <input
            type="datetime-local"
            value=${due}
            onInput=${(/** @type {any} */ event) => setDue(event.target.value)}
          />
        <//>
      </div>
      <${Tick}
        label="Take the download where nothing tells which of two is newer"
        checked=${update}
        onChange=${setUpdate}
      />
      ${[...times, null].map(
        (given, k) =>
          html`<${Drop}
            label=${k ? `Page ${k + 1} of it, a .json` : "Canvas's list of submissions, a .json"}
            kind="json"
            given=${given}
            onGiven=${(/** @type {Given} */ file) => setTimes([...times.slice(0, k), file, ...times.slice(k + 1)])}
            hint=${
              k
                ? "Of the address with &page=… at its end; may be left out"
                : "Has exact times, and later deadlines: /api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100 on your Canvas"
            }
          />`,
      )}
    </details>
    <${Start} request=${request} disabled=${!zip && !exchange}>See what would be taken<//>`;
}

/** The page for a download of any assignment. */
export const CollectPage = () =>
  html`<h1>Collect</h1>
    <${Collect} />`;
