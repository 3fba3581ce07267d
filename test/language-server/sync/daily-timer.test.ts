/** Expiry is told again when a day has passed, though no file changed. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchDays } from '../../../server/src/language-server/sync/daily-timer';

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date(2026, 10, 24, 21, 30));
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells each new day once, and nothing more once it is stopped', () => {
  const newDay = vi.fn();
  const days = watchDays(newDay);
  vi.advanceTimersByTime(2 * 60 * 60 * 1000);
  expect(newDay).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(40 * 60 * 1000);
  expect(newDay).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(24 * 60 * 60 * 1000);
  expect(newDay).toHaveBeenCalledTimes(2);
  days.stop();
  vi.advanceTimersByTime(48 * 60 * 60 * 1000);
  expect(newDay).toHaveBeenCalledTimes(2);
});

it('notices a day that passed while the machine slept', () => {
  const newDay = vi.fn();
  const days = watchDays(newDay);
  // Timers stand still during sleep; the clock does not.
  vi.setSystemTime(new Date(2026, 10, 26, 9, 0));
  vi.advanceTimersByTime(61 * 60 * 1000);
  expect(newDay).toHaveBeenCalledTimes(1);
  days.stop();
});
