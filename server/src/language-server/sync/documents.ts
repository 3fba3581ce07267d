/** The open documents, as the client tells them, handed on to the façade. */
import type {
  Connection,
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { LanguageService } from '../../language-service/api/index';
import type { ErrorBoundary } from '../core/error-boundary';
import { TextDocumentContentChangeEvent } from '../core/lsp';
import { fileKey, fileOf, uriOf } from '../core/uris';

/** A document at one version; another object after each change. */
export interface OpenDocument {
  /** As the client spells it. */
  readonly uri: string;
  readonly file: string;
  readonly version: number;
  /** The text as it is now, whatever version this is of: whoever waited for something finds a later one. */
  readonly text: TextDocument;
}

export interface Documents {
  /** The open document of a URI, whatever its spelling. */
  get(uri: string): OpenDocument | undefined;
  /** The open document of a file id. */
  ofFile(file: string): OpenDocument | undefined;
  /** The client's own URI where the file is open, else one made from the id. */
  uriOf(file: string): string;
  all(): readonly OpenDocument[];
}

export interface DocumentEvents {
  changed(document: OpenDocument): void;
  closed(document: OpenDocument): void;
}

/** Listens for open, change and close, keeps the façade's texts up to date, then tells `events`. */
export function trackDocuments(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  events: DocumentEvents,
): Documents {
  const documents = new Map<string, OpenDocument>();

  function put(uri: string, text: TextDocument): void {
    const document = { uri, file: fileOf(uri), version: text.version, text };
    documents.set(fileKey(document.file), document);
    service.open(document.file, text.getText(), text.version);
    events.changed(document);
  }

  connection.onDidOpenTextDocument((params: DidOpenTextDocumentParams) => {
    void boundary('Opening a document', undefined, () => {
      const { uri, languageId, version, text } = params.textDocument;
      if (typeof uri !== 'string' || typeof text !== 'string') throw new Error('it has no URI or no text');
      put(uri, TextDocument.create(uri, languageId, Number.isInteger(version) ? version : 0, text));
    });
  });

  connection.onDidChangeTextDocument((params: DidChangeTextDocumentParams) => {
    void boundary('Changing a document', undefined, () => {
      const { uri, version } = params.textDocument;
      const known = documents.get(fileKey(fileOf(uri)));
      if (known === undefined) return;
      const next = Number.isInteger(version) ? version : known.text.version + 1;
      const { text } = known;
      // In place, as a copy counts all lines anew; but what may fail midway, or miss the lines, is tried on a copy.
      const target = isPlainEdit(text, params.contentChanges)
        ? text
        : TextDocument.create(known.uri, text.languageId, known.version, text.getText());
      put(known.uri, TextDocument.update(target, params.contentChanges, next));
    });
  });

  connection.onDidCloseTextDocument((params: DidCloseTextDocumentParams) => {
    void boundary('Closing a document', undefined, () => {
      const key = fileKey(fileOf(params.textDocument.uri));
      const known = documents.get(key);
      if (known === undefined) return;
      documents.delete(key);
      service.close(known.file);
      events.closed(known);
    });
  });

  return {
    get: (uri) => documents.get(fileKey(fileOf(uri))),
    ofFile: (file) => documents.get(fileKey(file)),
    uriOf: (file) => documents.get(fileKey(file))?.uri ?? uriOf(file),
    all: () => [...documents.values()],
  };
}

/** True for one edit between places that the text has. */
function isPlainEdit(
  { lineCount }: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
): boolean {
  const [change] = changes;
  if (changes.length !== 1 || change === undefined || !TextDocumentContentChangeEvent.isIncremental(change))
    return false;
  return [change.range.start, change.range.end].every(
    ({ line, character }) => line >= 0 && line < lineCount && Number.isInteger(line + character),
  );
}
