/** How often a server that ends is started again. Pure, so that it can be tested without VS Code. */

/** Restarts in `WITHIN_MS` at most. */
export const MOST_RESTARTS = 4;
/** Milliseconds. */
export const WITHIN_MS = 3 * 60 * 1000;
/** Messages in a row that could not be written; with one more, the connection is given up. */
const MOST_ERRORS = 3;

export interface Decision {
  readonly restart: boolean;
  /** When it was restarted lately, to be handed in at the next end. */
  readonly restarts: readonly number[];
}

/**
 * What to do at an end of the server. Times are in milliseconds of one clock. Once it is given up, counting begins
 * anew: people who start it again get as many tries as at first.
 */
export function afterEnd(restarts: readonly number[], now: number): Decision {
  const recent = restarts.filter((time) => now - time < WITHIN_MS);
  if (recent.length >= MOST_RESTARTS) return { restart: false, restarts: [] };
  return { restart: true, restarts: [...recent, now] };
}

/** Whether to go on after an error of the connection; `count` is undefined for messages that could not be read. */
export function goesOn(count: number | undefined): boolean {
  return count !== undefined && count > 0 && count <= MOST_ERRORS;
}
