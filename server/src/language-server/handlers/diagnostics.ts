/**
 * Findings pushed as diagnostics. A check tells of all files of a stack, open or not: what a file is shown with is the
 * union of what the checks of all open documents say of it.
 */
import type {
  ClientCapabilities,
  Connection,
  Diagnostic,
  PublishDiagnosticsParams,
} from 'vscode-languageserver';
import type { Finding, Severity } from '../../language-service/api/index';
import { oneLine } from '../../text/harmless';
import { DiagnosticSeverity } from '../core/lsp';
import { fileKey } from '../core/uris';
import type { Documents, OpenDocument } from '../sync/documents';

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
    message: oneLine(finding.message),
  };
  if (/^https?:\/\//.test(finding.page)) diagnostic.codeDescription = { href: finding.page };
  else if (pages !== undefined) diagnostic.codeDescription = { href: pages + finding.page };
  if (related && finding.related.length > 0) {
    diagnostic.relatedInformation = finding.related.map((place) => ({
      location: { uri: uriOf(place.file), range: place.range },
      message: oneLine(place.message),
    }));
  }
  return diagnostic;
}

export interface Diagnostics {
  start(capabilities: ClientCapabilities): void;
  /** Takes what the check of one open document found, and publishes what that changes. */
  tell(document: OpenDocument, findings: readonly Finding[]): Promise<void>;
  /** Withdraws what only this document's check told. */
  clear(document: OpenDocument): Promise<void>;
  /** Open documents whose last checks told something of a file. */
  tellers(file: string): readonly OpenDocument[];
  /** A finding as this client understands it. */
  convert(finding: Finding): Diagnostic;
}

/** `isOld` says of an open document's key that its last answer may be about texts that changed since. */
export function createDiagnostics(
  connection: Connection,
  documents: () => Documents,
  isOld: (key: string) => boolean,
  pages: string | undefined,
): Diagnostics {
  /** What each open document's last check found, by the file that it is in. */
  const found = new Map<string, ReadonlyMap<string, readonly Finding[]>>();
  /** What the client was told last of each file. */
  const reported = new Map<string, { readonly uri: string; readonly params: PublishDiagnosticsParams }>();
  let showsRelated = false;

  const convert = (finding: Finding) =>
    toDiagnostic(finding, (file) => documents().uriOf(file), showsRelated, pages);

  /** Each finding once. Old answers only add what no new one says, wherever it stands by now. */
  function findingsIn(key: string): readonly Finding[] {
    const tellers = [...found].flatMap(([document, files]) => {
      const findings = files.get(key) ?? [];
      return findings.length > 0 ? [{ findings, old: isOld(document) }] : [];
    });
    // Each check tells a finding once.
    const [only, ...others] = tellers;
    if (only && others.length === 0) return [...only.findings].sort(byPlace);
    const union = new Map<string, Finding>();
    const said = new Set<string>();
    for (const old of [false, true]) {
      for (const teller of tellers) {
        if (teller.old !== old) continue;
        for (const finding of teller.findings) {
          const words = JSON.stringify([finding.code, finding.message]);
          if (old && said.has(words)) continue;
          if (!old) said.add(words);
          union.set(JSON.stringify([finding.code, finding.message, finding.range]), finding);
        }
      }
    }
    return [...union.values()].sort(byPlace);
  }

  async function publish(file: string, always: boolean): Promise<void> {
    const key = fileKey(file);
    const open = documents().ofFile(file);
    const uri = documents().uriOf(file);
    const last = reported.get(key);
    const diagnostics = findingsIn(key).map(convert);
    if (open === undefined && diagnostics.length === 0) {
      reported.delete(key);
      if (last !== undefined) await connection.sendDiagnostics({ uri: last.uri, diagnostics });
      else if (always) await connection.sendDiagnostics({ uri, diagnostics });
      return;
    }
    const params = open === undefined ? { uri, diagnostics } : { uri, version: open.version, diagnostics };
    // Telling the same again makes an editor ask for fixes anew, and closes a menu of them that is open.
    if (last?.params.version === params.version && JSON.stringify(last?.params) === JSON.stringify(params))
      return;
    reported.set(key, { uri, params });
    // The same file in another spelling would be shown twice.
    if (last !== undefined && last.uri !== uri)
      await connection.sendDiagnostics({ uri: last.uri, diagnostics: [] });
    await connection.sendDiagnostics(params);
  }

  /** The document itself first: that is where somebody types. */
  async function publishAll(
    document: OpenDocument,
    files: readonly string[],
    always: boolean,
  ): Promise<void> {
    const own = fileKey(document.file);
    await publish(document.file, always);
    const others = new Map(files.map((file) => [fileKey(file), file]));
    others.delete(own);
    for (const file of others.values()) await publish(file, false);
  }

  function filesOf(document: OpenDocument): string[] {
    return [...(found.get(fileKey(document.file)) ?? [])].flatMap(([, findings]) => findings[0]?.file ?? []);
  }

  return {
    start(capabilities) {
      showsRelated = capabilities.textDocument?.publishDiagnostics?.relatedInformation === true;
    },
    tell(document, findings) {
      const before = filesOf(document);
      const files = new Map<string, Finding[]>();
      for (const finding of findings) {
        const key = fileKey(finding.file);
        const list = files.get(key);
        if (list === undefined) files.set(key, [finding]);
        else list.push(finding);
      }
      found.set(fileKey(document.file), files);
      return publishAll(document, [...before, ...filesOf(document)], false);
    },
    clear(document) {
      const before = filesOf(document);
      found.delete(fileKey(document.file));
      return publishAll(document, before, true);
    },
    tellers(file) {
      const key = fileKey(file);
      return [...found].flatMap(([document, files]) =>
        files.has(key) ? (documents().ofFile(document) ?? []) : [],
      );
    },
    convert,
  };
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.range.start.line - b.range.start.line ||
    a.range.start.character - b.range.start.character ||
    a.range.end.line - b.range.end.line ||
    a.range.end.character - b.range.end.character
  );
}
