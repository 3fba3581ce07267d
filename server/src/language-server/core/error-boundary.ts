/** Nothing thrown by a handler leaves this folder: it becomes one line in the log and a harmless answer. */

import { visible } from '../../text/harmless';

/** The part of a connection's console that this folder uses. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
}

/** Runs `work`; when it throws or rejects, logs one line and answers `fallback`. */
export type ErrorBoundary = <T>(what: string, fallback: T, work: () => T | Promise<T>) => Promise<T>;

/** A boundary that writes to `log`. */
export function createErrorBoundary(log: Log): ErrorBoundary {
  return async (what, fallback, work) => {
    try {
      return await work();
    } catch (error) {
      try {
        log.error(`${what} failed: ${oneLine(error)}`);
      } catch {
        // The connection is gone, and with it whoever would read this.
      }
      return fallback;
    }
  };
}

/** The first line of an error's message, at most 300 characters, and never PEM text. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('-----BEGIN')) return 'the message was withheld because it quotes a PEM block';
  const line = visible(text.split(/\r?\n/, 1)[0] ?? '');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
