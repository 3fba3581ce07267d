/** Days left behind the mounts of certificates, for whoever switches that on. */
import type { ClientCapabilities, Connection, InlayHint, InlayHintParams } from 'vscode-languageserver';
import type { LanguageService } from '../../language-service/api/index';
import { label, oneLine } from '../../text/harmless';
import type { ErrorBoundary } from '../core/error-boundary';
import { InlayHintRefreshRequest } from '../core/lsp';
import type { OpenDocument } from '../sync/documents';
import { createShown } from '../sync/sent-answers';
import { type Answering, isPosition } from './read-request';

export interface InlayHints {
  start(capabilities: ClientCapabilities): void;
  checked(document: OpenDocument): Promise<void>;
  forget(document: OpenDocument): void;
  refresh(): Promise<void>;
}

const ALL = { start: { line: 0, character: 0 }, end: { line: Number.MAX_SAFE_INTEGER, character: 0 } };

export function offerInlayHints(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  answering: Answering,
  enabled: () => boolean,
): InlayHints {
  const shown = createShown();
  let refreshes = false;

  connection.languages.inlayHint.on((params: InlayHintParams, token) =>
    answering<InlayHint[]>('Telling days', params.textDocument.uri, token, [], async (document) => {
      const { start, end } = params.range ?? {};
      if (!enabled() || !isPosition(start) || !isPosition(end)) return [];
      const hints = await service.hints(document.file, ALL);
      // A client asks for what it shows; what it was told is compared whole.
      shown.reported(document, hints);
      return hints
        .filter(({ position: { line } }) => line >= start.line && line <= end.line)
        .map(({ position, text, tooltip }) => ({
          position,
          label: label(text),
          ...(tooltip !== undefined && { tooltip: oneLine(tooltip) }),
          paddingLeft: true,
        }));
    }),
  );

  async function ask(): Promise<void> {
    if (refreshes)
      await boundary('Refreshing days', undefined, () =>
        connection.sendRequest(InlayHintRefreshRequest.type),
      );
  }

  return {
    start(capabilities) {
      refreshes = capabilities.workspace?.inlayHint?.refreshSupport === true;
    },
    checked: (document) =>
      boundary('Comparing days', undefined, async () => {
        if (!refreshes || !enabled() || !shown.isShown(document)) return;
        if (shown.differs(document, await service.hints(document.file, ALL))) await ask();
      }),
    forget: (document) => shown.forget(document),
    refresh: ask,
  };
}
