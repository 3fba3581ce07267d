// @ts-check
// Medians, spreads and ratios, and how they are printed.

/**
 * @typedef {object} Summary Of a row of measurements, in their own unit.
 * @property {number} median
 * @property {number} low the 25th percentile
 * @property {number} high the 75th percentile
 * @property {number} count
 */

/**
 * The value below which the given part of the values lies, between two values in proportion.
 * @param {readonly number[]} values at least one
 * @param {number} part from 0 to 1
 */
export function quantile(values, part) {
  if (values.length === 0) throw new Error('There is no quantile of nothing.');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * @param {readonly number[]} values at least one
 * @returns {Summary}
 */
export function summarize(values) {
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    count: values.length,
  };
}

/**
 * A whole number as it is, any other with three significant digits; never with an exponent.
 * @param {number} value
 */
export function digits(value) {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.max(0, 3 - Math.max(whole, 1))).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * `12.3 (11.9–13.0)`: the median, with the 25th and the 75th percentile where there was more than one measurement.
 * @param {Summary} summary
 */
export function spread({ median, low, high, count }) {
  return count > 1 ? `${digits(median)} (${digits(low)}–${digits(high)})` : digits(median);
}
