import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAfter, daysBetween } from "../../src/kepu/web/static/web/days.js";

test("days are counted without time zones", () => {
  assert.equal(dayAfter("2021-01-01", 0), "2021-01-01");
  assert.equal(dayAfter("2024-02-28", 1), "2024-02-29");
  assert.equal(dayAfter("2021-01-01", 1825), "2025-12-31");
});

test("counting there and back agrees", () => {
  for (const offset of [0, 1, 58, 365, 1353, 1825]) {
    assert.equal(daysBetween("2021-01-01", dayAfter("2021-01-01", offset)), offset);
  }
});
