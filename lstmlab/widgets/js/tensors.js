// What nn.LSTM takes and returns, as rules: pure functions, held against torch by the tests.

/**
 * @typedef {object} Settings  The constructor's arguments, and an input: `features` is the last axis of x.
 * @property {number} input_size @property {number} hidden_size @property {number} num_layers
 * @property {boolean} bias @property {boolean} batch_first @property {number} dropout
 * @property {boolean} bidirectional @property {number} proj_size
 * @property {number} time @property {number} batch @property {boolean} batched @property {number} features
 *
 * @typedef {{x: number[], output: number[], h_n: number[], c_n: number[]}} Shapes
 */

/** The call as one would type it, defaults left out. @param {Settings} s */
export function code(s) {
  const given = [`${s.input_size}`, `${s.hidden_size}`];
  if (s.num_layers > 1) given.push(`num_layers=${s.num_layers}`);
  if (!s.bias) given.push("bias=False");
  if (s.batch_first) given.push("batch_first=True");
  if (s.dropout) given.push(`dropout=${s.dropout}`);
  if (s.bidirectional) given.push("bidirectional=True");
  if (s.proj_size) given.push(`proj_size=${s.proj_size}`);
  const x = `torch.randn(${inputShape(s).join(", ")})`;
  return `lstm = nn.LSTM(${given.join(", ")})\noutput, (h_n, c_n) = lstm(${x})`;
}

/** @param {Settings} s */
export function inputShape({ batched, batch_first, batch, time, features }) {
  return !batched ? [time, features] : batch_first ? [batch, time, features] : [time, batch, features];
}

/** @param {Settings} s @returns {Shapes} */
export function shapes(s) {
  const directions = s.bidirectional ? 2 : 1;
  const shown = s.proj_size || s.hidden_size;
  const x = inputShape(s);
  const state = (/** @type {number} */ size) => [
    s.num_layers * directions,
    ...(s.batched ? [s.batch] : []),
    size,
  ];
  return { x, output: [...x.slice(0, -1), directions * shown], h_n: state(shown), c_n: state(s.hidden_size) };
}

/** Names and shapes in the order of `named_parameters`. @param {Settings} s @returns {[string, number[]][]} */
export function parameters(s) {
  const directions = s.bidirectional ? 2 : 1;
  const [rows, shown] = [4 * s.hidden_size, s.proj_size || s.hidden_size];
  /** @type {[string, number[]][]} */
  const found = [];
  for (let layer = 0; layer < s.num_layers; layer++)
    for (const end of ["", "_reverse"].slice(0, directions)) {
      const name = `_l${layer}${end}`;
      found.push([`weight_ih${name}`, [rows, layer ? directions * shown : s.input_size]]);
      found.push([`weight_hh${name}`, [rows, shown]]);
      if (s.bias) found.push([`bias_ih${name}`, [rows]], [`bias_hh${name}`, [rows]]);
      if (s.proj_size) found.push([`weight_hr${name}`, [s.proj_size, s.hidden_size]]);
    }
  return found;
}

/** @param {[string, number[]][]} found */
export const count = (found) => found.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b), 0);

/** What PyTorch says against it, word for word; empty if nothing. @param {Settings} s */
export function objection(s) {
  if (s.proj_size >= s.hidden_size && s.proj_size)
    return "ValueError: proj_size has to be smaller than hidden_size";
  if (s.features !== s.input_size)
    return (
      "RuntimeError: input.size(-1) must be equal to input_size. " +
      `Expected ${s.input_size}, got ${s.features}`
    );
  return "";
}
