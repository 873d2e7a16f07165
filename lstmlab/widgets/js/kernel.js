// What a page can tell of the kernel behind a widget or an item of the quiz.
import { _ } from "./words.js";

/** @typedef {{get: (name: string) => any, on: (event: string, handler: () => void) => void}} Heard */

export const lost = () => _`The kernel was started anew. Run this cell again, after those above it.`;

/**
 * Whether the kernel that made this is gone, and so nothing sent is heard. ipywidgets says it of each of its models;
 * anywidget hands over none, but the layout is one. Front ends that do not say it count as heard.
 * @param {Heard} model
 */
export const isLost = (model) => model.get("layout")?.comm_live === false;

/**
 * Calls `handler` with whether the kernel is gone, when that may have changed. Returns what it listens with.
 * @param {Heard} model @param {(lost: boolean) => void} handler
 */
export function onKernel(model, handler) {
  const look = () => void setTimeout(() => handler(isLost(model))); // every model is told first
  model.on("comm_live_update", look);
  return look;
}
