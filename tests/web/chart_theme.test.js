import assert from "node:assert/strict";
import { test } from "node:test";
import { housed, noteSize, themeFrom } from "../../src/kepu/web/static/web/chart_theme.js";

const around = { token: (/** @type {string} */ name) => `<${name}>`, size: 16, isStill: false };

test("a chart takes its colours from the page", () => {
  const theme = /** @type {any} */ (themeFrom(around));
  assert.equal(theme.color[0], "<--ink>");
  assert.equal(theme.textStyle.color, "<--text>");
  assert.equal(theme.valueAxis.axisLabel.color, "<--quiet>");
});

test("type grows with the page and never falls below 14", () => {
  assert.equal(noteSize(16), 14);
  assert.equal(noteSize(12), 14);
  assert.equal(noteSize(30), 26);
});

test("every chart is described and its tooltip is drawn as text, which the security policy allows", () => {
  const option = housed({ tooltip: { trigger: "axis" } }, { ...around, description: "上升" });
  assert.deepEqual(option.aria, { enabled: true, label: { description: "上升" } });
  assert.equal(option.tooltip.renderMode, "richText");
  assert.equal(option.animation, true);
});

test("who asked for less motion gets none", () => {
  assert.equal(housed({}, { ...around, isStill: true, description: "" }).animation, false);
});
