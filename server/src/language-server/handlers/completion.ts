/** Mounts, paths, variables and comments of Mender's, where one is typed. */
import type { ClientCapabilities, CompletionItem, CompletionParams, Connection } from 'vscode-languageserver';
import type { Completion, CompletionKind, LanguageService } from '../../language-service/api/index';
import { label as harmless, oneLine } from '../../text/harmless';
import { CompletionItemKind, InsertTextMode } from '../core/lsp';
import { type Answering, isPosition, signalOf } from './read-request';

/** After these an entry, a path or a value begins; after `#` a comment. */
export const TRIGGERS: readonly string[] = ['-', ' ', ':', '/', '=', '#', '[', '{', ','];

/** Letters of a path in the list: beside more of them, what it is for would be cut off. */
const MAX_LABEL = 30;

export interface Completions {
  start(capabilities: ClientCapabilities): void;
}

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
  service: LanguageService,
  answering: Answering,
): Completions {
  let hasDetails = false;
  connection.onCompletion((params: CompletionParams, token) =>
    answering<CompletionItem[]>('Completing', params.textDocument.uri, token, [], async ({ file }) => {
      if (!isPosition(params.position)) return [];
      const { signal, end } = signalOf(token);
      try {
        const completions = await service.complete(file, params.position, signal);
        const labels = labelsOf(completions, hasDetails);
        return completions.map((each, index) => itemOf(each, labels[index] ?? each.label, hasDetails));
      } finally {
        end();
      }
    }),
  );
  return {
    start(capabilities) {
      const item = capabilities.textDocument?.completion?.completionItem;
      hasDetails = item?.labelDetailsSupport === true;
    },
  };
}

/** Long paths lose their beginning where their end tells them apart, and what they are for stands beside them. */
function labelsOf(completions: readonly Completion[], hasDetails: boolean): readonly string[] {
  const short = completions.map(({ label, kind }) =>
    hasDetails && /^(mount|file|path)$/.test(kind) ? shortPath(label) : label,
  );
  return completions.map(({ label }, index) => {
    const mine = short[index] ?? label;
    const isUnique = completions.every((other, at) => other.label === label || short[at] !== mine);
    return isUnique ? mine : label;
  });
}

function shortPath(path: string): string {
  if (path.length <= MAX_LABEL) return path;
  const parts = path.split(/(?=[\\/])/);
  let end = parts.pop() ?? '';
  while (parts.length > 0 && end.length + (parts.at(-1)?.length ?? 0) < MAX_LABEL) end = parts.pop() + end;
  return parts.length === 0 ? path : `…${end}`;
}

function itemOf(completion: Completion, label: string, hasDetails: boolean): CompletionItem {
  const { detail, markdown, kind, range, newText, filter, order, preselect } = completion;
  const whole = [detail, ...(label === completion.label ? [] : [completion.label])];
  return {
    label: harmless(label),
    ...(detail !== '' && {
      detail: oneLine(whole.join(': ')),
      ...(hasDetails && { labelDetails: { description: harmless(detail) } }),
    }),
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
