/** The one number: what was published, where it is to go, and nothing between that nobody measured. */
import { draw, readData } from "web/chart";
import { noteSize } from "web/chart_theme";
import { optionOf } from "portal/goal_option";

/** @param {HTMLElement} figure */
export function mount(figure) {
  const rows = /** @type {import("portal/goal_option").Rows} */ (readData(figure));
  const words = { goal: figure.dataset.goal ?? "", unit: figure.dataset.unit ?? "" };
  draw(figure, (around) => optionOf(rows, words, around, noteSize(around.size)));
}
