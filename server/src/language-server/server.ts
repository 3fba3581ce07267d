/** The language server: connects the features of this folder to one connection and one façade. */

import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver';
import type { LanguageService, RuleInfo } from '../language-service/api/index';
import { createErrorBoundary } from './core/error-boundary';
import { PositionEncodingKind, TextDocumentSyncKind } from './core/lsp';
import { CODE_ACTION_KINDS, offerCodeActions } from './handlers/code-actions';
import { offerCodeLenses } from './handlers/code-lens';
import { answerCompletions, TRIGGERS } from './handlers/completion';
import { answerNavigation } from './handlers/definition-and-references';
import { answerDeployments } from './handlers/deployments';
import { createDiagnostics } from './handlers/diagnostics';
import { answerLinks } from './handlers/document-links';
import { answerSymbols } from './handlers/document-symbols';
import { answerCommands, COMMANDS } from './handlers/execute-command';
import { answerHovers } from './handlers/hover';
import { offerInlayHints } from './handlers/inlay-hints';
import { answerMaps } from './handlers/key-map';
import { answerPlanRequests, createPlans } from './handlers/plan-and-apply';
import { createAnswering } from './handlers/read-request';
import { tellStatus } from './handlers/status';
import { createEditWriter } from './handlers/workspace-edit';
import { type InitializationOptions, TRUST_METHOD, type TrustParams } from './protocol/index';
import { createChecks } from './sync/check-scheduler';
import { watchDays } from './sync/daily-timer';
import { type Documents, trackDocuments } from './sync/documents';
import type { Releases } from './sync/parse-settings';
import { keepSettings } from './sync/settings';
import { watchFiles } from './sync/watched-files';

export interface ServerOptions {
  /** Every rule there is, so that a setting for an unknown one can be pointed out. */
  readonly rules: readonly RuleInfo[];
  /** What understands the setting `mender.release`. */
  readonly releases: Releases;
  readonly version?: string;
  /** URI of the directory that holds the rules' pages, `docs/rules/`, ending in a slash. */
  readonly pages?: string;
}

/**
 * Registers all handlers on `connection`; the caller then calls `connection.listen()`. Works over any transport.
 * No handler throws: failures are logged in one line, and answered with null, an empty list or a refusal.
 */
export function createServer(connection: Connection, service: LanguageService, options: ServerOptions): void {
  const boundary = createErrorBoundary(connection.console);
  const log = connection.console;
  const checks = createChecks(service, boundary, log, () => documents, {
    async answered(document, answer) {
      await Promise.all([
        diagnostics.tell(document, answer.findings),
        status.tell(document, answer),
        maps.checked(document),
      ]);
      void watch.follow(checks.dependencies());
      void lenses.checked(document);
      void hints.checked(document);
    },
  });
  const diagnostics = createDiagnostics(
    connection,
    () => documents,
    (key) => checks.isPending(key),
    options.pages,
  );
  const documents: Documents = trackDocuments(connection, service, boundary, {
    changed(document) {
      deployments.edited();
      checks.changed(document);
    },
    closed(document) {
      checks.closed(document);
      status.forget(document);
      lenses.forget(document);
      hints.forget(document);
      void boundary('Withdrawing diagnostics', undefined, () => diagnostics.clear(document));
      void watch.follow(checks.dependencies());
    },
  });
  const again = (files?: readonly string[]) => {
    deployments.changed();
    checks.again(files);
  };
  const maps = answerMaps(connection, service, boundary, () => documents);
  const edits = createEditWriter(documents);
  const plans = createPlans(service, documents, edits);
  const settings = keepSettings(connection, service, options.rules, options.releases, boundary, () =>
    again(),
  );
  const folders = () => settings.folders();
  const status = tellStatus(
    connection,
    service,
    boundary,
    () => documents,
    folders,
    options.releases.examples,
  );
  const watch = watchFiles(
    connection,
    boundary,
    folders,
    () => settings.trusted(),
    ({ files, textsOnly }) => {
      service.changed(files);
      again(textsOnly ? files : undefined);
    },
  );
  const deployments = answerDeployments(connection, service, boundary, checks, () => documents, folders);
  const actions = offerCodeActions(connection, service, boundary, documents, diagnostics, edits, () =>
    settings.trusted(),
  );
  const commands = answerCommands(connection, plans, boundary, edits);
  answerPlanRequests(connection, plans, boundary);
  const answering = createAnswering(boundary, () => documents);
  const hovers = answerHovers(connection, service, answering, () => settings.trusted());
  const completions = answerCompletions(connection, service, answering);
  const lenses = offerCodeLenses(connection, service, boundary, answering, {
    enabled: () => settings.shows('codeLens'),
    trusted: () => settings.trusted(),
  });
  const hints = offerInlayHints(connection, service, boundary, answering, () => settings.shows('inlayHints'));
  settings.onShows(() => {
    void lenses.refresh();
    void hints.refresh();
  });
  answerLinks(connection, service, answering);
  const navigation = answerNavigation(connection, service, answering, () => documents);
  const symbols = answerSymbols(connection, service, answering);
  // Certificates expire without a file changing.
  const days = watchDays(() => again());

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const given = (params.initializationOptions ?? {}) as InitializationOptions;
    const capabilities = params.capabilities ?? {};
    for (const part of [diagnostics, edits, watch, actions, commands]) part.start(capabilities);
    settings.start(params, given.settings, given.trusted !== false);
    for (const part of [hints, navigation, symbols, completions]) part.start(capabilities);
    hovers.start(given.prompts === true);
    lenses.start(capabilities, given.prompts === true);
    return {
      serverInfo: { name: 'mender-compose', version: options.version },
      capabilities: {
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        completionProvider: { triggerCharacters: [...TRIGGERS] },
        codeLensProvider: { resolveProvider: true },
        inlayHintProvider: true,
        documentLinkProvider: {},
        definitionProvider: true,
        referencesProvider: true,
        documentSymbolProvider: { label: 'Mender' },
        codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS], resolveProvider: true },
        executeCommandProvider: given.prompts === true ? undefined : { commands: [...COMMANDS] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.onInitialized(() => {
    void Promise.all([settings.subscribe(), watch.subscribe()]);
  });
  connection.onNotification(TRUST_METHOD, (params: TrustParams) => {
    void boundary('Noticing trust', undefined, () => settings.setTrusted(params.trusted === true));
  });
  connection.onShutdown(async () => {
    checks.stop();
    deployments.stop();
    days.stop();
    await boundary('Shutting down', undefined, () => plans.stop());
  });
}
