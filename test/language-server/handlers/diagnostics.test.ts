import { afterEach, describe, expect, test } from 'vitest';
import { toDiagnostic } from '../../../server/src/language-server/handlers/diagnostics';
import { type FakeService, fakeService } from '../fake-service';
import { connect, URI, VSCODE, type Wire, type WireOptions } from '../wire';

/** What only reads, and is offered to every client. */
const READING = {
  completionProvider: { triggerCharacters: ['-', ' ', ':', '/', '=', '#', '[', '{', ','] },
  codeLensProvider: { resolveProvider: true },
  inlayHintProvider: true,
  documentLinkProvider: {},
  definitionProvider: true,
  referencesProvider: true,
  documentSymbolProvider: { label: 'Mender' },
};

let wire: Wire;
let service: FakeService;

async function start(options?: WireOptions): Promise<void> {
  service = fakeService();
  wire = await connect(service, options);
}

afterEach(() => wire.close());

const version = (number: number) => (params: { version?: number }) => params.version === number;

describe('what the server says of itself', () => {
  test('with our own client it offers no commands, because the client has them', async () => {
    await start();
    expect(wire.initialized).toEqual({
      serverInfo: { name: 'mender-compose', version: '1.2.3' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: 2 },
        ...READING,
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.mender'], resolveProvider: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    });
  });

  test('with any other client it offers both commands', async () => {
    await start({ initializationOptions: {} });
    expect(wire.initialized.capabilities.executeCommandProvider).toEqual({
      commands: ['mender.applyFix', 'mender.generateKeys'],
    });
  });

  test('asks for news of the settings and of the files that matter', async () => {
    await start();
    await wire.until(() => wire.registered.length === 2);
    const options = Object.fromEntries(wire.registered.map((r) => [r.method, r.registerOptions]));
    expect(options).toEqual({
      'workspace/didChangeConfiguration': { section: 'mender' },
      'workspace/didChangeWatchedFiles': {
        watchers: [
          { globPattern: '**/.env*' },
          { globPattern: '**/*.env' },
          { globPattern: '**/.gitignore' },
          { globPattern: '**/*.{yml,yaml,pem,crt,cer,key}' },
        ],
      },
    });
  });
});

describe('diagnostics of an open document', () => {
  test('carry range, severity, source, code, page, related places and version', async () => {
    await start();
    await wire.open('BAD\n  BAD', 7);
    expect(await wire.publication(() => true)).toEqual({
      uri: URI,
      version: 7,
      diagnostics: [
        {
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } },
          severity: 1,
          source: 'Mender Compose',
          code: 'missing-certificate-mount',
          codeDescription: { href: 'https://example.com/page' },
          message: 'Line 0 is bad',
          relatedInformation: [
            {
              message: 'the first line',
              location: {
                uri: URI,
                range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
              },
            },
          ],
        },
        {
          range: { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } },
          severity: 1,
          source: 'Mender Compose',
          code: 'missing-certificate-mount',
          message: 'Line 1 is bad',
          relatedInformation: [
            {
              message: 'the first line',
              location: {
                uri: URI,
                range: { start: { line: 1, character: 2 }, end: { line: 1, character: 2 } },
              },
            },
          ],
        },
      ],
    });
  });

  test('leave related places out for a client that does not show them', async () => {
    await start({ capabilities: { ...VSCODE, textDocument: {} } });
    await wire.open('BAD');
    const { diagnostics } = await wire.publication(() => true);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).not.toHaveProperty('relatedInformation');
  });

  test('link to the page that comes with the server, or to one on the web, or to none', async () => {
    await start();
    service.open('/p/a.yml', 'BAD\nBAD', 1);
    const answer = await service.check('/p/a.yml');
    const [web, local] = answer !== undefined && 'findings' in answer ? answer.findings : [];
    if (web === undefined || local === undefined) throw new Error('the fake found nothing');
    const href = (finding: typeof web, pages: string | undefined) =>
      toDiagnostic(finding, (file) => file, true, pages).codeDescription?.href;
    expect(href(web, 'file:///x/')).toBe('https://example.com/page');
    expect(href(local, 'file:///x/')).toBe('file:///x/docs/rules/missing-certificate-mount.md');
    expect(href(local, undefined)).toBeUndefined();
  });

  test('follow incremental edits', async () => {
    await start();
    await wire.open('one\nBAD\nthree');
    await wire.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [
        { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } }, text: 'x\nyä𝒳' },
        { range: { start: { line: 1, character: 4 }, end: { line: 2, character: 0 } }, text: '\n  ' },
      ],
    });
    const { diagnostics } = await wire.publication(version(2));
    expect(service.texts.get('/project/docker-compose.yml')).toBe('x\nyä𝒳\n  BAD\nthree');
    expect(diagnostics.map((d) => d.range.start)).toEqual([{ line: 2, character: 2 }]);
  });

  test('go away when the text is good, and when the document is closed', async () => {
    await start();
    await wire.open('BAD');
    await wire.change('fine', 2);
    expect((await wire.publication(version(2))).diagnostics).toEqual([]);
    await wire.change('BAD', 3);
    expect((await wire.publication(version(3))).diagnostics).toHaveLength(1);
    const before = wire.published.length;
    await wire.client.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    expect(await wire.publication(() => true, before)).toEqual({ uri: URI, diagnostics: [] });
    expect(service.texts.size).toBe(0);
  });

  test('a newer edit aborts the older run, whose findings are never published', async () => {
    await start();
    await wire.open('BAD SLOW');
    await wire.change('BAD\nBAD', 2);
    await wire.publication(version(2));
    expect(service.waiting).toHaveLength(1);
    expect(service.waiting[0]?.signal?.aborted).toBe(true);
    service.waiting[0]?.release();
    await wire.change('fine', 3);
    await wire.publication(version(3));
    expect(wire.published.map((params) => params.version)).toEqual([2, 3]);
  });

  test('closing aborts the run under way', async () => {
    await start();
    await wire.open('BAD SLOW');
    await wire.client.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    await wire.publication(() => true);
    expect(service.waiting[0]?.signal?.aborted).toBe(true);
    service.waiting[0]?.release();
    await wire.open('fine', 9);
    await wire.publication(version(9));
    expect(wire.published.map((params) => params.diagnostics.length)).toEqual([0, 0]);
  });

  test('a second didOpen replaces the first', async () => {
    await start();
    await wire.open('BAD', 1);
    await wire.open('BAD\nBAD', 5);
    expect((await wire.publication(version(5))).diagnostics).toHaveLength(2);
  });

  test('a document that makes the service throw is logged in one line, and the others are still checked', async () => {
    await start();
    await wire.open('THROW');
    await wire.until(() => wire.logged.length > 0);
    expect(wire.logged).toEqual(['Checking /project/docker-compose.yml failed: the fake was told to throw']);
    await wire.open('BAD', 1, 'file:///project/other.yml');
    expect((await wire.publication(() => true)).uri).toBe('file:///project/other.yml');
  });

  test('a file that cannot be read is said once, not at every keystroke', async () => {
    await start();
    await wire.open('PROBLEM');
    await wire.change('PROBLEM again', 2);
    expect((await wire.publication(version(2))).diagnostics).toEqual([]);
    expect(wire.logged).toEqual(['/project/docker-compose.yml is too large.']);
  });

  test('documents without a path are known by their URI', async () => {
    await start();
    await wire.open('BAD', 1, 'untitled:Untitled-1');
    expect((await wire.publication(() => true)).uri).toBe('untitled:Untitled-1');
    expect([...service.texts.keys()]).toEqual(['untitled:Untitled-1']);
  });

  test('the two spellings of a Windows drive are one document, answered in the spelling of the client', async () => {
    await start();
    await wire.open('BAD', 1, 'file:///C%3A/project/compose.yml');
    await wire.publication(version(1));
    await wire.change('fine', 2, 'file:///c:/project/compose.yml');
    const second = await wire.publication(version(2));
    expect(second).toEqual({ uri: 'file:///C%3A/project/compose.yml', version: 2, diagnostics: [] });
    expect(service.texts.size).toBe(1);
  });

  test('are made anew when a watched file changes', async () => {
    await start();
    await wire.open('BAD');
    await wire.publication(() => true);
    service.texts.set('/project/docker-compose.yml', 'fine');
    await wire.client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: 'file:///project/ssl/cert.pem', type: 1 }],
    });
    expect((await wire.publication(() => true, 1)).diagnostics).toEqual([]);
  });
});
