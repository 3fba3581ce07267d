import { describe, expect, it } from 'vitest';
import { digits, quantile, spread, summarize } from '../../bench/src/statistics.mjs';

describe('quantiles', () => {
  it('lie on a value, or between two in proportion, whatever the order', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 0], 0.25)).toBe(2.5);
    expect(quantile([7], 0.75)).toBe(7);
    expect(quantile([100, 9, 10], 0)).toBe(9);
    expect(quantile([100, 9, 10], 1)).toBe(100);
  });

  it('are not made up where nothing was measured', () => {
    expect(() => quantile([], 0.5)).toThrow();
  });
});

describe('numbers in a table', () => {
  it.each([
    [0, '0'],
    [12, '12'],
    [1234567, '1,234,567'],
    [0.0421, '0.04'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [123.45, '123'],
    [12345.6, '12,346'],
  ])('%s is %s', (value, text) => {
    expect(digits(value)).toBe(text);
  });

  it('have a spread where there is one', () => {
    expect(spread(summarize([1.5, 2.5, 3.5, 4.5, 5.5]))).toBe('3.50 (2.50–4.50)');
    expect(spread(summarize([1.5]))).toBe('1.50');
  });
});
