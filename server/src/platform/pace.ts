/**
 * Work that can take long gives the event loop a turn now and then, so that other requests are answered meanwhile, and
 * stops where nobody waits for it any more. What a library does in one call can't: parsing a YAML text, above all.
 */

/** Milliseconds of work between two turns: nobody notices so few. */
const TURN_MS = 20;

export interface Pace {
  /**
   * Lets the event loop have a turn, where one is due; undefined where it isn't, so that a loop need not wait. Rejects
   * where the work was given up by then: `isGivenUp` knows that error.
   */
  turn(): Promise<void> | undefined;
}

/** The pace of one piece of work; `signal` gives it up. */
export function createPace(signal?: AbortSignal): Pace {
  let last = performance.now();
  const takeTurn = async () => {
    await new Promise(setImmediate);
    if (signal?.aborted) throw new GivenUp();
    last = performance.now();
  };
  return { turn: () => (performance.now() - last < TURN_MS ? undefined : takeTurn()) };
}

class GivenUp extends Error {}

/** Whether work rejected because it was given up. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof GivenUp;
}
