/** Days as whole numbers, without time zones. */

const DAY = 86_400_000;

/** The day so many days after another.
 * @param {string} start as 2021-01-01
 * @param {number} offset
 * @returns {string} */
export function dayAfter(start, offset) {
  return new Date(Date.parse(`${start}T00:00:00Z`) + offset * DAY).toISOString().slice(0, 10);
}

/** How many days lie between two days.
 * @param {string} start
 * @param {string} end
 * @returns {number} */
export function daysBetween(start, end) {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY);
}
