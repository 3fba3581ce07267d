/** Tells when a new day has begun: certificates expire without any file changing. */

/** Milliseconds. A machine that slept is noticed at the latest after this. */
const LONGEST_WAIT = 60 * 60 * 1000;

export interface DayWatch {
  stop(): void;
}

/** Calls `newDay` once after each midnight, local time. Never keeps the process alive. */
export function watchDays(newDay: () => void, now: () => number = Date.now): DayWatch {
  let today = dayOf(now());
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const untilMidnight = startOfNextDay(now()) - now();
    timer = setTimeout(look, Math.min(LONGEST_WAIT, Math.max(untilMidnight, 0) + 1000));
    timer.unref();
  };
  const look = () => {
    const day = dayOf(now());
    if (day !== today) {
      today = day;
      newDay();
    }
    wait();
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}

function dayOf(time: number): string {
  return new Date(time).toDateString();
}

function startOfNextDay(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
