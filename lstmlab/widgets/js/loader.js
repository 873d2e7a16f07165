// What a page is handed for a widget: this loads the widget's own module, which the build puts in as text for SOURCE,
// and says in the widget's place if that cannot be. A module with a fault in it, or one that a browser is too old for,
// could not say so itself.
import { _ } from "./words.js";

/** @type {Promise<any> | undefined} */
let module;

/** The widget's own module; loaded once, however many views there are. */
export function load() {
  if (!module) {
    const url = URL.createObjectURL(new Blob([SOURCE], { type: "text/javascript" }));
    module = import(url).finally(() => URL.revokeObjectURL(url));
  }
  return module;
}
load().catch(() => {}); // begun before there is a place to show it; what went wrong is said there, by render

/** @param {unknown} error */
function failed(error) {
  const [root, message, code] = ["section", "p", "code"].map((tag) => document.createElement(tag));
  root.className = "lw";
  message.className = "lw-failed";
  message.setAttribute("role", "alert");
  message.textContent = _`This widget could not be loaded. Reload the page; if it fails again, update the browser, or reinstall the course.`;
  code.textContent = String(error);
  message.append(code);
  root.append(message);
  return root;
}

export default {
  /** @param {{model: any, el: HTMLElement}} place */
  async render(place) {
    try {
      const { default: widget } = await load();
      return widget.render(place);
    } catch (error) {
      place.el.append(failed(error));
    }
  },
};
