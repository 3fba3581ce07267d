/** The language server: connects the features of this room to one connection and one façade. */
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  PositionEncodingKind,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { MenderService, RuleInfo } from '../service/service';
import { CODE_ACTION_KINDS, offerCodeActions } from './code-actions';
import { answerCommands, COMMANDS } from './commands';
import { createDiagnostics } from './diagnostics';
import { type Documents, trackDocuments } from './documents';
import { createEditWriter } from './edits';
import { createGuard } from './guard';
import { answerPlanRequests, createPlans } from './plans';
import { type InitializationOptions, TRUST_METHOD, type TrustParams } from './protocol';
import { keepSettings } from './settings';
import { watchFiles } from './watch';

export interface ServerOptions {
  /** Every rule there is, so that a setting for an unknown one can be pointed out. */
  readonly rules: readonly RuleInfo[];
  readonly version?: string;
  /** URI of the directory that holds the rules' pages, `docs/rules/`, ending in a slash. */
  readonly pages?: string;
}

/**
 * Registers all handlers on `connection`; the caller then calls `connection.listen()`. Works over any transport.
 * No handler throws: failures are logged in one line, and answered with null, an empty list or a refusal.
 */
export function createServer(connection: Connection, service: MenderService, options: ServerOptions): void {
  const guard = createGuard(connection.console);
  const diagnostics = createDiagnostics(
    connection,
    service,
    guard,
    (file) => documents.uriOf(file),
    options.pages,
  );
  const documents: Documents = trackDocuments(connection, service, guard, {
    changed: (document) => diagnostics.check(document),
    closed: (document) => diagnostics.clear(document),
  });
  const checkAll = () => {
    for (const document of documents.all()) diagnostics.check(document);
  };
  const edits = createEditWriter(documents);
  const plans = createPlans(service, documents, edits);
  const settings = keepSettings(connection, service, options.rules, guard, checkAll);
  const watch = watchFiles(connection, guard, checkAll);
  const actions = offerCodeActions(connection, service, guard, documents, diagnostics, edits, () =>
    settings.trusted(),
  );
  const commands = answerCommands(connection, plans, guard);
  answerPlanRequests(connection, plans, guard);

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const given = (params.initializationOptions ?? {}) as InitializationOptions;
    const capabilities = params.capabilities ?? {};
    for (const part of [diagnostics, edits, watch, actions, commands]) part.start(capabilities);
    settings.start(given.settings, given.trusted !== false, capabilities);
    return {
      serverInfo: { name: 'mender-compose', version: options.version },
      capabilities: {
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS], resolveProvider: true },
        executeCommandProvider: given.prompts === true ? undefined : { commands: [...COMMANDS] },
      },
    };
  });
  connection.onInitialized(() => {
    void Promise.all([settings.subscribe(), watch.subscribe()]);
  });
  connection.onNotification(TRUST_METHOD, (params: TrustParams) => {
    void guard('Noticing trust', undefined, () => settings.setTrusted(params.trusted === true));
  });
  connection.onShutdown(async () => {
    diagnostics.stop();
    await guard('Shutting down', undefined, () => plans.stop());
  });
}
