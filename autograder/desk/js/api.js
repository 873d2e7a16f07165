// What the page asks the server, and what of the server's answers all parts share.

/** What the server wrote into the page. */
const about = /** @type {Record<string, string>} */ ({ ...document.documentElement.dataset });

/** The name of the course's folder. */
export const course = about.course;

/** The largest file that can be dropped, in bytes. */
export const most = Number(about.most);

/** An address of the desk: parts are names, and are quoted.
 * @param {...string} parts */
export const address = (...parts) => [about.base, ...parts.map(encodeURIComponent)].join("/");

/** An address of the Jupyter server.
 * @param {string} path */
export const jupyter = (path) => about.jupyter + path;

/** A request that failed; `status` is that of HTTP, 0 where the server did not answer. */
export class Failed extends Error {
  /** @param {string} text @param {number} status */
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

/** @param {string} url @param {RequestInit} options @returns {Promise<any>} */
async function ask(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options }).catch(() => null);
  if (!answer) throw new Failed("The server does not answer. Is it still running?", 0);
  const text = await answer.text();
  /** @type {any} */
  let said = null;
  try {
    said = JSON.parse(text);
  } catch {
    // a proxy's page, for instance
  }
  if (!answer.ok) {
    const login = answer.status === 403 ? " Load the page again to log in." : "";
    throw new Failed((said?.message ?? `${answer.status} ${answer.statusText}`) + login, answer.status);
  }
  return said;
}

/** Reads what the server has at a path below /desk/api/.
 * @param {...string} parts */
export const get = (...parts) => ask(address("api", ...parts), {});

/** What a job has told after its first events.
 * @param {string} id @param {number} since */
export const news = (id, since) => ask(`${address("api", "jobs", id)}?since=${since}`, {});

/** Changes something: sends a record. `keepalive`: also where the page is left just now.
 * @param {string[]} parts @param {object} [record] @param {boolean} [keepalive] */
export const post = (parts, record = {}, keepalive = false) =>
  ask(address("api", ...parts), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-XSRFToken": about.token },
    body: JSON.stringify(record),
    keepalive,
  });

/** Hands a file to the server. Answers with how requests name it.
 * @param {File} file @returns {Promise<{id: string, size: number}>} */
export const upload = (file) =>
  ask(
    `${address("api", "uploads")}?kind=${encodeURIComponent(file.name.split(".").at(-1)?.toLowerCase() ?? "")}`,
    { method: "POST", headers: { "X-XSRFToken": about.token }, body: file },
  );
