// What the widgets say, in the reader's language. A page that is translated holds the sentences of its language by the
// English ones; `python -m book.translate` collects those.

const page = /** @type {{lstmWords?: Record<string, string>}} */ (globalThis);

/** Whether the page is in another language than English. */
export const translated = page.lstmWords !== undefined;

/**
 * The sentence in the language of the page: _`Step ${step} of ${last}` is kept there under "Step {0} of {1}".
 * @param {TemplateStringsArray} parts @param {unknown[]} values
 */
export function _(parts, ...values) {
  const english = parts.reduce((text, part, k) => `${text}{${k - 1}}${part}`);
  const said = page.lstmWords?.[english] ?? english;
  return said.replace(/\{(\d+)\}/g, (_place, k) => String(values[k]));
}

/** Words that Python hands over, such as the names of gates, in the language of the page. @param {string} english */
export const said = (english) => page.lstmWords?.[english] ?? english;
