// The states of a stack of layers, as rules: where each is returned and what it was computed from. Pure functions,
// held against torch by the tests.

/**
 * @typedef {{num_layers: number, bidirectional: boolean, steps: number, hidden_size: number}} Stack
 * @typedef {{layer: number, backward: boolean, step: number}} Place  One state: of a layer, a direction, a step.
 */

/** Where a state is found in what the call returns; "" where it is not. @param {Stack} stack @param {Place} place */
export function slices({ num_layers, bidirectional, steps, hidden_size }, { layer, backward, step }) {
  const [from, last] = [backward ? hidden_size : 0, backward ? 0 : steps - 1];
  const output = layer === num_layers - 1 ? `output[${step}, :, ${from}:${from + hidden_size}]` : "";
  const h_n = step === last ? `h_n[${layer * (bidirectional ? 2 : 1) + Number(backward)}]` : "";
  return { output, h_n };
}

/**
 * Everything that a state has been computed from: the states, itself among them, as "layer direction step", and the
 * steps of x.
 * @param {Stack} stack @param {Place} place
 */
export function sources({ bidirectional, steps }, place) {
  /** @type {Set<string>} */
  const states = new Set();
  /** @type {Set<number>} */
  const inputs = new Set();
  const waiting = [place];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { layer, backward, step } = next;
    const key = `${layer} ${Number(backward)} ${step}`;
    if (states.has(key)) continue;
    states.add(key);
    const before = step + (backward ? 1 : -1);
    if (before >= 0 && before < steps) waiting.push({ layer, backward, step: before });
    if (layer === 0) inputs.add(step);
    else
      for (const below of bidirectional ? [false, true] : [false])
        waiting.push({ layer: layer - 1, backward: below, step });
  }
  return { states: [...states], inputs: [...inputs].sort((one, other) => one - other) };
}
