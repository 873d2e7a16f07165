// What every page of the book with a live place has. Widgets are modules of their own, which put themselves into
// `lstmBook.modules`; the quiz is here.
import { wake } from "./host.js";
import { brains } from "./items.js";
import { exchange } from "./exchange.js";

const SETTLED = 4000; // milliseconds after which a page has grown

/** @type {Record<string, {default: import("./host.js").Module}>} */
const modules = (globalThis.lstmBook ??= { modules: {} }).modules;

/** @param {import("./host.js").Spec} spec @param {import("./host.js").Model} model */
function moduleOf(spec, model) {
  if (spec.kind === "widget") return modules[spec.module].default;
  const brain = brains[spec.kind] ?? globalThis.lstmBook.brains?.[spec.kind];
  if (!brain) throw new Error(`no script for ${spec.kind}`);
  return brain(spec, model);
}

/** Widgets ask the page for its theme as they ask JupyterLab's. */
function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    const chosen = document.body.dataset.theme;
    const isDark = chosen === "dark" || (chosen !== "light" && dark.matches);
    if (document.body.dataset.jpThemeLight !== String(!isDark))
      document.body.dataset.jpThemeLight = String(!isDark);
  };
  new MutationObserver(dress).observe(document.body, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", dress);
  dress();
}

/** Widgets come to life before they are scrolled to; questions are light, and do so after the first paint. */
function wakeAll() {
  theme();
  const near = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen)
        if (isIntersecting) {
          near.unobserve(target);
          wake(/** @type {HTMLElement} */ (target), moduleOf);
        }
    },
    { rootMargin: "1200px 0px" },
  );
  document.querySelectorAll(".live-widget").forEach((place) => near.observe(place));
  requestAnimationFrame(() =>
    setTimeout(() => {
      for (const place of document.querySelectorAll(".live:not(.live-widget)"))
        wake(/** @type {HTMLElement} */ (place), moduleOf);
    }),
  );
}

/** What the address leads to; before `load` the browser has no :target yet. */
function linked() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // a % in the address that says no letter
  }
}

/** What a link leads to stays where it is while places above it come to life and grow, until the reader moves. */
function holdTarget() {
  const target = linked();
  const text = document.getElementById("furo-main-content");
  if (!target || !text) return;
  const growth = new ResizeObserver(() => target.scrollIntoView({ behavior: "instant" }));
  const end = () => growth.disconnect();
  for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"])
    addEventListener(kind, end, { once: true, passive: true });
  setTimeout(end, SETTLED);
  growth.observe(text);
}

// Scripts with `defer` run before this event, in their order: so all modules are there.
document.addEventListener("DOMContentLoaded", () => {
  wakeAll();
  exchange();
  holdTarget();
});
addEventListener("hashchange", holdTarget);
