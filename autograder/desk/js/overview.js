// Where each assignment stands.

import { get } from "./api.js";
import { useJob } from "./jobs.js";
import { Fault, Table, counted, html, number, percent, useRead } from "./page.js";

/** The course's first page. */
export function Overview() {
  const { ended } = useJob();
  const [course, fault] = useRead(() => get("overview"), [ended]);
  if (!course)
    return html`<${Fault} text=${fault} />
      <p>${fault ? "" : "Reading the course …"}</p>`;
  const wait = course.assignments.filter(
    (/** @type {any} */ each) => each.failed || each.essays || each.requests,
  );
  return html`<h1>${course.title}</h1>
    <${Fault} text=${fault} />
    <p>${counted(course.students, "student")}, ${counted(course.assignments.length, "assignment")}</p>
    ${
      wait.length
        ? html`<h2>Who needs you</h2>
            <ul>
              ${wait.map((/** @type {any} */ each) => html`<li><a href=${link(each)}>${each.name}</a>: ${needs(each)}</li>`)}
            </ul>`
        : null
    }
    <h2>Assignments</h2>
    <p>A mean with … is provisional: answers wait for a person.</p>
    <${Table}
      title="Where each assignment stands"
      heads=${[
        "assignment",
        "due (UTC)",
        "released",
        ...["collected", "graded", "mean"].map(number),
        "needs you",
        number("pages"),
        "returned",
      ]}
    >
      ${course.assignments.map(
        (/** @type {any} */ each) =>
          html`<tr>
            <th scope="row"><a href=${link(each)}>${each.name}</a></th>
            <td>${each.due || "–"}</td>
            <td>${each.released ? "yes" : each.source ? "not yet" : "–"}</td>
            <td class="number">${each.collected}</td>
            <td class="number">
              ${each.graded}${each.ungraded ? html` <small>${each.ungraded} to do</small>` : ""}
            </td>
            <td class="number">${percent(each.mean)}${each.provisional ? " …" : ""}</td>
            <td>${needs(each) || "–"}</td>
            <td class="number">${each.pages}</td>
            <td>${each.returned || "–"}</td>
          </tr>`,
      )}
    <//>`;
}

/** @param {{name: string}} each */
const link = (each) => `#/assignment/${encodeURIComponent(each.name)}`;

/** What needs a person, in words. @param {any} each */
export function needs(each) {
  const parts = [
    each.failed && `${each.failed} could not be graded`,
    each.answers &&
      `${counted(each.answers, "answer")} of ${counted(each.essays - each.again, "student")} to read`,
    each.again &&
      `points by hand of ${counted(each.again, "student")} to confirm, whose work or tests changed`,
    each.requests && counted(each.requests, "open request"),
  ];
  return parts.filter(Boolean).join(", ");
}
