// What stands where in a text of Python, and which units follow it: as `lstmlab.characters.source.annotate` and
// `lstmlab.inside.correlations` say it, held against them by the tests.

const OPEN = "([{";
const CLOSE = ")]}";
const BLOCK = 25; // letters that stay together when marks are shuffled
const SHUFFLES = 20;

/**
 * What holds after each letter. A reader may type what no tokenizer takes: an open string ends with its line, unless
 * it has three quotes, and a bracket that closes nothing does not count.
 * @param {string[]} letters @returns {Record<string, Float64Array>}
 */
export function annotate(letters) {
  const marks = Object.fromEntries(
    ["column", "indentation", "string", "comment", "brackets"].map((name) => [
      name,
      new Float64Array(letters.length),
    ]),
  );
  let [quote, comment, depth, column, blanks, escaped, begun] = ["", false, 0, 0, 0, false, 0];
  letters.forEach((letter, at) => {
    if (letter === "\n") {
      [comment, column, blanks] = [false, 0, 0];
      if (quote.length === 1 && !escaped) quote = "";
    } else {
      column += 1;
      if (letter === " " && blanks === column - 1) blanks = column;
    }
    const tail = (/** @type {number} */ count) => letters.slice(Math.max(0, at - count + 1), at + 1).join("");
    if (quote) {
      if (escaped) escaped = false;
      else if (letter === "\\") escaped = true;
      else if (at >= begun + quote.length && tail(quote.length) === quote) quote = "";
    } else if (!comment) {
      if (letter === "#") comment = true;
      else if (letter === '"' || letter === "'") {
        const three = letters.slice(at, at + 3).join("") === letter.repeat(3);
        [quote, begun] = [three ? letter.repeat(3) : letter, at + (three ? 2 : 0)];
        const prefix = /(?:^|[^\w])([rbuf]{1,2})$/i.exec(letters.slice(Math.max(0, at - 3), at).join(""));
        for (let back = 1; back <= (prefix?.[1].length ?? 0); back++) marks.string[at - back] = 1;
      } else if (OPEN.includes(letter)) depth += 1;
      else if (CLOSE.includes(letter)) depth = Math.max(0, depth - 1);
    }
    marks.column[at] = column;
    marks.indentation[at] = blanks;
    marks.string[at] = Number(quote !== "");
    marks.comment[at] = Number(comment);
    marks.brackets[at] = depth;
  });
  return marks;
}

/** 1 from `start` to before `stop`. @param {number} steps @param {number[]} span */
export const within = (steps, [start, stop]) =>
  Float64Array.from({ length: steps }, (_, at) => Number(at >= start && at < stop));

/**
 * Each unit's mean over these steps, and how far it is from that, all of them together: the norm.
 * @param {Float64Array} values (time, units), one row after the other @param {number} units @param {number} steps
 */
function spreads(values, units, steps) {
  const [means, norms] = [new Float64Array(units), new Float64Array(units)];
  for (let at = 0, k = 0; at < steps; at++)
    for (let unit = 0; unit < units; unit++, k++) means[unit] += values[k] / steps;
  for (let at = 0, k = 0; at < steps; at++)
    for (let unit = 0; unit < units; unit++, k++) norms[unit] += (values[k] - means[unit]) ** 2;
  return { means, norms: norms.map(Math.sqrt) };
}

/**
 * Pearson's r of each unit with the marks; 0 for what never changes.
 * @param {Float64Array} values (time, units), one row after the other @param {number} units @param {Float64Array} marks
 * @param {ReturnType<typeof spreads>} [known]  of the units, where it is known
 */
export function correlations(values, units, marks, { means, norms } = spreads(values, units, marks.length)) {
  const steps = marks.length;
  const middle = marks.reduce((sum, mark) => sum + mark, 0) / steps;
  const spread = Math.sqrt(marks.reduce((sum, mark) => sum + (mark - middle) ** 2, 0));
  const both = new Float64Array(units);
  for (let at = 0, k = 0; at < steps; at++) {
    const apart = marks[at] - middle;
    for (let unit = 0; unit < units; unit++, k++) both[unit] += (values[k] - means[unit]) * apart;
  }
  return both.map((sum, unit) => (norms[unit] * spread > 1e-12 ? sum / (norms[unit] * spread) : 0));
}

/**
 * What chance finds: the largest r, without its sign, of any unit with the marks shuffled in blocks; undefined for a
 * text of fewer than four blocks.
 * @param {Float64Array} values @param {number} units @param {Float64Array} marks
 */
export function ground(values, units, marks) {
  const count = Math.floor(marks.length / BLOCK);
  if (count < 4) return undefined;
  const known = spreads(values, units, count * BLOCK);
  let [seed, most] = [1, 0];
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647; // the same each time
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
    const blocks = [...Array(count).keys()];
    for (let k = count - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [blocks[k], blocks[other]] = [blocks[other], blocks[k]];
    }
    const mixed = Float64Array.from(
      { length: count * BLOCK },
      (_, at) => marks[blocks[Math.floor(at / BLOCK)] * BLOCK + (at % BLOCK)],
    );
    most = Math.max(most, ...correlations(values, units, mixed, known).map(Math.abs));
  }
  return most;
}
