/**
 * What this folder takes from the LSP library at run time. The other files import it from here: each import of a CommonJS
 * package copies all of its thousand names when the bundle starts.
 */
export {
  CodeLensRefreshRequest,
  CompletionItemKind,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  InlayHintRefreshRequest,
  InsertTextMode,
  LSPErrorCodes,
  MessageType,
  PositionEncodingKind,
  RequestType,
  RequestType0,
  ResponseError,
  ShowMessageNotification,
  SymbolKind,
  TextDocumentContentChangeEvent,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
