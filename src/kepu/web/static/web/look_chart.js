/** The example on the page of components: what is known, the way still to go, and no legend to look up. */
import { draw, readData } from "web/chart";
import { noteSize } from "web/chart_theme";

/** @param {HTMLElement} figure */
export function mount(figure) {
  const rows = /** @type {[number, number][]} */ (readData(figure));
  draw(figure, ({ token, size }) => ({
    grid: { left: 8, right: 8 + noteSize(size) * 5, top: 24, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", valueFormatter: (/** @type {unknown} */ value) => `${value}%` },
    xAxis: { type: "value", min: 2010, max: 2025, interval: 5, axisLabel: { formatter: String }, splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: 20, interval: 5 },
    series: [
      {
        name: "示例",
        type: "line",
        data: rows,
        color: token("--ink"),
        endLabel: { show: true, formatter: "示例 {@[1]}%", color: token("--ink"), fontWeight: "bold", fontSize: noteSize(size) },
      },
      {
        name: "目标",
        type: "line",
        data: [{ value: rows[rows.length - 1], symbol: "none" }, [2025, 18]],
        lineStyle: { type: "dashed", color: token("--sun") },
        symbolSize: 12,
        itemStyle: { color: token("--paper"), borderColor: token("--sun"), borderWidth: 3 },
        endLabel: { show: true, formatter: "目标 {@[1]}%", color: token("--sun-text"), fontWeight: "bold", fontSize: noteSize(size) },
      },
    ],
  }));
}
