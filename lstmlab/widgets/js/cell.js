// A cell as a diagram: `diagram(mode, names)` makes it, its `draw` sets it to the numbers of one step.
import { PLANS } from "./cell_plans.js";
import { clamp, fixed, set, svg, write } from "./elements.js";

const [WIDE, TALL] = [524, 334];

/** Two jaws around a wire. @param {string} tone @param {number} x @param {number} y @param {number} turn */
function gate(tone, x, y, turn) {
  const jaws = [0, 1].map(() => svg("rect", { class: "jaw", x: -9, width: 18 }));
  const frame = svg("rect", {
    class: "frame",
    x: -9,
    y: -28,
    width: 18,
    height: 56,
    rx: 2,
  });
  const node = svg("g", { class: tone, transform: `translate(${x} ${y}) rotate(${turn})` }, frame, ...jaws);
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
 * @param {string} mode of the cell @param {Record<string, string>} names of the gates
 */
export function diagram(mode, names) {
  const plan = PLANS[mode];
  const chart = svg("svg", {
    class: "lw-cell",
    viewBox: `0 0 ${WIDE} ${TALL}`,
    "aria-hidden": "true",
  });
  chart.append(
    svg("rect", {
      class: "body",
      x: 52,
      y: 14,
      width: 440,
      height: 288,
      rx: 14,
    }),
  );
  chart.append(svg("path", { class: "control", d: plan.control }));
  for (const [x, y] of plan.joints) chart.append(svg("circle", { class: "joint", cx: x, cy: y, r: 3 }));
  const wires = plan.wires.map(([, tone, d]) => svg("path", { class: `wire ${tone}`, d }));
  chart.append(...wires);
  for (const [tone, d] of plan.arrows) chart.append(svg("path", { class: `arrow ${tone}`, d }));
  const gates = plan.gates.map(([, ...where]) => gate(...where));
  chart.append(...gates.map(({ node }) => node));
  /** @type {(words: string, x: number, y: number, anchor: string, style?: string) => SVGTextElement} */
  const text = (words, x, y, anchor, style = "value") => {
    const node = svg("text", { class: style, x, y, "text-anchor": anchor }, words);
    chart.append(node);
    return node;
  };
  const boxes = plan.signs.map(([words, x, y]) =>
    words === "+"
      ? svg("circle", { class: "node", cx: x, cy: y, r: 14 })
      : svg("rect", {
          class: "node",
          x: x - 27,
          y: y - 11.5,
          width: 54,
          height: 23,
          rx: 11,
        }),
  );
  chart.append(...boxes);
  const gauge = svg("rect", { class: "jaw" });
  if (plan.gauge) {
    const [tone, x, y] = plan.gauge;
    set(gauge, { class: `jaw ${tone}`, x: x - 20, width: 40 });
    const frame = {
      class: `frame ${tone}`,
      x: x - 20,
      y: y - 22,
      width: 40,
      height: 44,
      rx: 3,
    };
    chart.append(svg("rect", frame), gauge, svg("path", { class: "middle", d: `M${x - 20} ${y}H${x + 20}` }));
  }
  for (const [words, x, y] of plan.signs)
    text(words, x, y + (words === "+" ? 6 : 4.5), "middle", words === "+" ? "sign" : "value");
  /** @type {[string, (value: number) => void][]} */
  const tell = [];
  const inLine = (/** @type {string} */ flow, /** @type {string} */ words, /** @type {SVGElement} */ node) =>
    tell.push([flow, (value) => write(node, `${words} = ${fixed(value)}`)]);
  for (const [flow, words, x, y, anchor, below] of plan.labels) {
    const node = text(words, x, y, anchor);
    if (!below) inLine(flow, words, node);
    else {
      const number = text("", x, y + below, anchor);
      tell.push([flow, (value) => write(number, fixed(value))]);
    }
  }
  for (const [key, x, y] of plan.captions) {
    inLine(key, key, text("", x, y, "start", `big ${key}`));
    text(short(names[key]), x, y + 15, "start", "name");
  }

  /**
   * @param {Record<string, number>} v  x and all that the cell computes at the step, its old states, and biases shown
   * @param {number} scale  the value that fills a wire, whichever it is
   */
  const draw = (v, scale) => {
    const flows = { ...v, ...plan.flows(v) };
    plan.wires.forEach(([flow], k) => {
      const load = flows[flow] / scale;
      wires[k].style.strokeWidth = `${(1 + 21 * Math.min(1, Math.abs(load))).toFixed(1)}px`;
      wires[k].classList.toggle("negative", load < -0.005);
    });
    plan.gates.forEach(([flow], k) => gates[k].open(flows[flow]));
    if (plan.gauge) {
      const [flow, , y] = plan.gauge;
      set(gauge, {
        y: y - 22 * Math.max(0, flows[flow]),
        height: 22 * Math.abs(flows[flow]),
      });
    }
    for (const [flow, say] of tell) say(flows[flow]);
  };
  // It is scaled to the room there is: words must not shrink with it, and those that have no room then are left out.
  const resize = (/** @type {number} */ width, /** @type {number} */ height) => {
    const up = clamp(Math.max(WIDE / width, TALL / height), 1, 1.8);
    chart.style.setProperty("--up", up.toFixed(3));
    chart.classList.toggle("small", up > 1.3);
  };
  return { chart, draw, resize };
}
