// The page: where it is, what it shows there, and the command that runs.

import { Assignment } from "./assignment.js";
import { course, jupyter } from "./api.js";
import { Essays } from "./essays.js";
import { CollectPage } from "./collect.js";
import { JobBar, Jobs, resume } from "./jobs.js";
import { Overview } from "./overview.js";
import { html, keepFocus, render, useEffect, useRef, useState } from "./page.js";
import { Requests } from "./requests.js";
import { Term } from "./term.js";

/** Components by the first part of the address after #/, with what the menu calls them ("": not in it).
 * @type {Record<string, {title: string, view: (props: {name: string, more: string}) => any}>} */
const PAGES = {
  "": { title: "Assignments", view: Overview },
  essays: { title: "Essays", view: Essays },
  assignment: { title: "", view: Assignment },
  collect: { title: "Collect", view: CollectPage },
  requests: { title: "Requests", view: Requests },
  term: { title: "Term", view: Term },
  commands: { title: "Commands", view: Jobs },
};

/** The address after #/, in parts. */
const place = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** All of it. */
function Desk() {
  const [[page, name = "", more = ""], setPlace] = useState(place());
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const move = () => {
      setPlace(place());
      scrollTo(0, 0);
      main.current?.focus();
    };
    addEventListener("hashchange", move);
    resume().catch(() => {});
    return () => removeEventListener("hashchange", move);
  }, []);
  const shown = PAGES[page] ?? PAGES[""];
  useEffect(() => {
    document.title = [more, name, shown.title, course].filter(Boolean).join(" · ");
  }, [more, name, shown]);
  return html`<header>
      <nav aria-label="The desk">
        ${Object.entries(PAGES).map(
          ([path, each]) =>
            each.title &&
            html`<a href=${`#/${path}`} aria-current=${each === shown ? "page" : null}>${each.title}</a>`,
        )}
        <a href=${jupyter("formgrader")} target="_blank" rel="noopener">Formgrader</a>
      </nav>
    </header>
    <main tabindex="-1" ref=${main}>
      <${JobBar} />
      <${shown.view} key=${[page, name, more].join("/")} name=${name} more=${more} />
    </main>`;
}

keepFocus();
render(html`<${Desk} />`, document.body);
