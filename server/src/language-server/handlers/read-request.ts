/** What the features that only read have in common: a document, a position, an answer that nobody may want any more. */
import type { CancellationToken, Position } from 'vscode-languageserver';
import { hasEnvName } from '../../language-service/check/is-relevant-file';
import type { ErrorBoundary } from '../core/error-boundary';
import { LSPErrorCodes, ResponseError } from '../core/lsp';
import type { Documents, OpenDocument } from '../sync/documents';

/** Answers about one open compose file: `empty` for another document, and when anything fails. */
export type Answering = <T>(
  what: string,
  uri: string,
  token: CancellationToken,
  empty: T,
  work: (document: OpenDocument) => Promise<T>,
) => Promise<T | ResponseError<void>>;

export function createAnswering(boundary: ErrorBoundary, documents: () => Documents): Answering {
  return async (what, uri, token, empty, work) => {
    const cancelled = () => new ResponseError<void>(LSPErrorCodes.RequestCancelled, `${what} was cancelled.`);
    if (token.isCancellationRequested) return cancelled();
    const answer = await boundary(what, empty, async () => {
      const document = documents().get(uri);
      return document === undefined || hasEnvName(document.file) ? empty : work(document);
    });
    return token.isCancellationRequested ? cancelled() : answer;
  };
}

/** False for what a client sends that is no position; the façade says what a position out of bounds means. */
export function isPosition(position: Position | undefined): position is Position {
  return Number.isInteger(position?.line) && Number.isInteger(position?.character);
}

/** A signal that fires with the token; the caller ends it when the work is done. */
export function signalOf(token: CancellationToken): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, end: () => listener.dispose() };
}
