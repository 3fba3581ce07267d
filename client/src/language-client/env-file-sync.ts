/** `.env` files: the server reads them too, since compose files take values from them. */
import type { TextDocument, TextDocumentChangeEvent } from 'vscode';
import type { TextDocumentFilter } from 'vscode-languageclient/node';
import type { TracePause } from './trace-pause';

const PATTERN = '**/{.env,.env.*,*.env}';

/** Selects them in whatever language an editor has for them. */
export function envDocuments(schemes: readonly string[]): TextDocumentFilter[] {
  // An untitled document has no name yet.
  return schemes.filter((scheme) => scheme !== 'untitled').map((scheme) => ({ scheme, pattern: PATTERN }));
}

function isEnv({ uri }: TextDocument): boolean {
  return /(^|\/)\.env(\.[^/]*)?$|\.env$/i.test(uri.path);
}

type Next<T> = (data: T) => Promise<void>;

/** Middleware that keeps their texts, which may hold passwords, out of a trace; one after the other, in their order. */
export function untraced(tracePause: () => TracePause, isTraced: () => boolean) {
  let before: Promise<void> = Promise.resolve();
  const hide = (document: TextDocument, work: () => Promise<void>): Promise<void> => {
    if (!isEnv(document) || !isTraced()) return work();
    const mine = before.then(() => tracePause().during(work));
    before = mine.catch(() => undefined);
    return mine;
  };
  return {
    didOpen: (document: TextDocument, next: Next<TextDocument>) => hide(document, () => next(document)),
    didChange: (event: TextDocumentChangeEvent, next: Next<TextDocumentChangeEvent>) =>
      hide(event.document, () => next(event)),
    didClose: (document: TextDocument, next: Next<TextDocument>) => hide(document, () => next(document)),
  };
}
