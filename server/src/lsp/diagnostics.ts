/** Findings pushed as diagnostics: at once, one run a document, a newer one stopping the older. */
import {
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
} from 'vscode-languageserver';
import type { Finding, MenderService, Severity } from '../service/service';
import type { OpenDocument } from './documents';
import type { Guard } from './guard';
import { fileKey, sameFile } from './uris';

export const DIAGNOSTIC_SOURCE = 'Mender Compose';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * A finding as LSP has it. `uriOf` names the files of related places; `related` says whether the client shows them;
 * `pages` is the URI of the directory that holds `docs/`, ending in a slash.
 */
export function toDiagnostic(
  finding: Finding,
  uriOf: (file: string) => string,
  related: boolean,
  pages: string | undefined,
): Diagnostic {
  const diagnostic: Diagnostic = {
    range: finding.range,
    severity: SEVERITY[finding.severity] ?? DiagnosticSeverity.Warning,
    source: DIAGNOSTIC_SOURCE,
    code: finding.code,
    message: finding.message,
  };
  if (/^https?:\/\//.test(finding.page)) diagnostic.codeDescription = { href: finding.page };
  else if (pages !== undefined) diagnostic.codeDescription = { href: pages + finding.page };
  if (related && finding.related.length > 0) {
    diagnostic.relatedInformation = finding.related.map((place) => ({
      location: { uri: uriOf(place.file), range: place.range },
      message: place.message,
    }));
  }
  return diagnostic;
}

export interface Diagnostics {
  start(capabilities: ClientCapabilities): void;
  /** Checks one open document and publishes; a run under way for it is aborted. */
  check(document: OpenDocument): void;
  /** Withdraws what was published. */
  clear(document: OpenDocument): void;
  stop(): void;
  /** The findings of the document as it is now, each with its fixes. */
  findings(document: OpenDocument): Promise<readonly Finding[]>;
  /** A finding as this client understands it. */
  convert(finding: Finding): Diagnostic;
}

export function createDiagnostics(
  connection: Connection,
  service: MenderService,
  guard: Guard,
  uriOf: (file: string) => string,
  pages: string | undefined,
): Diagnostics {
  const running = new Map<string, AbortController>();
  const problems = new Map<string, string>();
  /** What each document's client was told last. */
  const published = new Map<string, string>();
  let showsRelated = false;
  let stopped = false;

  const convert = (finding: Finding) => toDiagnostic(finding, uriOf, showsRelated, pages);

  async function run(document: OpenDocument, signal: AbortSignal): Promise<void> {
    const key = fileKey(document.file);
    const version = document.text.version;
    const answer = await service.check(document.file, signal);
    if (answer === undefined || signal.aborted) return;
    const findings =
      'problem' in answer ? [] : answer.findings.filter((f) => sameFile(f.file, document.file));
    if ('problem' in answer) {
      // Said once, not at every keystroke.
      if (problems.get(key) !== answer.problem) connection.console.warn(`${document.file} ${answer.problem}`);
      problems.set(key, answer.problem);
    } else problems.delete(key);
    const told = { uri: document.uri, version, diagnostics: findings.map(convert) };
    const asText = JSON.stringify(told);
    // Telling the same again makes an editor ask for fixes anew, and closes a menu of them that is open.
    if (published.get(key) === asText) return;
    published.set(key, asText);
    await connection.sendDiagnostics(told);
  }

  function abort(key: string): void {
    running.get(key)?.abort();
    running.delete(key);
  }

  return {
    start(capabilities) {
      showsRelated = capabilities.textDocument?.publishDiagnostics?.relatedInformation === true;
    },
    check(document) {
      if (stopped) return;
      const key = fileKey(document.file);
      abort(key);
      const controller = new AbortController();
      running.set(key, controller);
      void guard(`Checking ${document.file}`, undefined, () => run(document, controller.signal)).then(() => {
        if (running.get(key) === controller) running.delete(key);
      });
    },
    clear(document) {
      const key = fileKey(document.file);
      abort(key);
      problems.delete(key);
      published.delete(key);
      void guard('Clearing diagnostics', undefined, () =>
        connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }),
      );
    },
    stop() {
      stopped = true;
      for (const key of [...running.keys()]) abort(key);
    },
    async findings(document) {
      const answer = await service.check(document.file, undefined, { fixes: true });
      return answer === undefined || 'problem' in answer ? [] : answer.findings;
    },
    convert,
  };
}
