/** Small sums of the check page and the upload box, without a page. */

/** The place that an arrow leads to; the ends hold.
 * @param {number} count how many there are @param {number} now where one is, -1 for nowhere @param {string} key */
export function stepTo(count, now, key) {
  if (!count) return -1;
  if (now < 0) return key === "ArrowUp" ? count - 1 : 0;
  return Math.min(count - 1, Math.max(0, now + (key === "ArrowUp" ? -1 : 1)));
}
