// Reading essays: all answers to a question, the model answer and the rubric beside them, by keys.

import { address, get, post } from "./api.js";
import { useJob } from "./jobs.js";
import { needs } from "./overview.js";
import {
  Component,
  Fault,
  Field,
  counted,
  html,
  points,
  useEffect,
  useRead,
  useRef,
  useState,
} from "./page.js";
import { Rubric } from "./rubric.js";

const PULSE = 4000; // milliseconds between two looks at what others do
const LEASE = 120_000; // and between two signs that this reader is still at a group
const AGAIN = 3000; // until what a running command has held up is sent again
const TYPING = "textarea, select, input:not([type=checkbox])"; // where keys write
const STATES = { waiting: "to read", again: "to look at again", read: "read", blank: "nothing written" };
const KEYS = [
  ["j, k", "next and previous answer"],
  ["1 to 9", "give or take an item of the rubric"],
  ["a", "all items, or none"],
  ["p", "points besides the items"],
  ["c", "comment; Esc leaves it"],
  ["Enter", "give the points, and on to the next answer to read"],
  ["w", "on to the next answer to read"],
  ["u", "take back what was given"],
  ["n", "show or hide names"],
];
/** @typedef {{student: string, group: string, state: keyof typeof STATES, points: number | null, extra: number,
 * comment: string, elsewhere: boolean, same: boolean, items: string[], adjust: number, note: string, by: string,
 * when: string, token: string}} Standing */
/** @typedef {{key: string, students: string[], html: string, printed: string, blank: boolean}} Group */
/** @typedef {{items: string[], adjust: string, note: string}} Draft */

/** HTML that the server has made safe (`essays.shown`): the only place where any is inserted. Once, as it stays. */
export class Written extends Component {
  /** @param {{html: string}} next */
  shouldComponentUpdate(next) {
    return next.html !== this.props.html;
  }
  render() {
    const away = (/** @type {any} */ event) => {
      const link = event.target.closest("a");
      if (link) ((link.target = "_blank"), (link.rel = "noopener noreferrer"));
    };
    return html`<div
      class="written"
      onClick=${away}
      dangerouslySetInnerHTML=${{ __html: this.props.html }}
    ></div>`;
  }
}

/** What there is to read: of all assignments, or of one. @param {{name: string}} props */
export function Essays({ name }) {
  return name ? html`<${Questions} assignment=${name} />` : html`<${Assignments} />`;
}

function Assignments() {
  const { ended } = useJob();
  const [course, fault] = useRead(() => get("overview"), [ended]);
  return html`<h1>Essays</h1>
    <${Fault} text=${fault} />
    <ul class="plain">
      ${course?.assignments
        .filter((/** @type {any} */ each) => each.graded)
        .map(
          (/** @type {any} */ each) =>
            html`<li>
              <a href=${`#/essays/${encodeURIComponent(each.name)}`}>${each.name}</a>
              ${each.essays ? `: ${needs({ ...each, failed: 0, requests: 0 })}` : ": none waits"}
            </li>`,
        )}
    </ul>`;
}

