import assert from "node:assert/strict";
import { test } from "node:test";
import { optionOf, roundAxis, short, spokenFrom } from "../../src/kepu/plan/tasks/static/plan/series_option.js";

const around = { token: (/** @type {string} */ name) => name, size: 16, isStill: true };
const words = { goal: "目标", lang: "zh-hans" };

test("months before the first word are not drawn, silent ones after it stay gaps", () => {
  assert.deepEqual(spokenFrom([["a", null], ["b", 0], ["c", null], ["d", 2]]), [["b", 0], ["c", null], ["d", 2]]);
  assert.deepEqual(spokenFrom([["a", null]]), []);
});

test("an axis ends on a round number and is cut into equal whole steps", () => {
  assert.deepEqual([10, 11, 24, 71, 525000, 0].map(roundAxis), [
    { max: 10, interval: 5 }, { max: 15, interval: 5 }, { max: 30, interval: 10 }, { max: 80, interval: 20 },
    { max: 600000, interval: 200000 }, { max: 1, interval: 1 },
  ]);
});

test("large numbers are short in the reader's language", () => {
  assert.deepEqual([short(9999, "zh-hans"), short(500000, "zh-hans"), short(500000, "en")], ["9999", "50万", "500K"]);
});

test("what happened is bars, a level is steps, and a goal lies above the highest value", () => {
  const points = /** @type {[string, number][]} */ ([["2024-01", 3], ["2024-02", 5]]);
  const flow = optionOf({ unit: "场", stock: false, goal: null, points }, words, around, 14);
  const level = optionOf({ unit: "人", stock: true, goal: 500000, points }, words, around, 14);
  assert.equal(flow.series[0].type, "bar");
  assert.equal(flow.series[0].markLine, undefined);
  assert.equal(flow.yAxis.min, 0);
  assert.deepEqual([level.series[0].type, level.series[0].step], ["line", "end"]);
  assert.equal(level.series[0].markLine.label.formatter, "目标 50万 人");
  assert.ok(level.yAxis.max > 500000);
});
