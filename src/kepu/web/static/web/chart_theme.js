/** The look of every chart, made from the page's own tokens. No DOM in here. */

/** @typedef {(name: string) => string} Token reads a custom property, such as "--ink" */

/** @typedef {{ token: Token, size: number, isStill: boolean }} Surroundings
 * size: px of the body text (larger in elder mode); isStill: the visitor asked for less motion */

/** Type never falls below 14 px, nor below six sevenths of the body.
 * @param {number} bodySize
 * @returns {number} */
export function noteSize(bodySize) {
  return Math.max(14, Math.round(bodySize * 0.875));
}

/** The theme that ECharts is given.
 * @param {Surroundings} around
 * @returns {Record<string, unknown>} */
export function themeFrom({ token, size }) {
  const text = { color: token("--text"), fontFamily: token("--font"), fontSize: noteSize(size) };
  const quiet = { ...text, color: token("--quiet") };
  const axis = {
    axisLine: { lineStyle: { color: token("--line-strong") } },
    axisTick: { show: false },
    axisLabel: quiet,
    nameTextStyle: quiet,
    splitLine: { lineStyle: { color: token("--line") } },
  };
  return {
    color: [token("--ink"), token("--on-pace"), token("--group-5"), token("--group-4"), token("--behind-edge")],
    backgroundColor: "transparent",
    textStyle: text,
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    line: { symbol: "circle", symbolSize: 8, lineStyle: { width: 3 } },
    bar: { itemStyle: { borderRadius: 3 } },
    legend: { textStyle: text, itemGap: 20 },
    tooltip: {
      backgroundColor: token("--surface"),
      borderColor: token("--line-strong"),
      textStyle: text,
    },
  };
}

/** Add to an option what every chart of ours has: a description, tooltips drawn as text, stillness when asked for.
 * @param {Record<string, any>} option
 * @param {Surroundings & { description: string }} around
 * @returns {Record<string, any>} */
export function housed(option, { isStill, description }) {
  return {
    animation: !isStill,
    animationDuration: 400,
    ...option,
    aria: { enabled: true, label: description ? { description } : {}, ...option.aria },
    ...(option.tooltip ? { tooltip: { confine: true, ...option.tooltip, renderMode: "richText" } } : {}),
  };
}
