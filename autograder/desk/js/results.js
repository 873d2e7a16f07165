// What a command told about its work: who is collected, whose points change; and the step that follows a dry run.

import { Folded, Person, Table, counted, html, number, points } from "./page.js";

const FEW = 5; // of the same reason, which are shown at once
const TAKEN = ["collected", "updated"];
const WORDS = /** @type {Record<string, string>} */ ({
  collected: "collected",
  updated: "replaced by a newer one",
  unchanged: "unchanged",
});

/** Whether somebody has to look at what was found. @param {any} row */
const needsPerson = (row) => row.doubt || ["kept", "unmatched", "unreadable"].includes(row.what);

/** What was found in an upload. @param {{record: any, job: any, names: Record<string, string>, start: any}} props */
function Collected({ record, job, names: known, start: Start }) {
  const names = { ...known, ...record.names }; // of new students, whom the gradebook has not yet
  const rows = /** @type {any[]} */ (record.rows);
  const odd = rows.filter(needsPerson);
  const reasons = /** @type {Record<string, any[]>} */ ({});
  for (const row of odd) (reasons[row.doubt || row.why] ??= []).push(row);
  const late = rows.filter((row) => row.late);
  const taken = rows.filter((row) => TAKEN.includes(row.what));
  const name = (/** @type {any} */ row) => html`<${Person} id=${row.student || row.where} names=${names} />`;
  const other = rows.filter((row) => row.notes.length || row.renamed.length || row.extended || row.draft);
  return html`<h2>
      ${record.assignment} from ${record.source}${record.dry_run ? ": nothing is taken yet" : ""}
    </h2>
    ${
      odd.length
        ? html`<p>${odd.length} for you to look at:</p>
            ${Object.entries(reasons).map(
              ([why, these]) =>
                html`<${Folded}
                  title=${`${these.length}: ${why}`}
                  open=${these.length <= FEW}
                  items=${these.map((row) => html`${name(row)} <small>(${row.detail || row.where})</small>`)}
                />`,
            )}`
        : html`<p>Nothing for you to look at.</p>`
    }
    ${[...TAKEN, "unchanged", "left"].map((what) => {
      const these = rows.filter((row) => row.what === what);
      return html`<${Folded}
        title=${`${these.length} ${WORDS[what] ?? "left: drafts"}${record.dry_run && these.length && TAKEN.includes(what) ? " if you take it" : ""}`}
        items=${these.map((row) => html`${name(row)}: ${row.files.join(", ") || row.where}`)}
      />`;
    })}
    <${Folded} title=${`${late.length} late`} items=${late.map((row) => html`${name(row)}: ${row.late}`)} />
    <${Folded}
      title=${`${other.length} with a remark`}
      items=${other.map(
        (row) =>
          html`${name(row)}${`: ${[row.draft && "a draft", row.extended, ...row.renamed, ...row.notes].filter(Boolean).join("; ")}`}`,
      )}
    />
    ${Object.entries(record.missing).map(
      ([known, students]) =>
        html`<${Folded}
          title=${`${students.length} ${known}`}
          items=${students.map((/** @type {string} */ id) => html`<${Person} id=${id} names=${names} />`)}
        />`,
    )}
    ${record.remarks.map((/** @type {string} */ remark) => html`<p>${remark}</p>`)}
    ${
      record.dry_run
        ? html`<${Start}
            request=${() => ({ ...job.request, dry_run: false })}
            disabled=${!taken.length && !record.remarks.length}
            >${taken.length ? `Take ${counted(taken.length, "submission")}` : "Take it"}<//
          >`
        : null
    }`;
}

