/** The outline of what Mender sees of a compose file. */
import type {
  ClientCapabilities,
  Connection,
  DocumentSymbol,
  DocumentSymbolParams,
  SymbolInformation,
} from 'vscode-languageserver';
import type { LanguageService, OutlineItem, OutlineKind } from '../../language-service/api/index';
import { label } from '../../text/harmless';
import { SymbolKind } from '../core/lsp';
import type { Answering } from './read-request';

// LSP's `Key` is the key of an object, drawn as letters: certificates and keys are files that a service is given.
const KINDS: Readonly<Record<OutlineKind, SymbolKind>> = {
  service: SymbolKind.Module,
  certificate: SymbolKind.File,
  key: SymbolKind.File,
};

export interface Symbols {
  start(capabilities: ClientCapabilities): void;
}

export function answerSymbols(
  connection: Connection,
  service: LanguageService,
  answering: Answering,
): Symbols {
  let nested = false;
  connection.onDocumentSymbol((params: DocumentSymbolParams, token) =>
    answering<DocumentSymbol[] | SymbolInformation[]>(
      'Telling symbols',
      params.textDocument.uri,
      token,
      [],
      async ({ uri, file }) => {
        const items = await service.outline(file);
        return nested ? items.map(symbolOf) : items.flatMap((item) => flat(item, uri));
      },
    ),
  );
  return {
    start(capabilities) {
      nested = capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    },
  };
}

function symbolOf({ name, detail, kind, range, selection, children }: OutlineItem): DocumentSymbol {
  return {
    name: label(name),
    detail: label(detail),
    kind: KINDS[kind],
    range,
    selectionRange: selection,
    children: children.map(symbolOf),
  };
}

function flat(item: OutlineItem, uri: string, containerName?: string): SymbolInformation[] {
  const { name, kind, range, children } = item;
  const own = {
    name: label(name),
    kind: KINDS[kind],
    location: { uri, range },
    ...(containerName && { containerName: label(containerName) }),
  };
  return [own, ...children.flatMap((child) => flat(child, uri, name))];
}
