/** Mounts, paths, variables and comments of Mender's, where one is typed. */
import type { CompletionItem, CompletionParams, Connection } from 'vscode-languageserver';
import type { Completion, CompletionKind, MenderService } from '../service/service';
import { type Answering, isPosition, signalOf } from './answering';
import { CompletionItemKind, InsertTextMode } from './library';

/** After a dash, a blank, a colon, a slash and an equals sign an entry, a path or a value begins; after `#` a comment. */
export const TRIGGERS: readonly string[] = ['-', ' ', ':', '/', '=', '#'];

const KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  mount: CompletionItemKind.Struct,
  file: CompletionItemKind.File,
  path: CompletionItemKind.Folder,
  variable: CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
  comment: CompletionItemKind.Keyword,
};

export function answerCompletions(
  connection: Connection,
  service: MenderService,
  answering: Answering,
): void {
  connection.onCompletion((params: CompletionParams, token) =>
    answering<CompletionItem[]>('Completing', params.textDocument.uri, token, [], async ({ file }) => {
      if (!isPosition(params.position)) return [];
      const { signal, end } = signalOf(token);
      try {
        return (await service.complete(file, params.position, signal)).map(itemOf);
      } finally {
        end();
      }
    }),
  );
}

function itemOf(completion: Completion): CompletionItem {
  const { label, detail, markdown, kind, range, newText, filter, order, preselect } = completion;
  return {
    label,
    ...(detail !== '' && { detail, labelDetails: { description: detail } }),
    documentation: { kind: 'markdown', value: markdown },
    kind: KINDS[kind],
    textEdit: { range, newText },
    filterText: filter,
    sortText: order,
    // Further lines are indented already.
    insertTextMode: InsertTextMode.asIs,
    ...(preselect && { preselect }),
  };
}
