import assert from "node:assert/strict";
import { test } from "node:test";
import { optionOf, topOf, yearsOf } from "../../src/kepu/portal/static/portal/goal_option.js";

const around = { token: (/** @type {string} */ name) => name, size: 16, isStill: true };
const words = { goal: "目标", unit: "%" };
/** @type {import("../../src/kepu/portal/static/portal/goal_option.js").Rows} */
const rows = { place: "甲市", runs: [[[2015, 10, 0], [2020, 14.3, 0]]], goal: [2025, 18] };

test("the axes end on whole fives around everything drawn", () => {
  assert.deepEqual(yearsOf(rows), { min: 2015, max: 2025 });
  assert.equal(topOf(rows), 20);
  assert.equal(topOf({ ...rows, runs: [[[2015, 19.8, 0]]] }), 25);
  assert.equal(topOf({ ...rows, runs: [[[2015, 18, 2]]] }), 25); // the interval must fit as well
});

test("figures of another instrument are a line of their own: the series is broken there", () => {
  const { series } = optionOf({ ...rows, runs: [...rows.runs, [[2022, 21, 0]]] }, words, around, 14);
  assert.deepEqual(series.map((/** @type {any} */ one) => one.data.length), [2, 1, 2]);
});

test("the way to the goal is dashed, begins at the newest figure and has no mark there", () => {
  const way = optionOf(rows, words, around, 14).series.at(-1);
  assert.equal(way.lineStyle.type, "dashed");
  assert.deepEqual(way.data[0], { value: [2020, 14.3], symbol: "none" });
  assert.deepEqual(way.data[1].value, [2025, 18]);
  assert.equal(way.data[1].label.formatter, "目标 18%");
});

test("a goal that is past is a mark alone, and no goal draws none", () => {
  const late = optionOf({ ...rows, runs: [[[2026, 19, 0]]] }, words, around, 14).series.at(-1);
  assert.equal(late.data.length, 1);
  assert.equal(optionOf({ ...rows, goal: null }, words, around, 14).series.length, 1);
});

test("the ends of a run are labelled, the newest with its place, two decimals always", () => {
  const [run] = optionOf({ ...rows, runs: [[[2010, 8, 0], ...rows.runs[0]]] }, words, around, 14).series;
  assert.deepEqual(
    run.data.map((/** @type {any} */ one) => [one.label.show, one.label.formatter]),
    [[true, "8.00%"], [false, "10.00%"], [true, "甲市 14.30%"]],
  );
});

test("a published error is drawn as its 95 % interval", () => {
  const { series } = optionOf({ ...rows, runs: [[[2015, 10, 0.5], [2020, 14.3, 0]]] }, words, around, 14);
  assert.deepEqual(series[1].data, [[2015, 10 - 0.98], [2015, 10 + 0.98]]);
});
