/** The open documents, as the client tells them, handed on to the façade. */
import type {
  Connection,
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { MenderService } from '../service/service';
import type { Guard } from './guard';
import { fileKey, fileOf, uriOf } from './uris';

export interface OpenDocument {
  /** As the client spells it. */
  readonly uri: string;
  readonly file: string;
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
  service: MenderService,
  guard: Guard,
  events: DocumentEvents,
): Documents {
  const documents = new Map<string, OpenDocument>();

  function put(uri: string, text: TextDocument): void {
    const file = fileOf(uri);
    const document = { uri, file, text };
    documents.set(fileKey(file), document);
    service.open(file, text.getText(), text.version);
    events.changed(document);
  }

  connection.onDidOpenTextDocument((params: DidOpenTextDocumentParams) => {
    void guard('Opening a document', undefined, () => {
      const { uri, languageId, version, text } = params.textDocument;
      if (typeof uri !== 'string' || typeof text !== 'string') throw new Error('it has no URI or no text');
      put(uri, TextDocument.create(uri, languageId, Number.isInteger(version) ? version : 0, text));
    });
  });

  connection.onDidChangeTextDocument((params: DidChangeTextDocumentParams) => {
    void guard('Changing a document', undefined, () => {
      const { uri, version } = params.textDocument;
      const known = documents.get(fileKey(fileOf(uri)));
      if (known === undefined) return;
      const next = Number.isInteger(version) ? version : known.text.version + 1;
      const text = TextDocument.create(known.uri, known.text.languageId, next, known.text.getText());
      put(known.uri, TextDocument.update(text, params.contentChanges, next));
    });
  });

  connection.onDidCloseTextDocument((params: DidCloseTextDocumentParams) => {
    void guard('Closing a document', undefined, () => {
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
