/** What the chart of one indicator looks like. No DOM and no imports in here, so that it runs anywhere. */
/** @typedef {{ unit: string, stock: boolean, goal: number | null, points: [string, number | null][] }} Rows
 * points: month as 2024-03 and its value, null where nothing was said */

/** The points from the first month that says something.
 * @param {[string, number | null][]} points
 * @returns {[string, number | null][]} */
export function spokenFrom(points) {
  const first = points.findIndex(([, value]) => value !== null);
  return first < 0 ? [] : points.slice(first);
}

/** The top of an axis, round and not below a value, and into how many equal steps it is cut. */
const TOPS = [[1, 2], [1.5, 3], [2, 4], [3, 3], [4, 4], [5, 5], [6, 3], [8, 4], [10, 5]];

/** A round axis for values up to `most`.
 * @param {number} most
 * @returns {{ max: number, interval: number }} */
export function roundAxis(most) {
  if (most <= 0) return { max: 1, interval: 1 };
  const unit = 10 ** Math.floor(Math.log10(most));
  const [top, steps] = TOPS.find(([one]) => one * unit >= most) ?? [10, 5];
  return { max: top * unit, interval: (top * unit) / steps };
}

/** The option that ECharts draws.
 * @param {Rows} rows
 * @param {{ goal: string, lang: string }} words
 * @param {import("web/chart_theme").Surroundings} around
 * @param {number} note px of the smaller type
 * @returns {Record<string, any>} */
export function optionOf(rows, words, { token }, note) {
  const points = spokenFrom(rows.points);
  /** @param {number} value */
  const written = (value) => short(value, words.lang);
  const goal = rows.goal === null ? {} : { markLine: goalLine(rows.goal, words, rows.unit, token, note) };
  const most = Math.max(...points.map(([, value]) => value ?? 0), (rows.goal ?? 0) * 1.05);
  return {
    grid: { left: 4, right: 12, top: note * 1.5, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", valueFormatter: (/** @type {unknown} */ value) => (value == null ? "—" : `${value} ${rows.unit}`) },
    xAxis: { type: "category", data: points.map(([month]) => month), axisLabel: { hideOverlap: true } },
    yAxis: { type: "value", min: 0, ...roundAxis(most), axisLabel: { formatter: written } },
    series: [
      rows.stock
        ? {
            type: "line",
            step: "end",
            symbol: "none",
            color: token("--ink"),
            areaStyle: { color: token("--on-pace"), opacity: 0.18 },
            data: points.map(([, value]) => value),
            ...goal,
          }
        : { type: "bar", color: token("--on-pace"), barCategoryGap: "25%", data: points.map(([, value]) => value), ...goal },
    ],
  };
}

/** A large number on an axis, without thousands of zeros.
 * @param {number} value
 * @param {string} lang
 * @returns {string} */
export function short(value, lang) {
  if (Math.abs(value) < 10_000) return String(value);
  return new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** @param {number} goal
 * @param {{ goal: string, lang: string }} words
 * @param {string} unit
 * @param {import("web/chart_theme").Token} token
 * @param {number} note */
function goalLine(goal, words, unit, token, note) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { type: "dashed", width: 2, color: token("--sun") },
    label: {
      position: "insideStartTop",
      formatter: `${words.goal} ${short(goal, words.lang)} ${unit}`,
      color: token("--sun-text"),
      fontWeight: "bold",
      fontSize: note,
    },
    data: [{ yAxis: goal }],
  };
}
