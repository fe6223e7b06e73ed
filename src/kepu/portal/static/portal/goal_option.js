/** What the chart of the one number looks like. No DOM and no imports in here, so that it runs anywhere. */
/** @typedef {[number, number, number]} Figure year, value, standard error (0: not published) */
/** @typedef {{ place: string, runs: Figure[][], goal: [number, number] | null }} Rows
 * runs: figures that may be compared with each other; between two runs the line is broken */

const STEP = 5;
const NORMAL_95 = 1.96;

/** The first and last year on the axis: whole fives around everything that is drawn.
 * @param {Rows} rows
 * @returns {{ min: number, max: number }} */
export function yearsOf({ runs, goal }) {
  const years = [...runs.flat().map(([year]) => year), ...(goal ? [goal[0]] : [])];
  return { min: Math.floor(Math.min(...years) / STEP) * STEP, max: Math.ceil(Math.max(...years) / STEP) * STEP };
}

/** The top of the axis: the next five above everything that is drawn.
 * @param {Rows} rows
 * @returns {number} */
export function topOf({ runs, goal }) {
  const values = [...runs.flat().map(([, value, error]) => value + NORMAL_95 * error), ...(goal ? [goal[1]] : [])];
  return Math.ceil((Math.max(...values) + 0.5) / STEP) * STEP;
}

/** The option that ECharts draws.
 * @param {Rows} rows
 * @param {{ goal: string, unit: string }} words
 * @param {import("web/chart_theme").Surroundings} around
 * @param {number} note px of the smaller type
 * @returns {Record<string, any>} */
export function optionOf(rows, words, { token }, note) {
  const { min, max } = yearsOf(rows);
  const newest = rows.runs.at(-1)?.at(-1);
  /** @param {number} value */
  const written = (value) => `${value.toFixed(2)}${words.unit}`;
  const oldest = rows.runs[0]?.[0];
  const hasRoom = newest !== undefined && newest[0] < max;
  const known = rows.runs.map((run) => ({
    name: rows.place,
    type: "line",
    color: token("--ink"),
    symbolSize: 10,
    data: run.map((figure) => ({
      value: figure.slice(0, 2),
      label: {
        show: figure === run[0] || figure === run.at(-1),
        // Right below the dot lies no line: the way comes from the lower left and goes on to the upper right.
        position: figure === oldest || (figure === newest && hasRoom) ? "bottom" : "top",
        distance: 8,
        align: figure === oldest || (figure === newest && hasRoom) ? "left" : "right",
        formatter: figure === newest ? `${rows.place} ${written(figure[1])}` : written(figure[1]),
        color: token("--ink"),
        fontWeight: figure === newest ? "bold" : "normal",
        fontSize: note,
      },
    })),
  }));
  const errors = rows.runs.flat().filter(([, , error]) => error > 0);
  return {
    grid: { left: 4, right: note * 1.75, top: note * 2, bottom: 4, containLabel: true },
    tooltip: { trigger: "item", formatter: (/** @type {any} */ item) => `${item.value[0]}  ${item.value[1]}${words.unit}` },
    xAxis: { type: "value", min, max, interval: STEP, axisLabel: { formatter: String }, splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: topOf(rows), interval: STEP, axisLabel: { formatter: `{value}${words.unit}` } },
    series: [
      ...known,
      ...errors.map(([year, value, error]) => interval(year, value, error, token)),
      ...(rows.goal ? [way(rows.goal, newest, words, token, note)] : []),
    ],
  };
}

/** The 95 % interval of one figure, as an upright bar.
 * @param {number} year
 * @param {number} value
 * @param {number} error
 * @param {import("web/chart_theme").Token} token */
function interval(year, value, error, token) {
  return {
    type: "line",
    silent: true,
    symbol: "none",
    color: token("--ink"),
    lineStyle: { width: 2, opacity: 0.5 },
    data: [
      [year, value - NORMAL_95 * error],
      [year, value + NORMAL_95 * error],
    ],
  };
}

/** The goal as a mark, and the way to it from the newest figure before it.
 * @param {[number, number]} goal
 * @param {Figure | undefined} newest
 * @param {{ goal: string, unit: string }} words
 * @param {import("web/chart_theme").Token} token
 * @param {number} note */
function way(goal, newest, words, token, note) {
  const isAhead = newest !== undefined && newest[0] < goal[0];
  const mark = {
    value: goal,
    label: {
      show: true,
      position: "top",
      distance: 6,
      align: "right",
      offset: [10, 0],
      formatter: `${words.goal} ${goal[1]}${words.unit}`,
      color: token("--sun-text"),
      fontWeight: "bold",
      fontSize: note,
    },
  };
  return {
    name: words.goal,
    type: "line",
    lineStyle: { type: "dashed", color: token("--sun"), width: 3 },
    symbolSize: 14,
    itemStyle: { color: token("--paper"), borderColor: token("--sun"), borderWidth: 4 },
    data: isAhead ? [{ value: newest.slice(0, 2), symbol: "none" }, mark] : [mark],
  };
}
