// One assignment, from its release to what goes back, and one student's work for it.

import { address, get } from "./api.js";
import { Collect, Drop } from "./collect.js";
import { Start, useJob } from "./jobs.js";
import { needs } from "./overview.js";
import {
  Fault,
  Field,
  Folded,
  Person,
  Table,
  Tick,
  counted,
  html,
  number,
  percent,
  points,
  useRead,
  useState,
} from "./page.js";
import { Dispute, RequestList } from "./requests.js";

const SHOWN = 50; // students at first
const STATUS = /** @type {Record<string, string>} */ ({
  "": "not graded yet",
  graded: "graded",
  zero: "score 0",
  manual: "to be read",
  failed: "could not be graded",
});

/** A page or a file that a command has written, where it is there.
 * @param {{files: string[], about: string, name: string, children?: any}} props */
export const FileLink = ({ files, about, name, children }) =>
  files.includes(name)
    ? html`<li><a href=${address("reports", about, name)} target="_blank" rel="noopener">${children}</a></li>`
    : null;

/** The page of an assignment. @param {{name: string, more: string}} props */
export function Assignment({ name, more }) {
  return more ? html`<${Student} assignment=${name} id=${more} />` : html`<${Whole} name=${name} />`;
}

/** Everybody. @param {{name: string}} props */
function Whole({ name }) {
  const { ended, names } = useJob();
  const [detail, fault] = useRead(() => get("assignments", name), [name, ended]);
  if (!detail)
    return html`<h1>${name}</h1>
      <${Fault} text=${fault} />
      <p>${fault ? "" : "Reading …"}</p>`;
  const { standing, rows, files } = detail;
  const graded = standing.graded > 0;
  return html`<h1>${name}</h1>
    <${Fault} text=${fault} />
    <p>
      ${standing.collected} collected, ${standing.graded} graded, ${standing.pages} with pages.
      ${standing.due ? ` Due ${standing.due} UTC.` : ""}
      ${standing.mean === null ? "" : ` Mean ${percent(standing.mean)}${standing.provisional ? ", provisional" : ""}.`}
    </p>
    <${Persons} rows=${rows} standing=${standing} name=${name} />

    <section class="step" aria-labelledby="release">
      <h2 id="release">Release</h2>
      <p>${standing.released ? "The students' version is there." : "There is no students' version yet."}</p>
      ${
        standing.source
          ? html`<${Start} plain=${standing.released} request=${() => ({ do: "release", assignment: name })}
              >${standing.released ? "Check and release again" : "Check and release"}<//
            >`
          : null
      }
    </section>

    <section class="step" aria-labelledby="collect">
      <h2 id="collect">Collect</h2>
      <${Collect} assignment=${name} />
      <${Folded}
        title=${`${detail.missing.length} handed in nothing`}
        items=${detail.missing.map((/** @type {string} */ id) => html`<${Person} id=${id} names=${names} />`)}
      />
      <${Folded}
        title=${`${detail.excused.length} excused`}
        items=${detail.excused.map((/** @type {string} */ id) => html`<${Person} id=${id} names=${names} />`)}
      />
    </section>

    <section class="step" aria-labelledby="grade">
      <h2 id="grade">Grade</h2>
      <p>
        ${
          standing.ungraded || standing.failed
            ? `${standing.ungraded + standing.failed} to do. What is graded and has not changed stays.`
            : standing.collected
              ? "All that is collected is graded."
              : "Nothing is collected yet."
        }
      </p>
      <${Start} request=${() => ({ do: "grade", assignment: name })} disabled=${!standing.collected}>Grade<//>
    </section>

    <section class="step" aria-labelledby="report">
      <h2 id="report">Report</h2>
      <div class="line">
        <${Start} plain request=${() => ({ do: "report", assignment: name })} disabled=${!graded}
          >Write it again<//
        >
        <${Start}
          plain
          request=${() => ({ do: "report", assignment: name, anonymous: true })}
          disabled=${!graded}
          >Write it without names<//
        >
      </div>
      <ul>
        <${FileLink} files=${files} about=${name} name="report.html">Report, with names<//>
        <${FileLink} files=${files} about=${name} name="report-anonymous.html">Report to show in class<//>
        <${FileLink} files=${files} about=${name} name="grades.csv">grades.csv<//>
      </ul>
    </section>

    <section class="step" aria-labelledby="regrade">
      <h2 id="regrade">Regrade</h2>
      <p>
        After you have mended a check and released it: whose points would change, before anything is written.
      </p>
      <${RegradeForm} name=${name} disabled=${!graded} />
    </section>

    <${Time}
      name=${name}
      rows=${rows}
      extensions=${detail.extensions}
      missing=${[...detail.missing, ...detail.excused]}
      names=${names}
    />
    <${Back} name=${name} standing=${standing} files=${files} />
    <${Students} name=${name} rows=${rows} />`;
}

