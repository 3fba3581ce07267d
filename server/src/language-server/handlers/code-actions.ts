/** Fixes offered as code actions. Those that create key files only name a command; the rest carry an edit. */
import type {
  ClientCapabilities,
  CodeAction,
  CodeActionParams,
  Command,
  Connection,
  Range,
} from 'vscode-languageserver';
import type { FixSummary, LanguageService, Plan } from '../../language-service/api/index';
import { hasEnvName } from '../../language-service/check/is-relevant-file';
import { label } from '../../text/harmless';
import type { ErrorBoundary } from '../core/error-boundary';
import { LSPErrorCodes, ResponseError } from '../core/lsp';
import { APPLY_FIX_COMMAND } from '../protocol/index';
import type { Documents, OpenDocument } from '../sync/documents';
import type { Diagnostics } from './diagnostics';
import type { EditWriter, Snapshot } from './workspace-edit';

export const CODE_ACTION_KINDS: readonly string[] = ['quickfix', 'source.fixAll.mender'];

/** True when a client that asks for the kinds `only` wants `kind`: `source.fixAll` includes `source.fixAll.mender`. */
export function wantsKind(only: readonly string[] | undefined, kind: string): boolean {
  return (
    only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`))
  );
}

/** The request's range within the document's bounds, start before end. Throws when it is no range. */
export function clampRange(document: OpenDocument, range: Range): Range {
  const offsets = [range.start, range.end].map((position) => {
    if (!Number.isInteger(position?.line) || !Number.isInteger(position?.character)) {
      throw new Error('the range has no line and character numbers');
    }
    return document.text.offsetAt(position);
  });
  return {
    start: document.text.positionAt(Math.min(...offsets)),
    end: document.text.positionAt(Math.max(...offsets)),
  };
}

/** What a code action remembers until it is resolved. */
interface ActionData {
  /** Of the compose file that the fix belongs to. */
  readonly uri: string;
  readonly fixId: string;
  readonly version: number;
  /** Where it was offered, when that is another document: a `.env` file. */
  readonly at?: { readonly uri: string; readonly version: number };
}

export interface CodeActions {
  start(capabilities: ClientCapabilities): void;
}

export function offerCodeActions(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  documents: Documents,
  diagnostics: Diagnostics,
  edits: EditWriter,
  mayGenerate: () => boolean,
): CodeActions {
  let resolves = false;
  let literals = false;

  async function list(params: CodeActionParams): Promise<(CodeAction | Command)[]> {
    const document = documents.get(params.textDocument.uri);
    if (document === undefined) return [];
    const range = clampRange(document, params.range);
    const only = params.context?.only;
    if (!hasEnvName(document.file)) return listOf(document, document, range, only);
    // Its findings are those of compose files; two of one stack tell the same.
    const actions = new Map<string, CodeAction | Command>();
    for (const owner of diagnostics.tellers(document.file)) {
      for (const action of await listOf(owner, document, range, only)) {
        if (!actions.has(action.title)) actions.set(action.title, action);
      }
    }
    return [...actions.values()];
  }

  /** The fixes of the compose file `owner` for what is in `document`, which may be the same. */
  async function listOf(
    owner: OpenDocument,
    document: OpenDocument,
    range: Range,
    only: readonly string[] | undefined,
  ): Promise<(CodeAction | Command)[]> {
    const all = await service.fixes(owner.file, range, document.file);
    const fixes = all.filter((fix) => wantsKind(only, fix.kind) && (mayGenerate() || !fix.generates));
    if (fixes.length === 0) return [];
    if (!literals) return fixes.map((fix) => command(owner, fix));
    const actions: CodeAction[] = [];
    for (const fix of fixes) {
      const data: ActionData = {
        uri: owner.uri,
        fixId: fix.id,
        version: owner.version,
        ...(document !== owner && { at: { uri: document.uri, version: document.version } }),
      };
      const action: CodeAction = {
        title: label(fix.title),
        kind: fix.kind,
        isPreferred: fix.preferred,
        data,
      };
      if (fix.repairs.length > 0) action.diagnostics = fix.repairs.map(diagnostics.convert);
      if (fix.generates) action.command = command(owner, fix);
      else if (!resolves) {
        const snapshot = edits.snapshot();
        const plan = await service.plan(owner.file, fix.id);
        // A fix whose plan is gone, or that would create files after all, is not offered as a mere edit.
        if (plan === undefined || plan.create.length > 0) continue;
        // After an edit meanwhile, the client asks again.
        if (!isCurrent(plan, snapshot)) continue;
        action.edit = edits.workspaceEdit(plan.edits, snapshot);
      }
      actions.push(action);
    }
    return actions;
  }

  /** Whether none of the texts that a plan edits has changed since. */
  function isCurrent(plan: Plan, snapshot: Snapshot): boolean {
    const edited = plan.edits.map(({ file }) => documents.uriOf(file));
    return edits.isCurrent(edited, edits.versions(plan.edits, snapshot));
  }

  async function resolve(action: CodeAction): Promise<CodeAction> {
    const data = action.data as ActionData | undefined;
    if (action.command !== undefined || data === undefined) return action;
    const document = documents.get(data.uri);
    const gone = label(`This fix no longer applies: ${action.title}`);
    const isToday = ({ uri, version }: { readonly uri: string; readonly version: number }) =>
      documents.get(uri)?.version === version;
    // Ids are valid as long as the text is; for an older text the editor must ask again.
    if (document === undefined || !isToday(data) || !isToday(data.at ?? data)) throw new StaleFix(gone);
    const snapshot = edits.snapshot();
    const plan = await service.plan(document.file, data.fixId);
    if (plan === undefined || plan.create.length > 0 || documents.get(data.uri) !== document) {
      throw new StaleFix(gone);
    }
    if (!isCurrent(plan, snapshot)) throw new StaleFix(gone);
    return { ...action, edit: edits.workspaceEdit(plan.edits, snapshot) };
  }

  connection.onCodeAction((params) => boundary('Listing fixes', [], () => list(params)));
  connection.onCodeActionResolve((action) =>
    boundary<CodeAction | ResponseError<void>>('Preparing a fix', action, async () => {
      try {
        return await resolve(action);
      } catch (error) {
        if (error instanceof StaleFix) return new ResponseError(LSPErrorCodes.ContentModified, error.message);
        throw error;
      }
    }),
  );

  return {
    start(capabilities) {
      const codeAction = capabilities.textDocument?.codeAction;
      literals = codeAction?.codeActionLiteralSupport !== undefined;
      resolves =
        codeAction?.resolveSupport?.properties.includes('edit') === true && codeAction.dataSupport === true;
    },
  };
}

class StaleFix extends Error {}

function command(document: OpenDocument, fix: FixSummary): Command {
  return { title: label(fix.title), command: APPLY_FIX_COMMAND, arguments: [document.uri, fix.id] };
}
