/** The façade's text edits as a workspace edit. */
import type { ClientCapabilities, CreateFile, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { FileEdits } from '../../language-service/api/index';
import { fileKey } from '../core/uris';
import type { Documents } from '../sync/documents';

/** Versions of the open documents at one moment: taken before a plan is made, so never newer than its text. */
export type Snapshot = ReadonlyMap<string, { readonly uri: string; readonly version: number }>;

export interface EditWriter {
  start(capabilities: ClientCapabilities): void;
  snapshot(): Snapshot;
  /** Versioned where the client can, so that an edit of yesterday's text is refused rather than misplaced. */
  workspaceEdit(edits: readonly FileEdits[], snapshot: Snapshot): WorkspaceEdit;
  /** Versions of the open documents among the edited files, by URI. */
  versions(edits: readonly FileEdits[], snapshot: Snapshot): Record<string, number>;
  /**
   * True while all edited texts are those that were planned for, `versions` of documents and none of another that is
   * open by now. Asked right before an edit is sent: a client that takes no versions would put it anywhere.
   */
  isCurrent(edited: readonly string[], versions: Readonly<Record<string, number>>): boolean;
}

export function createEditWriter(documents: Documents): EditWriter {
  let versioned = false;
  let creates = false;
  const wanted = (edits: readonly FileEdits[]) => edits.filter((file) => file.edits.length > 0);

  return {
    start(capabilities) {
      versioned = capabilities.workspace?.workspaceEdit?.documentChanges === true;
      creates = capabilities.workspace?.workspaceEdit?.resourceOperations?.includes('create') === true;
    },
    snapshot() {
      return new Map(
        documents.all().map((d) => [fileKey(d.file), { uri: d.uri, version: d.version }] as const),
      );
    },
    workspaceEdit(edits, snapshot) {
      if (!versioned) {
        return {
          changes: Object.fromEntries(wanted(edits).map((f) => [documents.uriOf(f.file), [...f.edits]])),
        };
      }
      return {
        documentChanges: wanted(edits).flatMap((f): (CreateFile | TextDocumentEdit)[] => {
          const known = snapshot.get(fileKey(f.file));
          const uri = known?.uri ?? documents.uriOf(f.file);
          const edit = { textDocument: { uri, version: known?.version ?? null }, edits: [...f.edits] };
          if (f.creates !== true || known !== undefined || !creates) return [edit];
          return [{ kind: 'create', uri, options: { ignoreIfExists: true } }, edit];
        }),
      };
    },
    versions(edits, snapshot) {
      const known = wanted(edits).flatMap((f) => snapshot.get(fileKey(f.file)) ?? []);
      return Object.fromEntries(known.map(({ uri, version }) => [uri, version]));
    },
    isCurrent: (edited, planned) => edited.every((uri) => documents.get(uri)?.version === planned[uri]),
  };
}
