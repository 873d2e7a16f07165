// The LSTM cell as a diagram: `diagram(names)` makes it, its `draw` sets it to the numbers of one step.
import { clamp, fixed, set, svg, write } from "./elements.js";
import { _ } from "./words.js";

const [WIDE, TALL] = [524, 334];
const [TOP, BUS, SUM, OUT] = [62, 286, 232, 384]; // the wire of c, the wire of x and h, and two columns
const WIRES = {
  before: ["c", `M0 ${TOP}H112`],
  kept: ["c", `M112 ${TOP}H${SUM}`],
  offer: ["g", `M${SUM} 204V142`],
  written: ["g", `M${SUM} 142V${TOP}`],
  c: ["c", `M${SUM} ${TOP}H516`],
  squashed: ["c", `M${OUT} ${TOP}V150`],
  h: ["h", `M${OUT} 150V208H516`],
};
const CONTROL = `M0 ${BUS}H350V150H358M112 ${BUS}V90M160 ${BUS}V142H204M${SUM} ${BUS}V248M290 330V${BUS}`;
/** Where each gate says its name. @type {[string, number, number][]} */
const CAPTIONS = [
  ["f", 124, 118],
  ["i", 266, 136],
  ["g", 260, 222],
  ["o", 420, 142],
];
/** Each wire's number: key, words, and where they stand. @type {[string, string, number, number, string][]} */
const LABELS = [
  ["old c", "old c", 2, 40, "start"],
  ["f · c", "f·c", 170, 30, "middle"],
  ["i · g", "i·g", 250, 93, "start"],
  ["c", "new c", 522, 40, "end"],
  ["h", "new h", 522, 186, "end"],
  ["old h", "old h", 2, 276, "start"],
  ["x", "x", 300, 325, "start"],
];

/** Two jaws around a wire. @param {string} key @param {number} x @param {number} y @param {number} turn */
function gate(key, x, y, turn) {
  const jaws = [0, 1].map(() => svg("rect", { class: "jaw", x: -9, width: 18 }));
  const frame = svg("rect", { class: "frame", x: -9, y: -28, width: 18, height: 56, rx: 2 });
  const node = svg("g", { class: key, transform: `translate(${x} ${y}) rotate(${turn})` }, frame, ...jaws);
  /** @param {number} value from 0, shut, to 1, open */
  const open = (value) => {
    set(jaws[0], { y: -28, height: 28 - 20 * value });
    set(jaws[1], { y: 20 * value, height: 28 - 20 * value });
  };
  return { node, open };
}

/** The strips have room for a long name, the diagram has not. @param {string} name */
const short = (name) => (name.length > 14 ? `${name.slice(0, 12)}…` : name);

/**
 * A wire is as thick as what it carries, on one scale for all of them, dashed when that is negative; a gate is two jaws around the wire, as far
 * apart as it is open; the candidate is a gauge, up for positive.
 * @param {Record<string, string>} names of the gates
 */
