// The gradebook over the term.

import { address, get } from "./api.js";
import { FileLink } from "./assignment.js";
import { Start, useJob } from "./jobs.js";
import {
  Fault,
  Field,
  Folded,
  Table,
  counted,
  html,
  number,
  percent,
  points,
  useRead,
  useState,
} from "./page.js";

const SHOWN = 50; // students at first
const BEHIND = /** @type {Record<string, string>} */ ({
  missing: "handed in nothing for the last two",
  low: "less than half of the points",
  falling: "lost a quarter lately",
});
const STATES = /** @type {Record<string, string>} */ ({
  ungraded: "not graded",
  missing: "missing",
  open: "open",
  excused: "excused",
});

/** A mark in a few characters. @param {any} mark */
function short(mark) {
  if (mark.state in STATES) return STATES[mark.state];
  const text = `${points(mark.score)}/${points(mark.most)}${mark.state === "pending" ? " …" : ""}`;
  return mark.dropped ? `(${text})` : text;
}

/** The page. */
export function Term() {
  const { ended } = useJob();
  const [view, fault] = useRead(() => get("term"), [ended]);
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  if (!view)
    return html`<h1>Term</h1>
      <${Fault} text=${fault} />
      <p>${fault ? "" : "Reading …"}</p>`;
  const { term, files, pages } = view;
  const words = wanted.trim().toLowerCase();
  const found = term.rows.filter((/** @type {any} */ row) =>
    `${row.student} ${row.name} ${row.section}`.toLowerCase().includes(words),
  );
  const shown = all ? found : found.slice(0, SHOWN);
  const behind = term.rows.filter((/** @type {any} */ row) => row.behind.length);
  const categories = Object.keys(term.weights);
  return html`<h1>Term</h1>
    <${Fault} text=${fault} />
    <p>
      (…) is a mark that is dropped, … one that waits for a person. Files and pages to give back are written
      by the command:
    </p>
    <${Start} request=${() => ({ do: "term" })} disabled=${!term.assignments.length}
      >Write the term's files<//
    >
    <ul>
      <${FileLink} files=${files} about="term" name="term.html">The term's page<//>
      <${FileLink} files=${files} about="term" name="term.csv">term.csv<//>
    </ul>
    <${Folded}
      title=${`${counted(behind.length, "student")} fall${behind.length === 1 ? "s" : ""} behind`}
      items=${behind.map(
        (/** @type {any} */ row) =>
          html`<strong>${row.student}</strong
            >${` ${row.name}: ${row.behind.map((/** @type {string} */ why) => BEHIND[why]).join(", ")}`}`,
      )}
    />
    <div class="row">
      <${Field} label="Search for a name, an id or a section">
        <input
          type="search"
          value=${wanted}
          onInput=${(/** @type {any} */ event) => setWanted(event.target.value)}
        />
      <//>
      <span role="status">${counted(found.length, "student")}</span>
    </div>
    ${
      found.length
        ? html`<${Table}
            title="Marks"
            heads=${["student", "name", "section", ...[...term.assignments, ...categories, "total"].map(number)]}
          >
            ${shown.map(
              (/** @type {any} */ row) =>
                html`<tr key=${row.student}>
                  <th scope="row">
                    ${
                      pages.includes(row.student)
                        ? html`<a
                            href=${address("reports", "term", "students", `${row.student}.html`)}
                            target="_blank"
                            rel="noopener"
                            >${row.student}</a
                          >`
                        : row.student
                    }
                  </th>
                  <td>${row.name}</td>
                  <td>${row.section}</td>
                  ${row.marks.map((/** @type {any} */ mark) => html`<td class="number">${short(mark)}</td>`)}
                  ${categories.map((each) => html`<td class="number">${percent(row.categories[each])}</td>`)}
                  <td class="number">${percent(row.total)}</td>
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
    }`;
}
