/** Keeps a passphrase out of the trace that `mender.trace.server` may have switched on. */

/** What of the language client is needed: its trace. */
export interface Traced<Level> {
  /** Has an effect on every message that is sent after the promise is fulfilled. */
  setTrace(level: Level): Promise<void>;
}

export interface TracePause {
  /** Traces as the setting wants it, unless something secret is under way: then afterwards. */
  follow(): Promise<void>;
  /** Does something while nothing is traced. Failures of the work are thrown; the trace comes back in any case. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** @param wanted the level that the setting asks for at that moment */
export function createTracePause<Level>(client: Traced<Level>, off: Level, wanted: () => Level): TracePause {
  let secrets = 0;
  const follow = () => client.setTrace(secrets > 0 ? off : wanted());
  return {
    follow,
    async during(work) {
      secrets++;
      try {
        await follow();
        return await work();
      } finally {
        secrets--;
        await follow();
      }
    },
  };
}
