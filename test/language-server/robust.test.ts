/** Whatever arrives, the server lives on and answers the next honest request. */
import { afterEach, describe, expect, test } from 'vitest';
import { createErrorBoundary, oneLine } from '../../server/src/language-server/core/error-boundary';
import { fileKey, fileOf, relativeTo, uriOf } from '../../server/src/language-server/core/uris';
import { type FakeService, fakeService } from './fake-service';
import { connect, URI, type Wire } from './wire';

let wire: Wire;
let service: FakeService;

afterEach(() => wire?.close());

async function stillAlive(): Promise<void> {
  await wire.open('BAD', 77, 'file:///project/alive.yml');
  const { diagnostics } = await wire.publication((p) => p.version === 77);
  expect(diagnostics).toHaveLength(1);
}

describe('malformed messages', () => {
  const NOTIFICATIONS: readonly [string, unknown][] = [
    ['textDocument/didOpen', null],
    ['textDocument/didOpen', {}],
    ['textDocument/didOpen', { textDocument: { uri: 5, text: 'BAD' } }],
    ['textDocument/didOpen', { textDocument: { uri: URI } }],
    [
      'textDocument/didOpen',
      { textDocument: { uri: '%%%:\\\u0000', version: 'x', languageId: 3, text: '' } },
    ],
    ['textDocument/didChange', { textDocument: { uri: URI, version: 2 } }],
    ['textDocument/didChange', { textDocument: { uri: URI }, contentChanges: [{ range: 'x', text: 4 }] }],
    [
      'textDocument/didChange',
      { textDocument: { uri: 'file:///never-opened.yml', version: 1 }, contentChanges: [] },
    ],
    ['textDocument/didClose', { textDocument: { uri: 'file:///never-opened.yml' } }],
    ['textDocument/didClose', [1]],
    ['workspace/didChangeConfiguration', null],
    ['workspace/didChangeWatchedFiles', null],
    ['mender/trust', null],
    ['mender/nothing', { a: 1 }],
    ['$/unknown', {}],
  ];

  test.each(NOTIFICATIONS)('%s with %j', async (method, params) => {
    service = fakeService();
    wire = await connect(service);
    await wire.open('fine');
    await wire.client.sendNotification(method, params as object);
    await stillAlive();
  });

  test('an unknown request is answered with an error, and an edit out of bounds is clamped', async () => {
    service = fakeService();
    wire = await connect(service);
    await expect(wire.client.sendRequest('textDocument/nonsense', {})).rejects.toMatchObject({
      code: -32601,
    });
    await wire.open('one', 1);
    await wire.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [
        { range: { start: { line: 90, character: 9 }, end: { line: 99, character: 0 } }, text: ' BAD' },
      ],
    });
    await wire.publication((p) => p.version === 2);
    expect(service.texts.get('/project/docker-compose.yml')).toBe('one BAD');
  });

  test('an initialize without capabilities and with nonsense for options', async () => {
    service = fakeService();
    wire = await connect(service, { capabilities: {}, initializationOptions: 'nonsense' });
    expect(wire.initialized.serverInfo?.name).toBe('mender-compose');
    await stillAlive();
  });
});

describe('the boundary', () => {
  test('never lets PEM text into the log', () => {
    expect(oneLine(new Error('bad: -----BEGIN PRIVATE KEY-----\nabc'))).not.toContain('BEGIN');
    expect(oneLine(`${'x'.repeat(400)}`)).toHaveLength(301);
    expect(oneLine(undefined)).toBe('undefined');
  });

  test('survives a log that is gone', async () => {
    const log = {
      error() {
        throw new Error('disposed');
      },
      warn() {},
      info() {},
    };
    const answer = await createErrorBoundary(log)('Work', 'fallback', () => {
      throw new Error('no');
    });
    expect(answer).toBe('fallback');
  });
});

describe('URIs and file ids', () => {
  test('go there and back, with blanks, hashes and letters of any alphabet', () => {
    for (const path of ['/a b/compose.yml', '/a#b/ä𝒳/compose.yml', '/a%20b?c']) {
      expect(fileOf(uriOf(path))).toBe(path);
    }
    expect(fileOf('file:///project/a%20b.yml')).toBe('/project/a b.yml');
    expect(fileOf('vscode-vfs://github/a/b.yml')).toBe('vscode-vfs://github/a/b.yml');
    expect(uriOf('untitled:Untitled-1')).toBe('untitled:Untitled-1');
  });

  test('of one Windows drive are one file, whatever the case of its letter', () => {
    expect(fileKey('C:\\p\\compose.yml')).toBe(fileKey('c:\\p\\compose.yml'));
    expect(fileKey('C:\\p\\compose.yml')).not.toBe(fileKey('c:\\P\\compose.yml'));
    expect(fileOf('file:///C%3A/p')).toBe(fileOf('file:///c:/p'));
  });

  test('are shown from the directory of the compose file', () => {
    expect(relativeTo('/p/compose.yml', '/p/ssl/cert.pem')).toBe('ssl/cert.pem');
    expect(relativeTo('/p/q/compose.yml', '/p/keys/a.pem')).toBe('../keys/a.pem');
    expect(relativeTo('/compose.yml', '/a.pem')).toBe('a.pem');
    expect(relativeTo('C:\\p\\compose.yml', 'c:\\p\\ssl\\cert.pem')).toBe('ssl/cert.pem');
    expect(relativeTo('c:\\p\\compose.yml', 'd:\\ssl\\cert.pem')).toBe('d:\\ssl\\cert.pem');
    expect(relativeTo('untitled:Untitled-1', '/p/a.pem')).toBe('/p/a.pem');
  });
});
