import { describe, expect, test } from 'vitest';
import {
  afterEnd,
  goesOn,
  MOST_RESTARTS,
  WITHIN_MS,
} from '../../../client/src/language-client/restart-policy';

/** What is decided at ends of the server at these times. */
function decisions(times: readonly number[]): boolean[] {
  let restarts: readonly number[] = [];
  return times.map((time) => {
    const decision = afterEnd(restarts, time);
    restarts = decision.restarts;
    return decision.restart;
  });
}

describe('a server that ends', () => {
  test('is started again four times in three minutes, and then no more', () => {
    expect(MOST_RESTARTS).toBe(4);
    expect(WITHIN_MS).toBe(180_000);
    expect(decisions([0, 1, 2, 3, 4])).toEqual([true, true, true, true, false]);
    expect(decisions([0, 1000, 2000, 3000, 179_999])).toEqual([true, true, true, true, false]);
  });

  test('now and then is always started again', () => {
    const everyMinute = Array.from({ length: 100 }, (_, i) => i * 60_000);
    expect(decisions(everyMinute)).toEqual(everyMinute.map(() => true));
    expect(decisions([0, 1, 2, 3, 180_003])).toEqual([true, true, true, true, true]);
  });

  test('gets as many tries again when somebody starts it by hand', () => {
    expect(decisions([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([
      ...[true, true, true, true, false],
      ...[true, true, true, true, false],
    ]);
  });

  test('is not started without end when the clock is set back', () => {
    expect(decisions([9e12, 1, 2, 3, 4])).toEqual([true, true, true, true, false]);
  });
});

test('a connection is given up after three errors in a row', () => {
  expect([1, 2, 3, 4, 100].map(goesOn)).toEqual([true, true, true, false, false]);
  expect(goesOn(undefined)).toBe(false);
});