/** Who needs a person, those with the same reason together.
 * @param {{rows: any[], standing: any, name: string}} props */
function Persons({ rows, standing, name }) {
  const odd = rows.filter((row) => row.status === "failed" || row.status === "zero");
  const groups = /** @type {Record<string, any[]>} */ ({});
  for (const row of odd) (groups[row.reason || STATUS[row.status]] ??= []).push(row);
  if (!needs(standing) && !odd.length) return null;
  return html`<h2>Who needs you</h2>
    ${needs(standing) ? html`<p>${needs(standing)}</p>` : null}
    ${Object.entries(groups).map(
      ([reason, those]) =>
        html`<${Folded}
          title=${`${counted(those.length, "student")}: ${reason}`}
          items=${those.map((row) => html`<${Who} assignment=${name} row=${row} />`)}
        />`,
    )}`;
}

/** A student's name, which leads to their work. @param {{assignment: string, row: any}} props */
const Who = ({ assignment, row }) =>
  html`<a href=${`#/assignment/${encodeURIComponent(assignment)}/${encodeURIComponent(row.student)}`}
      >${row.student}</a
    >
    ${row.name}`;

/** @param {{name: string, disabled: boolean}} props */
function RegradeForm({ name, disabled }) {
  const [same, setSame] = useState(true);
  return html`<${Tick} label="On the random cases of the last run" checked=${same} onChange=${setSame} />
    <${Start}
      request=${() => ({ do: "regrade", assignment: name, same_cases: same, dry_run: true })}
      disabled=${disabled}
      >See whose points would change<//
    >`;
}

/** Extensions, and the policy for late work.
 * @param {{name: string, rows: any[], extensions: any[], missing: string[], names?: Record<string, string>, only?: string}} props */
function Time({ name, rows, extensions, missing, names = {}, only = "" }) {
  const [student, setStudent] = useState(only);
  const [when, setWhen] = useState("");
  const [why, setWhy] = useState("");
  const all = [...rows.map((row) => row.student), ...missing].sort();
  return html`<section class="step" aria-labelledby="time">
    <h2 id="time">Deadlines</h2>
    <div class="row">
      ${
        only
          ? null
          : html`<${Field} label="Student">
                <input
                  list="students"
                  value=${student}
                  onInput=${(/** @type {any} */ e) => setStudent(e.target.value)}
                />
              <//>
              <datalist id="students">
                ${all.map((each) => html`<option value=${each}>${names[each]}</option>`)}
              </datalist>`
      }
      <${Field} label="Until, in the course's time zone">
        <input
          type="datetime-local"
          value=${when}
          onInput=${(/** @type {any} */ e) => setWhen(e.target.value)}
        />
      <//>
      <${Field} label="Why">
        <input value=${why} onInput=${(/** @type {any} */ e) => setWhy(e.target.value)} />
      <//>
      <${Start}
        request=${() => ({ do: "extend", assignment: name, student, when: when.replace("T", " "), why })}
        disabled=${!student || !when}
        >Give more time<//
      >
    </div>
    <${Folded}
      title=${counted(extensions.length, "extension")}
      items=${extensions.map(
        (each) =>
          html`<${Person} id=${each.student} names=${names} /> until ${each.until.replace("T", " ")} UTC
            ${each.why && `(${each.why})`}`,
      )}
    />
    ${
      only
        ? null
        : html`<p>
            <${Start} plain request=${() => ({ do: "policy", assignment: name })}
              >See whose points course.toml changes<//
            >
          </p>`
    }
  </section>`;
}

/** What goes back. @param {{name: string, standing: any, files: string[]}} props */
function Back({ name, standing, files }) {
  const [to, setTo] = useState("moodle");
  const [waiting, setWaiting] = useState(false);
  const [zero, setZero] = useState(false);
  const [score, setScore] = useState(false);
  const [scale, setScale] = useState(false);
  const [file, setFile] = useState(/** @type {import("./collect.js").Given | null} */ (null));
  const [column, setColumn] = useState("");
  const title = to === "moodle" ? "Moodle" : "Canvas";
  const graded = standing.graded > 0;
  const request = () => ({
    do: "export",
    assignment: name,
    to,
    upload: file?.id ?? "",
    column: to === "canvas" ? column : "",
    missing_zero: zero,
    pending_score: score,
    scale,
  });
  return html`<section class="step" aria-labelledby="back">
    <h2 id="back">Send back</h2>
    <p>
      ${
        standing.essays
          ? html`<a href=${`#/essays/${encodeURIComponent(name)}`}
                >${needs({ ...standing, failed: 0, requests: 0 })}</a
              >. Do that first, then write the pages again.`
          : "After grading by hand, write the pages again."
      }
    </p>
    <${Start} plain request=${() => ({ do: "feedback", assignment: name })} disabled=${!graded}
      >Write all pages again<//
    >
    <div class="row">
      <${Field} label="To">
        <select value=${to} onChange=${(/** @type {any} */ event) => setTo(event.target.value)}>
          <option value="moodle">Moodle</option>
          <option value="canvas">Canvas</option>
        </select>
      <//>
    </div>
    <h3>Pages</h3>
    <${Tick}
      label="Also pages with answers that nobody has read yet"
      checked=${waiting}
      onChange=${setWaiting}
    />
    <${Start} request=${() => ({ do: "return", assignment: name, to, waiting })} disabled=${!graded}
      >Pack the pages for ${title}<//
    >
    <h3>Grades</h3>
    <${Drop}
      label=${to === "moodle" ? "Moodle's grading worksheet, a .csv" : "Canvas's gradebook, a .csv"}
      kind="csv"
      given=${file}
      onGiven=${setFile}
      hint="It is filled in; without it a plain table is written"
    />
    ${
      to === "canvas"
        ? html`<${Field}
            label=${`Its column, if that is not called ${name}`}
            hint="Such as Assignment 3 (4711)"
          >
            <input value=${column} onInput=${(/** @type {any} */ event) => setColumn(event.target.value)} />
          <//>`
        : null
    }
    <${Tick} label="Zero for those who handed in nothing" checked=${zero} onChange=${setZero} />
    <${Tick} label="The points so far where an answer waits" checked=${score} onChange=${setScore} />
    <${Tick} label=${`Convert points to ${title}'s maximum`} checked=${scale} onChange=${setScale} />
    <${Start} request=${request} disabled=${!graded}>Write the grades for ${title}<//>
    <ul>
      ${["moodle", "canvas"].map(
        (each) =>
          html`<${FileLink} files=${files} about=${name} name=${`return-${each}.zip`}
              >Pages for ${each}: return-${each}.zip<//
            >
            <${FileLink} files=${files} about=${name} name=${`grades-${each}.csv`}
              >Grades for ${each}: grades-${each}.csv<//
            >`,
      )}
    </ul>
  </section>`;
}

/** Everybody who handed in, to be searched. @param {{name: string, rows: any[]}} props */
function Students({ name, rows }) {
  const [wanted, setWanted] = useState("");
  const [status, setStatus] = useState("all");
  const [all, setAll] = useState(false);
  const words = wanted.trim().toLowerCase();
  const found = rows.filter(
    (row) =>
      (status === "all" || row.status === status) &&
      `${row.student} ${row.name} ${row.section}`.toLowerCase().includes(words),
  );
  const shown = all ? found : found.slice(0, SHOWN);
  return html`<section class="step" aria-labelledby="students-title">
    <h2 id="students-title">Students</h2>
    <div class="row">
      <${Field} label="Search for a name, an id or a section">
        <input
          type="search"
          value=${wanted}
          onInput=${(/** @type {any} */ event) => setWanted(event.target.value)}
        />
      <//>
      <${Field} label="Show">
        <select value=${status} onChange=${(/** @type {any} */ event) => setStatus(event.target.value)}>
          <option value="all">all</option>
          ${Object.entries(STATUS).map(([each, title]) => html`<option value=${each}>${title}</option>`)}
        </select>
      <//>
      <span role="status">${counted(found.length, "student")}</span>
    </div>
    ${
      found.length
        ? html`<${Table}
            title="Students"
            heads=${["student", "name", "section", "status", number("points"), "late", "own deadline (UTC)"]}
          >
            ${shown.map(
              (row) =>
                html`<tr key=${row.student}>
                  <th scope="row">
                    <a href=${`#/assignment/${encodeURIComponent(name)}/${encodeURIComponent(row.student)}`}
                      >${row.student}</a
                    >
                  </th>
                  <td>${row.name}</td>
                  <td>${row.section}</td>
                  <td>${STATUS[row.status]}</td>
                  <td class="number">
                    ${row.status && row.status !== "failed" ? `${points(row.score)} of ${points(row.most)}` : "–"}
                  </td>
                  <td>${row.late}</td>
                  <td>${row.until}</td>
                </tr>`,
            )}
          <//>`
        : null
    }
    ${
      shown.length < found.length
        ? html`<button type="button" class="plain" onClick=${() => setAll(true)}>
            Show all ${found.length}
          </button>`
        : null
    }
  </section>`;
}

/** One student's work. @param {{assignment: string, id: string}} props */
function Student({ assignment, id }) {
  const { ended } = useJob();
  const [detail, fault] = useRead(
    () => get("assignments", assignment, "students", id),
    [assignment, id, ended],
  );
  const up = html`<p><a href=${`#/assignment/${encodeURIComponent(assignment)}`}>${assignment}</a></p>`;
  if (!detail)
    return html`${up}
      <h1>${id}</h1>
      <${Fault} text=${fault} />`;
  const { row, changes, requests } = detail;
  return html`${up}
    <h1>${row.name ? `${row.name} (${id})` : id}</h1>
    <${Fault} text=${fault} />
    <p>
      ${STATUS[row.status]}${row.most ? `: ${points(row.score)} of ${points(row.most)} points` : ""}${
        row.late ? `, ${row.late}` : ""
      }${row.until ? `; own deadline ${row.until} UTC` : ""}.
    </p>
    ${row.reason ? html`<p>${row.reason}</p>` : null}
    <ul>
      ${row.pages.map(
        (/** @type {string} */ page) =>
          html`<li>
            <a href=${address("feedback", assignment, id, page)} target="_blank" rel="noopener"
              >The page that goes back: ${page}</a
            >
          </li>`,
      )}
    </ul>
    ${
      row.cells.length
        ? html`<${Table} title="Points" heads=${["cell", number("points"), number("of")]}>
            ${row.cells.map(
              (/** @type {any} */ cell) =>
                html`<tr>
                  <th scope="row">${cell.name}</th>
                  <td class="number">${cell.score === null ? "to be read" : points(cell.score)}</td>
                  <td class="number">${points(cell.most)}</td>
                </tr>`,
            )}
          <//>`
        : null
    }
    <p>
      <${Start} plain request=${() => ({ do: "grade", assignment, students: [id], force: true })}
        >Grade this one again<//
      >
    </p>
    <${Time} name=${assignment} rows=${[]} extensions=${[]} missing=${[]} only=${id} />
    <section class="step" aria-labelledby="dispute">
      <h2 id="dispute">Disputed grades</h2>
      <${RequestList} requests=${requests} />
      ${row.cells.length ? html`<${Dispute} assignment=${assignment} student=${id} cells=${row.cells} />` : null}
    </section>
    <section class="step" aria-labelledby="log">
      <h2 id="log">Changes of the grade</h2>
      ${
        changes.length
          ? html`<${Table}
              title="Changes of the grade"
              heads=${["when (UTC)", number("from"), number("to"), "why", "by"]}
            >
              ${changes.map(
                (/** @type {any} */ each) =>
                  html`<tr>
                    <td>${each.when}</td>
                    <td class="number">${points(each.before)}</td>
                    <td class="number">${points(each.after)}</td>
                    <td>${each.why}${each.note ? `: ${each.note}` : ""}</td>
                    <td>${each.by}</td>
                  </tr>`,
              )}
            <//>`
          : html`<p>None.</p>`
      }
    </section>`;
}
