/** An indicator month by month: bars for what happened, steps for how many there are; a month without news is a gap. */
import { draw, readData } from "web/chart";
import { noteSize } from "web/chart_theme";
import { optionOf } from "plan/series_option";

/** @param {HTMLElement} figure */
export function mount(figure) {
  const rows = /** @type {import("plan/series_option").Rows} */ (readData(figure));
  const words = { goal: figure.dataset.goal ?? "", lang: document.documentElement.lang };
  draw(figure, (around) => optionOf(rows, words, around, noteSize(around.size)));
}