/** @param {{assignment: string}} props */
function Questions({ assignment }) {
  const [list, fault] = useRead(() => get("essays", assignment), [assignment]);
  const [who, setWho] = useState("");
  const [chosen, setChosen] = useState(0);
  useEffect(() => {
    get("reader").then((reader) => setWho(reader.name || localStorage.getItem("desk-reader") || ""));
  }, []);
  const questions = list?.questions ?? [];
  const each = questions[chosen];
  if (!list)
    return html`<h1>Essays: ${assignment}</h1>
      <${Fault} text=${fault} />`;
  if (!each)
    return html`<h1>Essays: ${assignment}</h1>
      <p>No question of it is read by people.</p>`;
  return html`<h1>Essays: ${assignment}</h1>
    ${
      questions.length > 1
        ? html`<${Field} label="Question">
            <select value=${chosen} onChange=${(/** @type {any} */ event) => setChosen(+event.target.value)}>
              ${questions.map((/** @type {any} */ q, /** @type {number} */ k) => html`<option value=${k}>${q.title}: ${q.waiting + q.again} to read</option>`)}
            </select>
          <//>`
        : null
    }
    ${
      who
        ? html`<${Board}
            key=${each.notebook + "/" + each.cell}
            at=${[assignment, each.notebook, each.cell]}
            who=${who}
          />`
        : html`<${Who} done=${setWho} />`
    }`;
}

/** Asks who reads, where the server does not know. @param {{done: (who: string) => void}} props */
function Who({ done }) {
  const send = (/** @type {any} */ event) => {
    event.preventDefault();
    const who = event.target.elements.who.value.trim();
    if (who) (localStorage.setItem("desk-reader", who), done(who));
  };
  return html`<form onSubmit=${send} class="row">
    <${Field} label="Your name" hint="It stands in the log of changes, and others see what you read.">
      <input name="who" required maxlength="80" autocomplete="name" />
    <//>
    <button>Read</button>
  </form>`;
}

/** One question. @param {{at: string[], who: string}} props */
function Board({ at, who }) {
  const path = ["essays", ...at];
  const [shown, setShown] = useState(/** @type {any} */ (null));
  const [fault, setFault] = useState("");
  const [current, setCurrent] = useState("");
  const [names, setNames] = useState(false);
  const [filter, setFilter] = useState("all");
  const [drafts, setDrafts] = useState(/** @type {Record<string, Draft>} */ ({}));
  const [notices, setNotices] = useState(/** @type {Record<string, any>} */ ({}));
  const [only, setOnly] = useState("");
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const live = useRef(/** @type {any} */ ({}));
  const pulse = shown?.pulse;
  const groups = /** @type {Group[]} */ (shown?.groups ?? []);

  const read = () =>
    get(...path).then(
      (found) => {
        setShown(found);
        setFault("");
        return found;
      },
      (error) => setFault(error.message),
    );
  const merge = (/** @type {any} */ rubric, /** @type {Standing[]} */ standings) =>
    setShown((/** @type {any} */ old) => ({
      ...old,
      pulse: {
        ...old.pulse,
        version: "",
        rubric,
        standings: {
          ...old.pulse.standings,
          ...Object.fromEntries(standings.map((each) => [each.student, each])),
        },
      },
    }));
  const standingsOf = (/** @type {Group} */ group) =>
    group.students.map((student) => /** @type {Standing} */ (live.current.pulse.standings[student]));
  const waits = (/** @type {Group} */ group) =>
    standingsOf(group).some((each) => ["waiting", "again"].includes(each.state));
  const claimed = (/** @type {Group} */ group) => {
    const claim = live.current.pulse.claims[group.key];
    return claim && claim.by !== who ? claim : null;
  };

  live.current = { pulse, groups, current, drafts, names, only, filter };

  useEffect(() => {
    read().then((found) => {
      live.current.pulse = found?.pulse;
      if (found)
        choose(
          (found.groups.find((/** @type {Group} */ each) => waits(each) && !claimed(each)) ?? found.groups[0])
            ?.key ?? "",
        );
    });
    const timer = setInterval(look, PULSE);
    const sign = setInterval(() => live.current.current && hold(live.current.current), LEASE);
    const leave = (/** @type {any} */ event) =>
      Object.keys(live.current.drafts).length && event.preventDefault();
    addEventListener("beforeunload", leave);
    const leaveGroup = () => void post([...path, "claim"], { group: "", who }, true).catch(() => {});
    addEventListener("keydown", press);
    addEventListener("pagehide", leaveGroup);
    return () => {
      clearInterval(timer);
      clearInterval(sign);
      removeEventListener("beforeunload", leave);
      removeEventListener("keydown", press);
      leaveGroup();
      removeEventListener("pagehide", leaveGroup);
    };
  }, []);

  /** Whether others have changed anything. */
  async function look() {
    const old = live.current.pulse;
    if (!old || document.hidden) return;
    try {
      const address_ = `${address("api", ...path, "pulse")}?version=${old.version}`;
      const answer = await fetch(address_, { credentials: "same-origin" });
      const found = answer.ok ? await answer.json() : null;
      if (!found) return;
      const moved = Object.values(found.standings).some(
        (each) => each.group !== old.standings[each.student]?.group,
      );
      if (moved) await read();
      else setShown((/** @type {any} */ now) => now && { ...now, pulse: found });
    } catch {
      // the next look may have more luck
    }
  }

  /** Has the reader have a group. @param {string} group @param {boolean} [take] */
  const hold = (group, take = false) =>
    post([...path, "claim"], { group, who, take }).then(
      (claim) =>
        setShown((/** @type {any} */ old) => {
          const mine = Object.entries(old.pulse.claims).filter(
            ([, each]) => /** @type {any} */ (each).by !== who,
          );
          return { ...old, pulse: { ...old.pulse, claims: { ...Object.fromEntries(mine), [group]: claim } } };
        }),
      () => {},
    );

  /** Goes to a group. @param {string} key */
  function choose(key) {
    if (!key) return;
    setCurrent(key);
    live.current.current = key;
    setOnly("");
    const mine = live.current.pulse.claims[key];
    if (!mine || mine.by === who) hold(key);
    setTimeout(() => {
      const card = document.getElementById(`group-${key}`);
      const here = document.activeElement;
      card?.scrollIntoView({ block: "nearest" });
      if (!card?.contains(here) && !here?.matches(TYPING)) card?.focus({ preventScroll: true });
    }, 0);
  }

  const visible = () =>
    groupsNow().filter(
      (each) =>
        live.current.filter === "all" ||
        each.key === live.current.current ||
        (live.current.filter === "waiting" ? waits(each) : !waits(each)),
    );
  const groupsNow = () => /** @type {Group[]} */ (live.current.groups);

  /** @param {number} by */
  function step(by) {
    const there = visible();
    const place = there.findIndex((each) => each.key === live.current.current);
    choose(there[Math.min(Math.max(place + by, 0), there.length - 1)]?.key ?? "");
  }

  /** The next answer that waits and that nobody else has, from here on and round. */
  function onward() {
    const all = groupsNow();
    const place = all.findIndex((each) => each.key === live.current.current);
    const next = [...all.slice(place + 1), ...all.slice(0, place)].find(
      (each) => waits(each) && !claimed(each),
    );
    if (next) choose(next.key);
  }

  const target = () => live.current.current + (live.current.only ? `\n${live.current.only}` : "");
  const studentsOf = (/** @type {string} */ key) => {
    const [group, student] = key.split("\n");
    return student ? [student] : (groupsNow().find((each) => each.key === group)?.students ?? []);
  };

  /** What the reader has chosen for an answer and not given yet, else what it has. @param {string} key @returns {Draft} */
  function draftOf(key) {
    const there = live.current.drafts[key];
    if (there) return there;
    const first = /** @type {Standing | undefined} */ (live.current.pulse.standings[studentsOf(key)[0]]);
    return {
      items: first?.items ?? [],
      adjust: first?.adjust ? String(first.adjust) : "",
      note: first?.note ?? "",
    };
  }

  /** @param {string} key @param {Partial<Draft>} change */
  const draw = (key, change) => setDrafts((old) => ({ ...old, [key]: { ...draftOf(key), ...change } }));
  const drop = (/** @type {string} */ key) => {
    setDrafts(({ [key]: _, ...rest }) => rest);
    notice(key, null);
  };
  const notice = (/** @type {string} */ key, /** @type {any} */ said) =>
    setNotices(({ [key]: _, ...rest }) => (said ? { ...rest, [key]: said } : rest));

  /** @param {string} id */
  function toggle(id) {
    const items = draftOf(target()).items;
    draw(target(), { items: items.includes(id) ? items.filter((each) => each !== id) : [...items, id] });
  }

  /** Gives what was chosen, or takes back what was given. What is refused stays on the page, with what is there.
   * @param {{key?: string, back?: boolean, over?: boolean, take?: boolean, again?: boolean}} how */
  async function give({ key = target(), back = false, over = false, take = false, again = false } = {}) {
    const draft = draftOf(key);
    const adjust = Number(draft.adjust.replace(",", ".") || 0);
    if (!Number.isFinite(adjust)) return notice(key, { text: `“${draft.adjust}” is not a number.` });
    const wanted = back ? null : { items: draft.items, adjust, note: draft.note };
    const standings = live.current.pulse.standings;
    const orders = Object.fromEntries(
      studentsOf(key).map((student) => [student, { seen: standings[student].token, wanted }]),
    );
    if (!back) setDrafts((old) => ({ ...old, [key]: draft }));
    notice(key, { text: "Giving …" });
    if (!back && !again) onward();
    try {
      const { done, result } = await post([...path, "marks"], { orders, who, over, take });
      merge(
        result.rubric.version >= live.current.pulse.rubric.version
          ? result.rubric
          : live.current.pulse.rubric,
        result.standings,
      );
      if (done) return drop(key);
      if (result.why === "busy") {
        notice(key, { text: "A command is running. This is kept here and given when it is over." });
        return setTimeout(() => give({ key, back, over, take, again: true }), AGAIN);
      }
      if (result.why === "no_item") {
        const known = result.rubric.items.map((/** @type {any} */ each) => each.id);
        draw(key, { items: draft.items.filter((id) => known.includes(id)) });
      }
      notice(key, { ...result, back });
      choose(key.split("\n")[0]);
    } catch (error) {
      notice(key, { text: /** @type {Error} */ (error).message, retry: true, back });
    }
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const at = /** @type {HTMLElement} */ (event.target);
    const typing = at.matches(TYPING);
    if (event.key === "Escape" && typing) return at.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && at.closest(".group")) {
      event.preventDefault();
      at.blur();
      return void give();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !live.current.pulse) return;
    if (!at.matches("body, main") && !at.closest(".essays")) return; // keys are the menu's there
    if (at.matches("button, a, summary") && ["Enter", " "].includes(event.key)) return;
    const rubric = live.current.pulse.rubric.items;
    const card = document.getElementById(`group-${live.current.current}`);
    const to = (/** @type {string} */ field) =>
      /** @type {HTMLElement | null} */ (card?.querySelector(field))?.focus();
    /** @type {Record<string, () => unknown>} */
    const keys = {
      j: () => step(1),
      k: () => step(-1),
      w: onward,
      Enter: () => give(),
      u: () => give({ back: true }),
      n: () => setNames((now) => !now),
      c: () => to("textarea"),
      p: () => to("input.adjust"),
      a: () => {
        const every = rubric.map((/** @type {any} */ each) => each.id);
        draw(target(), { items: draftOf(target()).items.length === every.length ? [] : every });
      },
    };
    const item = /^[1-9]$/.test(event.key) ? rubric[+event.key - 1] : null;
    const act = item ? () => toggle(item.id) : keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  if (!shown) return html`<${Fault} text=${fault} />${fault ? null : html`<p>Reading the answers …</p>`}`;
  const all = Object.values(pulse.standings);
  const count = (/** @type {string} */ state) => all.filter((each) => each.state === state).length;
  const rubric = pulse.rubric;
  const start = rubric.start === "full" ? shown.most : 0;
  const worth = (/** @type {Draft} */ draft) => {
    const given = rubric.items.filter((/** @type {any} */ each) => draft.items.includes(each.id));
    const whole = given.reduce(
      (/** @type {number} */ sum, /** @type {any} */ each) => sum + each.points,
      start,
    );
    return Math.min(Math.max(whole + Number(draft.adjust.replace(",", ".") || 0), 0), shown.most);
  };
  const callers = { choose, draw, toggle, give, drop, setOnly, hold, draftOf, worth };
  return html`<div class="essays">
    <aside aria-label="The question">
      <details open=${innerWidth > 900}>
        <summary>Question, ${counted(shown.most, "point")}</summary>
        <${Written} html=${shown.prompt} />
      </details>
      <details open=${innerWidth > 900}>
        <summary>Model answer</summary>
        ${shown.model ? html`<${Written} html=${shown.model} />` : html`<p>The source states none.</p>`}
      </details>
      <${Rubric}
        path=${path}
        who=${who}
        rubric=${rubric}
        proposed=${shown.proposed}
        most=${shown.most}
        used=${(/** @type {string} */ id) => all.filter((each) => each.items.includes(id)).length}
        merge=${merge}
      />
      <details>
        <summary>Keys</summary>
        <dl class="keys">
          ${KEYS.map(
            ([key, does]) =>
              html`<div>
                <dt><kbd>${key}</kbd></dt>
                <dd>${does}</dd>
              </div>`,
          )}
        </dl>
      </details>
    </aside>
    <section aria-label="Answers" ref=${list}>
      <${Fault} text=${fault} />
      <p role="status">
        ${count("waiting") + count("again")} to read, ${count("read")} read, ${count("blank")} without an
        answer; ${counted(groups.length, "group")}
      </p>
      <div class="row">
        <${Field} label="Show">
          <select value=${filter} onChange=${(/** @type {any} */ event) => setFilter(event.target.value)}>
            <option value="all">all answers</option>
            <option value="waiting">those to read</option>
            <option value="read">those that are read</option>
          </select>
        <//>
        <label class="tick">
          <input type="checkbox" checked=${names} onChange=${() => setNames(!names)} /> names
        </label>
        <span>You are ${who}.</span>
      </div>
      ${visible().map(
        (group) =>
          html`<${Card}
            key=${group.key}
            group=${group}
            number=${groups.indexOf(group) + 1}
            standings=${standingsOf(group)}
            claim=${claimed(group)}
            current=${group.key === current}
            only=${group.key === current ? only : ""}
            names=${names ? shown.names : null}
            rubric=${rubric}
            most=${shown.most}
            drafts=${drafts}
            notices=${notices}
            call=${callers}
          />`,
      )}
    </section>
  </div>`;
}

/** @param {number} number */
const signed = (number) => (number > 0 ? "+" : "") + points(number);

/** Answers that are the same: what was written, what it has, and for the current one what to give it.
 * @param {any} props */
function Card({
  group,
  number,
  standings,
  claim,
  current,
  only,
  names,
  rubric,
  most,
  drafts,
  notices,
  call,
}) {
  const key = group.key + (only ? `\n${only}` : "");
  const draft = call.draftOf(key);
  const notice = notices[key];
  const open = current || drafts[key] || notice;
  const students = group.students.map((/** @type {string} */ id) =>
    names?.[id] ? `${names[id]} (${id})` : id,
  );
  const many = group.students.length;
  return html`<article
    id=${`group-${group.key}`}
    class=${`group ${current ? "current" : ""}`}
    tabindex="-1"
    aria-current=${current ? "true" : null}
    aria-label=${`Answer ${number}`}
    onClick=${() => current || call.choose(group.key)}
  >
    <header class="line">
      <button
        type="button"
        class="small"
        onClick=${(/** @type {any} */ event) => (event.currentTarget.blur(), call.choose(group.key))}
      >
        Answer ${number}
      </button>
      ${many > 1 ? html`<span>${counted(many, "student")}, the same answer</span>` : null}
      ${names ? html`<span class="names">${students.join(", ")}</span>` : null}
      <${Stand} standings=${standings} most=${most} />
      ${claim ? html`<span class="claim">${claim.by} reads it</span>` : null}
    </header>
    ${group.blank ? html`<p><em>Nothing was written.</em></p>` : html`<${Written} html=${group.html} />`}
    ${group.printed ? html`<pre tabindex="0">${group.printed}</pre>` : null}
    ${open ? html`<${Give} ...${{ group, key_: key, only, names, draft, notice, claim, rubric, most, call, changed: Boolean(drafts[key]) }} />` : null}
  </article>`;
}

/** Where answers stand, in words. @param {{standings: Standing[], most: number}} props */
function Stand({ standings, most }) {
  const states = [...new Set(standings.map((each) => each.state))];
  const given = new Set(
    standings.map((each) => `${points(each.points)}${each.extra ? ` and ${points(each.extra)} extra` : ""}`),
  );
  const [first] = standings;
  const there = standings.some((each) => each.points !== null);
  return html`<span class=${`state ${states.length === 1 ? states[0] : ""}`}>
      ${states.map((each) => STATES[each]).join(", ")}${
        states.includes("again")
          ? standings.every((each) => each.same)
            ? ": the answer is the same"
            : ": the answer has changed"
          : ""
      }</span
    >
    ${there ? html`<strong>${[...given].join(" or ")} of ${points(most)}</strong>` : null}
    ${
      standings.some((each) => each.elsewhere)
        ? html`<span class="claim"
            >given in the formgrader${first.comment ? `: “${first.comment}”` : ""}</span
          >`
        : first.by
          ? html`<small>${first.by}</small>`
          : null
    }`;
}

/** What to give the current answers. @param {any} props */
function Give({ group, key_, only, names, draft, notice, claim, rubric, most, call, changed }) {
  return html`<div class="give">
    ${
      group.students.length > 1
        ? html`<${Field} label="Give to">
            <select value=${only} onChange=${(/** @type {any} */ event) => call.setOnly(event.target.value)}>
              <option value="">all ${group.students.length}</option>
              ${group.students.map(
                (/** @type {string} */ id, /** @type {number} */ k) =>
                  html`<option value=${id}>${names ? names[id] || id : `number ${k + 1} only`}</option>`,
              )}
            </select>
          <//>`
        : null
    }
    <ul class="plain items">
      ${rubric.items.map(
        (/** @type {any} */ item, /** @type {number} */ k) =>
          html`<li key=${item.id}>
            <label class="tick">
              <input
                type="checkbox"
                checked=${draft.items.includes(item.id)}
                onChange=${() => call.toggle(item.id)}
              />
              <span
                >${k < 9 ? html`<kbd>${k + 1}</kbd>` : null}
                <b>${signed(item.points)}</b>${" "}${item.text}</span
              >
            </label>
          </li>`,
      )}
    </ul>
    <div class="row">
      <${Field} label="Besides">
        <input
          class="adjust"
          inputmode="decimal"
          size="5"
          value=${draft.adjust}
          onInput=${(/** @type {any} */ event) => call.draw(key_, { adjust: event.target.value })}
        />
      <//>
      <${Field} label="Comment (Markdown)">
        <textarea
          rows="2"
          maxlength="10000"
          value=${draft.note}
          onInput=${(/** @type {any} */ event) => call.draw(key_, { note: event.target.value })}
        ></textarea>
      <//>
    </div>
    <div class="line">
      <button type="button" onClick=${() => call.give()}>
        Give ${points(call.worth(draft))} of ${points(most)}
      </button>
      <button type="button" class="plain" onClick=${() => call.give({ back: true })}>Take back</button>
      ${changed ? html`<button type="button" class="plain" onClick=${() => call.drop(key_)}>Forget this</button>` : null}
      ${claim ? html`<button type="button" class="plain" onClick=${() => call.hold(group.key, true)}>Take over from ${claim.by}</button>` : null}
    </div>
    <${Notice} notice=${notice} key_=${key_} most=${most} call=${call} />
  </div>`;
}

/** Why nothing was given, and what may be done. @param {any} props */
function Notice({ notice, key_, most, call }) {
  if (!notice) return null;
  const again = (/** @type {object} */ how) => () =>
    call.give({ key: key_, back: notice.back, again: true, ...how });
  if (notice.text)
    return html`<p class="said" role="status">
      ${notice.text}
      ${notice.retry ? html` <button type="button" class="small" onClick=${again({})}>Send it again</button>` : null}
    </p>`;
  const [there] = notice.standings;
  const has =
    there && `${points(there.points)} of ${points(most)}${there.comment ? `, “${there.comment}”` : ""}`;
  const theirs = html`<button type="button" class="small" onClick=${() => call.drop(key_)}>
    Leave it so
  </button>`;
  if (notice.why === "stale")
    return html`<p class="fault" role="alert">
      Nothing was given: ${there.by || "somebody"} has changed it meanwhile. It has ${has}.
      <button type="button" class="small" onClick=${again({})}>Give mine instead</button> ${theirs}
    </p>`;
  if (notice.why === "elsewhere")
    return html`<p class="fault" role="alert">
      Nothing was given: in the formgrader it got ${has}.
      <button type="button" class="small" onClick=${again({ over: true })}>Give mine instead</button>
      ${theirs}
    </p>`;
  if (notice.why === "claimed")
    return html`<p class="fault" role="alert">
      Nothing was given: ${notice.claim.by} reads it.
      <button type="button" class="small" onClick=${again({ take: true })}>Give mine all the same</button>
      ${theirs}
    </p>`;
  return html`<p class="fault" role="alert">
    Nothing was given: the rubric has changed. Look at its items again.
  </p>`;
}
