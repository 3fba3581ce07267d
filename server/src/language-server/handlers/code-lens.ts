/** Over each Mender service its state, with a command where one would put it right. */
import type { ClientCapabilities, CodeLens, CodeLensParams, Connection } from 'vscode-languageserver';
import type { FixSummary, LanguageService } from '../../language-service/api/index';
import { label, oneLine } from '../../text/harmless';
import type { ErrorBoundary } from '../core/error-boundary';
import { CodeLensRefreshRequest } from '../core/lsp';
import { APPLY_FIX_COMMAND } from '../protocol/index';
import type { OpenDocument } from '../sync/documents';
import { createShown } from '../sync/sent-answers';
import type { Answering } from './read-request';

/**
 * Before the ids of fixes behind lenses. An edit moves the place that an ordinary id holds, and a lens can be clicked
 * before the editor has asked for it anew: so it names what it told of.
 */
const LENS = 'lens:';

/** What a lens remembers until it is resolved. */
interface LensData {
  readonly uri: string;
  readonly key: string;
  readonly title: string;
  readonly tooltip: string;
}

export interface CodeLenses {
  /** `commands`: whether the client carries out our commands with its own prompts. */
  start(capabilities: ClientCapabilities, commands: boolean): void;
  /** A document was checked: has the client ask anew where its lenses would be others. */
  checked(document: OpenDocument): Promise<void>;
  forget(document: OpenDocument): void;
  /** The setting changed. */
  refresh(): Promise<void>;
}

export function offerCodeLenses(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  answering: Answering,
  settings: { readonly enabled: () => boolean; readonly trusted: () => boolean },
): CodeLenses {
  const shown = createShown();
  let refreshes = false;
  let commands = false;
  /** How many checks there were: what was being told while one ended may be of before. */
  let checks = 0;

  async function list(document: OpenDocument): Promise<CodeLens[]> {
    if (!settings.enabled()) return [];
    const lenses = await service.lenses(document.file);
    return lenses.map(({ range, title, tooltip, key, fixable }): CodeLens => {
      const data: LensData = { uri: document.uri, key, title, tooltip };
      // Where nothing can be done it is a text alone, which need not be asked for again.
      return commands && fixable && settings.trusted()
        ? { range, data }
        : { range, command: textCommand(data) };
    });
  }

  connection.onCodeLens((params: CodeLensParams, token) =>
    answering<CodeLens[]>('Telling states', params.textDocument.uri, token, [], async (document) => {
      const before = checks;
      const lenses = await list(document);
      shown.reported(document, lenses);
      if (checks !== before) void compare(document);
      return lenses;
    }),
  );
  connection.onCodeLensResolve((lens, token) => {
    const data = lens.data as LensData | undefined;
    if (data === undefined) return lens;
    const alone = { ...lens, command: textCommand(data) };
    return answering<CodeLens>('Looking for a fix', data.uri, token, alone, async ({ uri, file }) => {
      const fix = await service.lensFix(file, data.key);
      return fix ? { ...lens, command: fixCommand(uri, data, fix) } : alone;
    });
  });

  function compare(document: OpenDocument): Promise<void> {
    return boundary('Comparing states', undefined, async () => {
      if (refreshes && shown.isShown(document) && shown.differs(document, await list(document))) await ask();
    });
  }

  async function ask(): Promise<void> {
    if (refreshes)
      await boundary('Refreshing states', undefined, () =>
        connection.sendRequest(CodeLensRefreshRequest.type),
      );
  }

  return {
    start(capabilities, given) {
      refreshes = capabilities.workspace?.codeLens?.refreshSupport === true;
      commands = given;
    },
    checked(document) {
      checks++;
      return compare(document);
    },
    forget: (document) => shown.forget(document),
    refresh: ask,
  };
}

/** A command of no name: editors show its title, and nothing can be clicked. */
function textCommand({ title, tooltip }: LensData) {
  return { title: label(title), command: '', ...(tooltip !== '' && { tooltip: lines(tooltip) }) };
}

/** A tooltip has a line for each finding. */
function lines(tooltip: string): string {
  return tooltip.split('\n').map(oneLine).join('\n');
}

function fixCommand(uri: string, { key, title, tooltip }: LensData, fix: FixSummary) {
  const sentences = [tooltip, `Click: ${fix.title}.`].filter((text) => text !== '');
  const id = `${LENS}${JSON.stringify([key, fix.title])}`;
  return {
    title: label(title),
    command: APPLY_FIX_COMMAND,
    arguments: [uri, id],
    tooltip: lines(sentences.join('\n')),
  };
}

/**
 * The id by which the façade knows a fix today. Other ids than those of lenses are returned as they are; undefined for
 * a lens whose fix is another by now.
 */
export async function todaysFixId(
  service: LanguageService,
  file: string,
  id: string,
): Promise<string | undefined> {
  if (!id.startsWith(LENS)) return id;
  const [key, title] = readKey(id.slice(LENS.length));
  const fix = typeof key === 'string' ? await service.lensFix(file, key) : undefined;
  return fix?.title === title ? fix?.id : undefined;
}

function readKey(text: string): readonly unknown[] {
  try {
    const key: unknown = JSON.parse(text);
    return Array.isArray(key) ? key : [];
  } catch {
    return [];
  }
}