export function diagram(names) {
  const chart = svg("svg", { class: "lw-cell", viewBox: `0 0 ${WIDE} ${TALL}`, "aria-hidden": "true" });
  chart.append(svg("rect", { class: "body", x: 52, y: 14, width: 440, height: 288, rx: 14 }));
  chart.append(svg("path", { class: "control", d: CONTROL }));
  for (const x of [112, 160, SUM, 290]) chart.append(svg("circle", { class: "joint", cx: x, cy: BUS, r: 3 }));
  /** @type {Record<string, SVGElement>} */
  const wires = {};
  for (const [key, [tone, d]] of Object.entries(WIRES))
    chart.append((wires[key] = svg("path", { class: `wire ${tone}`, d })));
  chart.append(svg("path", { class: "arrow c", d: `M510 ${TOP - 13}L524 ${TOP}L510 ${TOP + 13}Z` }));
  chart.append(svg("path", { class: "arrow h", d: "M510 195L524 208L510 221Z" }));
  const gates = { f: gate("f", 112, TOP, 0), i: gate("i", SUM, 142, 90), o: gate("o", OUT, 150, 90) };
  chart.append(...Object.values(gates).map(({ node }) => node));
  chart.append(svg("circle", { class: "node", cx: SUM, cy: TOP, r: 14 }));
  chart.append(svg("rect", { class: "node", x: OUT - 27, y: 90, width: 54, height: 23, rx: 11 }));
  const gauge = svg("rect", { class: "jaw g", x: SUM - 20, width: 40 });
  chart.append(svg("rect", { class: "frame g", x: SUM - 20, y: 204, width: 40, height: 44, rx: 3 }), gauge);
  chart.append(svg("path", { class: "middle", d: `M${SUM - 20} 226H${SUM + 20}` }));

  const named = { "old c": _`old c`, "old h": _`old h`, "new c": _`new c`, "new h": _`new h` };
  const spoken = (/** @type {string} */ words) => named[/** @type {"old c"} */ (words)] ?? words;
  /** @type {(words: string, x: number, y: number, anchor: string, style?: string) => SVGTextElement} */
  const text = (words, x, y, anchor, style = "value") => {
    const node = svg("text", { class: style, x, y, "text-anchor": anchor }, words);
    chart.append(node);
    return node;
  };
  text("+", SUM, TOP + 6, "middle", "sign");
  text("tanh", OUT, 106, "middle");
  /** @type {Record<string, (value: number) => void>} */
  const tell = {};
  const labels = LABELS.map(([key, words, x, y, anchor]) => ({ key, words, node: text("", x, y, anchor) }));
  for (const [key, x, y] of CAPTIONS) {
    labels.push({ key, words: key, node: text("", x, y, "start", `big ${key}`) });
    text(short(names[key]), x, y + 15, "start", "name");
  }
  for (const { key, words, node } of labels) {
    // At the rim there is room for a name above the wire and its number below it, but not for both in a line; nor is
    // there beside the tanh.
    const below = /^new|^old c/.test(words) ? 50 : words === "old h" ? 28 : words === "i·g" ? 23 : 0;
    if (!below) tell[key] = (value) => write(node, `${spoken(words)} = ${fixed(value)}`);
    else {
      node.textContent = spoken(words);
      const [x, y] = [Number(node.getAttribute("x")), Number(node.getAttribute("y"))];
      const number = text("", x, y + below, node.getAttribute("text-anchor") ?? "start");
      tell[key] = (value) => write(number, fixed(value));
    }
  }

  /**
   * @param {Record<string, number>} v  x i f g o c h of the step, and "old c" and "old h"
   * @param {number} scale  the value that fills a wire, whichever it is
   */
  const draw = (v, scale) => {
    /** @type {Record<string, number>} */
    const flows = { ...v, "f · c": v.f * v["old c"], "i · g": v.i * v.g };
    const old = { before: v["old c"], kept: flows["f · c"], written: flows["i · g"] };
    const loads = { ...old, c: v.c, squashed: Math.tanh(v.c), offer: v.g, h: v.h };
    for (const [key, value] of Object.entries(loads)) {
      const load = value / scale;
      wires[key].style.strokeWidth = `${(1 + 21 * Math.min(1, Math.abs(load))).toFixed(1)}px`;
      wires[key].classList.toggle("negative", load < -0.005);
    }
    for (const [key, { open }] of Object.entries(gates)) open(v[key]);
    set(gauge, { y: 226 - 22 * Math.max(0, v.g), height: 22 * Math.abs(v.g) });
    for (const [key, say] of Object.entries(tell)) say(flows[key]);
  };
  // It is scaled to the room there is: words must not shrink with it, and those that have no room then are left out.
  const resize = (/** @type {number} */ width, /** @type {number} */ height) => {
    const up = clamp(Math.max(WIDE / width, TALL / height), 1, 1.8);
    chart.style.setProperty("--up", up.toFixed(3));
    chart.classList.toggle("small", up > 1.3);
  };
  return { chart, draw, resize };
}
