/** Draws a chart in the page's own look and keeps it right when the page changes. */
import * as echarts from "echarts";
import { housed, themeFrom } from "web/chart_theme";

/** What a chart needs to know of the page around it.
 * @returns {import("web/chart_theme").Surroundings} */
function surroundings() {
  const styles = getComputedStyle(document.documentElement);
  return {
    token: (name) => styles.getPropertyValue(name).trim(),
    size: Number.parseFloat(styles.fontSize),
    isStill: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** Read the rows of a chart: from the json_script named in data-source, or, in a part of a page that htmx swaps (it drops
 * every script), from data-rows.
 * @param {HTMLElement} element
 * @returns {any} */
export function readData(element) {
  if (element.dataset.rows) return JSON.parse(element.dataset.rows);
  const carrier = document.getElementById(element.dataset.source ?? "");
  if (!carrier) throw new Error(`no data for the chart: ${element.dataset.source}`);
  return JSON.parse(carrier.textContent ?? "null");
}

/** Draw into the `.chart-canvas` of a figure (or the element itself). `build` is called anew whenever colours or sizes of
 * the page change, so it must take colours from the token reader that it is given.
 * @param {HTMLElement} figure its data-description is read out in place of the picture
 * @param {(around: import("web/chart_theme").Surroundings) => Record<string, any>} build
 * @returns {import("echarts").ECharts} the chart; later ones, after a change of colours, replace it */
export function draw(figure, build) {
  const canvas = /** @type {HTMLElement} */ (figure.querySelector(".chart-canvas") ?? figure);
  /** @type {import("echarts").ECharts | undefined} */
  let chart;

  const paint = () => {
    const around = surroundings();
    chart?.dispose();
    chart = echarts.init(canvas, themeFrom(around), { renderer: "svg" });
    chart.setOption(housed(build(around), { ...around, description: figure.dataset.description ?? "" }));
    return chart;
  };
  new ResizeObserver(() => chart?.resize()).observe(canvas);
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", paint);
  }
  return paint();
}
