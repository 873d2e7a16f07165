// What the diagram of each cell is drawn from: its wires, gates and words, by the cell's `mode`. `cell.js` draws them.
import { _ } from "./words.js";

/**
 * @typedef {Record<string, number>} Values  x and all that the cell computes, and "old c", "old h".
 * @typedef {object} Plan
 * @property {[string, string, string][]} wires  Each: the flow that it carries, its tone, its path.
 * @property {string} control  What carries no number: thin lines. @property {[number, number][]} joints  On these.
 * @property {[string, string][]} arrows  Tone and path of the heads.
 * @property {[string, string, number, number, number][]} gates  Flow that opens it, tone, place, degrees of turn.
 * @property {[string, number, number]} [gauge]  Of the candidate: its flow, and its middle.
 * @property {[string, number, number][]} signs  + in a circle, a function or a matrix in a box.
 * @property {[string, number, number][]} captions  Where each gate says its name and number.
 * @property {[string, string, number, number, string, number][]} labels  Flow, words, place, anchor, and how far below
 *   them their number stands: at the rim a name is above the wire and its number below it; 0 is in the same line.
 * @property {(v: Values) => Values} flows  The numbers of wires and labels, beside those of the cell.
 */

const TOP = 62; // the wire of the state
const BUS = 286; // what x and h bring
const OUT = 384; // the column of the output gate
const head = (/** @type {number} */ y) => `M510 ${y - 13}L524 ${y}L510 ${y + 13}Z`;

/** @type {Plan} */
const LSTM = {
  wires: [
    ["old c", "c", `M0 ${TOP}H112`],
    ["f · c", "c", `M112 ${TOP}H232`],
    ["g", "g", "M232 204V142"],
    ["i · g", "g", `M232 142V${TOP}`],
    ["c", "c", `M232 ${TOP}H516`],
    ["tanh c", "c", `M${OUT} ${TOP}V150`],
    ["h", "h", `M${OUT} 150V208H516`],
  ],
  control: `M0 ${BUS}H350V150H358M112 ${BUS}V90M160 ${BUS}V142H204M232 ${BUS}V248M290 330V${BUS}`,
  joints: [112, 160, 232, 290].map((x) => [x, BUS]),
  arrows: [
    ["c", head(TOP)],
    ["h", head(208)],
  ],
  gates: [
    ["f", "f", 112, TOP, 0],
    ["i", "i", 232, 142, 90],
    ["o", "o", OUT, 150, 90],
  ],
  gauge: ["g", 232, 226],
  signs: [
    ["+", 232, TOP],
    ["tanh", OUT, 101.5],
  ],
  captions: [
    ["f", 124, 118],
    ["i", 266, 136],
    ["g", 260, 222],
    ["o", 420, 142],
  ],
  labels: [
    ["old c", _`old c`, 2, 40, "start", 50],
    ["f · c", "f·c", 170, 30, "middle", 0],
    ["i · g", "i·g", 250, 93, "start", 23],
    ["c", _`new c`, 522, 40, "end", 50],
    ["h", _`new h`, 522, 186, "end", 50],
    ["old h", _`old h`, 2, 276, "start", 28],
    ["x", "x", 300, 325, "start", 0],
  ],
  flows: (v) => ({
    "f · c": v.f * v["old c"],
    "i · g": v.i * v.g,
    "tanh c": Math.tanh(v.c),
  }),
};

/** The update gate opens one way as far as it shuts the other. @type {Plan} */
const GRU = {
  wires: [
    ["old h", "h", `M0 ${TOP}H150`],
    ["z · h", "h", `M150 ${TOP}H330`],
    ["n", "n", "M330 204V150"],
    ["(1 − z) · n", "n", `M330 150V${TOP}`],
    ["h", "h", `M330 ${TOP}H516`],
  ],
  control: `M76 ${TOP}V${BUS}H330M76 226H310M150 ${BUS}V90M150 150H302M222 ${BUS}V254M330 ${BUS}V248M290 330V${BUS}`,
  joints: [
    [76, TOP],
    [76, 226],
    [150, 150],
    [150, BUS],
    [222, BUS],
    [290, BUS],
  ],
  arrows: [["h", head(TOP)]],
  gates: [
    ["z", "z", 150, TOP, 0],
    ["1 − z", "z", 330, 150, 90],
    ["r", "r", 222, 226, 0],
  ],
  gauge: ["n", 330, 226],
  signs: [["+", 330, TOP]],
  captions: [
    ["z", 162, 118],
    ["n", 360, 222],
    ["r", 190, 176],
  ],
  labels: [
    ["old h", _`old h`, 2, 40, "start", 50],
    ["z · h", "z·h", 240, 30, "middle", 0],
    ["1 − z", "1 − z", 366, 155, "start", 0],
    ["(1 − z) · n", "(1 − z)·n", 348, 93, "start", 23],
    ["h", _`new h`, 522, 40, "end", 50],
    ["x", "x", 300, 325, "start", 0],
  ],
  flows: (v) => ({
    "z · h": v.z * v["old h"],
    "1 − z": 1 - v.z,
    "(1 − z) · n": (1 - v.z) * v.n,
  }),
};

/** Nothing keeps the old state: it is read through W_hh. @type {(squash: string) => Plan} */
const plain = (squash) => ({
  wires: [
    ["old h", "h", "M0 150H128"],
    ["h", "h", "M372 150H516"],
  ],
  control: "M128 150H345M238 330V150M238 86V150",
  joints: [],
  arrows: [["h", head(150)]],
  gates: [],
  signs: [
    ["W_hh", 155, 150],
    ["W_ih", 238, 232],
    ["+", 238, 150],
    [squash, 345, 150],
  ],
  captions: [],
  labels: [
    ["old h", _`old h`, 2, 128, "start", 50],
    ["bias", _`bias`, 238, 78, "middle", 0],
    ["h", _`new h`, 522, 128, "end", 50],
    ["x", "x", 248, 322, "start", 0],
  ],
  flows: () => ({}),
});

/** @type {Record<string, Plan>} */
export const PLANS = {
  LSTM,
  GRU,
  RNN_TANH: plain("tanh"),
  RNN_RELU: plain("ReLU"),
};