/** Whose points a regrade changes. @param {{record: any, job: any, names: Record<string, string>, start: any}} props */
function Regraded({ record, job, names, start: Start }) {
  const { mean_before: before, mean_after: after } = record;
  const moved = [...record.moved].sort((one, other) => loss(one) - loss(other));
  const cells = byCell(moved);
  const up = moved.filter((/** @type {any} */ each) => each.after > each.before).length;
  const down = moved.filter((/** @type {any} */ each) => each.after < each.before).length;
  return html`<h2>
      ${`${record.dry_run ? "What a regrade would change" : "What the regrade changed"} in ${record.assignment}`}
    </h2>
    <p>
      ${[
        `${counted(record.submissions, "submission")}: ${up} up, ${down} down, ${record.submissions - up - down} as before.`,
        before === null ? "" : `Mean ${points(before)} before, ${points(after)} after.`,
        record.waiting ? `${counted(record.waiting, "submission")} with answers that wait for a person.` : "",
      ].join(" ")}
    </p>
    ${
      record.dry_run
        ? html`<${Start} request=${() => ({ ...job.request, dry_run: false })}>Regrade for good<//>`
        : null
    }
    ${
      cells.length
        ? html`<${Table} title="Changes by cell" heads=${["cell", number("lose"), number("gain")]}>
            ${cells.map(
              ([name, { down, lost, up, gained }]) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td class="number">
                    ${down ? html`${counted(down, "student")}, <${Gain} by=${lost} />` : "–"}
                  </td>
                  <td class="number">
                    ${up ? html`${counted(up, "student")}, <${Gain} by=${gained} />` : "–"}
                  </td>
                </tr>`,
            )}
          <//>`
        : null
    }
    ${
      moved.length
        ? html`<${Table}
            title="Changed points"
            heads=${["student", "name", number("before"), number("after"), number("change"), "where"]}
          >
            ${moved.map(
              (/** @type {any} */ each) =>
                html`<tr>
                  <th scope="row">${each.student}</th>
                  <td>${names[each.student]}</td>
                  <td class="number">${points(each.before)}</td>
                  <td class="number">${points(each.after)}</td>
                  <td class="number"><${Gain} by=${each.after - each.before} /></td>
                  <td>${where(each)}</td>
                </tr>`,
            )}
          <//>`
        : null
    }`;
}

/** What a student gains; who could not be graded comes first. @param {any} moved */
const loss = ({ before, after }) => (after === null ? -Infinity : before === null ? 0 : after - before);

/** What each cell gives and takes, the one that takes most first; the late penalty last.
 * @param {any[]} moved @returns {[string, {down: number, lost: number, up: number, gained: number}][]} */
function byCell(moved) {
  /** @type {Map<string, {down: number, lost: number, up: number, gained: number}>} */
  const found = new Map();
  const add = (/** @type {string} */ name, /** @type {number} */ by) => {
    const cell = found.get(name) ?? { down: 0, lost: 0, up: 0, gained: 0 };
    found.set(name, cell);
    if (by < 0) ((cell.down += 1), (cell.lost += by));
    else ((cell.up += 1), (cell.gained += by));
  };
  for (const each of moved) for (const [name, by] of Object.entries(each.cells)) add(name, by);
  const cells = [...found].sort(([, one], [, other]) => one.lost - other.lost);
  found.clear();
  for (const { penalty } of moved) if (Math.abs(penalty) > 1e-6) add("late penalty", penalty);
  return [...cells, ...found];
}

/** In which cells. @param {any} moved */
function where({ before, after, cells, penalty }) {
  if (before === null || after === null) return `could not be graded ${after === null ? "now" : "before"}`;
  const parts = Object.entries(cells).map(([name, by]) => `${name} ${signed(by)}`);
  if (Math.abs(penalty) > 1e-6) parts.push(`late penalty ${signed(penalty)}`);
  return parts.join(", ");
}

const signed = (/** @type {number} */ by) => (by > 0 ? "+" : "") + points(by).replace("-", "−");

/** A change of points, with its sign. @param {{by: number}} props */
const Gain = ({ by }) => html`<span class=${by > 0 ? "up" : by < 0 ? "down" : ""}>${signed(by)}</span>`;

/** Whose points the policies change. @param {{record: any, names: Record<string, string>, start: any}} props */
function Repriced({ record, names, start: Start }) {
  if (!record.moved.length) return html`<p>Nobody's points change in ${record.assignment}.</p>`;
  return html`<h2>
      ${`Late work in ${record.assignment}: the points of ${record.moved.length} ${record.applied ? "have changed" : "would change"}`}
    </h2>
    ${
      record.applied
        ? null
        : html`<${Start} request=${() => ({ do: "policy", assignment: record.assignment, apply: true })}
            >Apply it to all<//
          >`
    }
    <${Table} title="Changed points" heads=${["student", "name", number("before"), number("after"), "why"]}>
      ${record.moved.map(
        (/** @type {any} */ each) =>
          html`<tr>
            <th scope="row">${each.student}</th>
            <td>${names[each.student]}</td>
            <td class="number">${points(each.before)}</td>
            <td class="number">${points(each.after)}</td>
            <td>${each.why}</td>
          </tr>`,
      )}
    <//>`;
}

/** Who has more time, and whose free days are others.
 * @param {{record: any, names: Record<string, string>, start: any}} props */
function Extended({ record, names, start: Start }) {
  return html`<h2>${`More time for ${record.assignment}`}</h2>
    <ul>
      ${record.students.map(
        (/** @type {string} */ id) =>
          html`<li><${Person} id=${id} names=${names} /> until ${record.until.replace("T", " ")} UTC</li>`,
      )}
    </ul>
    <p>
      ${record.days.length ? "With it the free days that are used change:" : "Nobody's free days change."}
    </p>
    <ul>
      ${record.days.map(
        (/** @type {any} */ each) =>
          html`<li>
            <${Person}
              id=${each.student}
              names=${names}
            />${`, ${each.assignment}: ${each.before} before, ${each.after} now`}
          </li>`,
      )}
    </ul>
    ${record.open.map(
      (/** @type {string} */ name) =>
        html`<${Start} request=${() => ({ do: "policy", assignment: name })}
          >${`See whose points change in ${name}`}<//
        >`,
    )}`;
}

/** Whether `Result` shows something. @param {Record<string, any>} last */
export const hasResult = (last) =>
  Boolean(last.Recorded || last.Collected || last.Regraded || last.Repriced || last.Extended);

/** The records of a command that is over.
 * @param {{last: Record<string, any>, job: any, names: Record<string, string>, start: any}} props */
export const Result = ({ last, job, names, start }) => html`
  ${last.Collected ? html`<${Collected} record=${last.Collected} job=${job} names=${names} start=${start} />` : null}
  ${last.Regraded ? html`<${Regraded} record=${last.Regraded} job=${job} names=${names} start=${start} />` : null}
  ${last.Extended ? html`<${Extended} record=${last.Extended} names=${names} start=${start} />` : null}
  ${last.Repriced ? html`<${Repriced} record=${last.Repriced} names=${names} start=${start} />` : null}
`;
