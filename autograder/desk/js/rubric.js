// The rubric of a question: its items, which change for all answers at once.

import { post } from "./api.js";
import { Fault, Field, counted, html, points, useEffect, useRef, useState } from "./page.js";

/** @typedef {{id: string, text: string, points: number | string}} Item */

/** @param {any} props */
export function Rubric({ path, who, rubric, proposed, most, used, merge }) {
  const [draft, setDraft] = useState(
    /** @type {{start: string, items: Item[], seen: number} | null} */ (null),
  );
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const editing = Boolean(draft);
  const before = useRef(editing);
  useEffect(() => {
    if (before.current !== editing) place.current?.focus(); // the button that was pressed is gone
    before.current = editing;
  }, [editing]);
  const edit = (/** @type {Item[]} */ items = rubric.items) => {
    setDraft({ start: rubric.start, items: [...items], seen: rubric.version });
    setSaid("");
  };
  const change = (/** @type {number} */ place, /** @type {Partial<Item>} */ part) =>
    setDraft(
      (old) =>
        old && { ...old, items: old.items.map((each, k) => (k === place ? { ...each, ...part } : each)) },
    );

  async function save(/** @type {any} */ event) {
    event?.preventDefault();
    if (!draft) return;
    const items = draft.items.map((each) => ({
      ...each,
      points: Number(String(each.points).replace(",", ".")),
    }));
    const wrong = items.find((each) => !Number.isFinite(each.points) || !each.text.trim());
    if (wrong) return setFault("Each item has points, a number, and words.");
    try {
      const { done, result } = await post([...path, "rubric"], {
        start: draft.start,
        items,
        seen: draft.seen,
        who,
      });
      if (done || result.why === "stale") merge(result.rubric, result.standings);
      if (done) {
        setDraft(null);
        setFault("");
        const left = result.left.length ? `; ${result.left.length} keep what the formgrader gave them` : "";
        setSaid(`The points or words of ${counted(result.standings.length, "answer")} have changed${left}.`);
      } else if (result.why === "busy")
        setFault("A command is running. Nothing was changed: press again when it is over.");
      else {
        setDraft({ ...draft, seen: result.rubric.version });
        setFault(
          "Nothing was changed: somebody else has changed the rubric meanwhile. Theirs is " +
            `${result.rubric.items.map((/** @type {any} */ each) => `${points(each.points)} ${each.text}`).join("; ") || "empty"}. ` +
            "Press again to put yours in its place.",
        );
      }
    } catch (error) {
      setFault(/** @type {Error} */ (error).message);
    }
  }

  if (!draft)
    return html`<section aria-label="Rubric" tabindex="-1" ref=${place}>
      <h2>Rubric</h2>
      <ol class="plain">
        ${rubric.items.map((/** @type {any} */ each) => html`<li key=${each.id}><b>${points(each.points)}</b> ${each.text} <small>${used(each.id)}</small></li>`)}
      </ol>
      ${rubric.start === "full" ? html`<p>Points are taken off ${points(most)}.</p>` : null}
      <div class="line">
        <button type="button" class="plain" onClick=${() => edit()}>
          ${rubric.items.length ? "Change" : "Write one"}
        </button>
        ${
          !rubric.items.length && proposed.length
            ? html`<button
                type="button"
                onClick=${() => edit(proposed.map((/** @type {Item} */ each) => ({ ...each, id: "" })))}
              >
                Take the ${proposed.length} of the model answer
              </button>`
            : null
        }
      </div>
      ${said ? html`<p role="status">${said}</p>` : null}
    </section>`;
  return html`<form aria-label="Rubric" onSubmit=${save} tabindex="-1" ref=${place}>
    <h2>Rubric</h2>
    <ol class="plain">
      ${draft.items.map(
        (each, k) =>
          html`<li key=${each.id || `new-${k}`} class="row">
            <${Field} label="Points">
              <input
                inputmode="decimal"
                size="4"
                value=${each.points}
                onInput=${(/** @type {any} */ event) => change(k, { points: event.target.value })}
              />
            <//>
            <${Field} label=${`Item ${k + 1}`}>
              <textarea
                rows="2"
                maxlength="400"
                value=${each.text}
                onInput=${(/** @type {any} */ event) => change(k, { text: event.target.value })}
              ></textarea>
            <//>
            <button
              type="button"
              class="small"
              onClick=${() => setDraft({ ...draft, items: draft.items.filter((_, place) => place !== k) })}
            >
              Remove${each.id && used(each.id) ? ` from ${counted(used(each.id), "answer")}` : ""}
            </button>
          </li>`,
      )}
    </ol>
    <${Field} label="Points">
      <select
        value=${draft.start}
        onChange=${(/** @type {any} */ event) => setDraft({ ...draft, start: event.target.value })}
      >
        <option value="zero">begin at 0, items add</option>
        <option value="full">begin at ${points(most)}, items take off</option>
      </select>
    <//>
    <div class="line">
      <button>Save for all answers</button>
      <button
        type="button"
        class="plain"
        onClick=${() => setDraft({ ...draft, items: [...draft.items, { id: "", text: "", points: 1 }] })}
      >
        Add an item
      </button>
      <button type="button" class="plain" onClick=${() => (setDraft(null), setFault(""))}>Leave</button>
    </div>
    <${Fault} text=${fault} />
  </form>`;
}
