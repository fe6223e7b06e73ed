/** One indicator by year or month: bars for what adds up, a stepped line for levels, single points for estimates. */
import { draw, readData } from "web/chart";
import { noteSize } from "web/chart_theme";

/** @typedef {{ rows: [string, number | null][], unit: string, isLevel: boolean, isJoined: boolean }} Series */

/** @param {HTMLElement} figure */
export function mount(figure) {
  const { rows, unit, isLevel, isJoined } = /** @type {Series} */ (readData(figure));
  draw(figure, ({ token, size }) => ({
    grid: { left: 8, right: 16, top: noteSize(size) * 2, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      valueFormatter: (/** @type {unknown} */ value) => (typeof value === "number" ? `${value} ${unit}` : "—"),
    },
    xAxis: { type: "category", data: rows.map(([period]) => period) },
    yAxis: { type: "value", min: 0 },
    series: [
      {
        name: unit,
        type: isLevel ? "line" : "bar",
        data: rows.map(([, value]) => value),
        color: isLevel ? token("--ink") : token("--on-pace"),
        connectNulls: false,
        step: isLevel && isJoined ? "end" : false,
        lineStyle: isJoined ? {} : { width: 0 },
        symbolSize: isJoined ? 8 : 12,
        barMaxWidth: 48,
        label: { show: rows.length <= 12, position: "top", color: token("--text"), fontSize: noteSize(size) },
      },
    ],
  }));
}
