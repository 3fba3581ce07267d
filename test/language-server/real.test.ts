/** The real façade behind the wire, on a copy of the example. */

import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver/node';
import type { Applied, ApplyResult, PlanPreview } from '../../server/src/language-server/protocol/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { yaml } from '../yaml';
import { applyEdits, connect, type Wire } from './wire';

const EXAMPLE = fileURLToPath(new URL('../../examples/production', import.meta.url));
const PLANTED = [
  'missing-private-key-mount',
  'key-file-missing',
  'missing-certificate-mount',
  'misplaced-mount',
  'key-file-missing',
  'writable-key-mount',
  'storage-backend-cert-not-mounted',
  'key-file-missing',
  'shared-token-key',
  'key-file-missing',
  'shared-token-key',
];

let directory: string;
let uri: string;
let text: string;
let wire: Wire;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mender-lsp-'));
  cpSync(EXAMPLE, directory, { recursive: true });
  const file = join(directory, 'docker-compose.yml');
  uri = pathToFileURL(file).toString();
  text = readFileSync(file, 'utf8');
  wire = await connect(createLanguageService(nodeHost()));
});

afterEach(() => {
  wire.close();
  rmSync(directory, { recursive: true, force: true });
});

const codesOf = async (version: number) =>
  (await wire.publication((p) => p.version === version)).diagnostics.map((d) => d.code);

function editsOf(edit: CodeAction['edit']): TextDocumentEdit {
  const change = edit?.documentChanges?.[0];
  if (change === undefined || !('edits' in change)) throw new Error('there is no edit of a document');
  return change;
}

const plain = (edit: TextDocumentEdit) =>
  edit.edits.map((e) => e as Parameters<typeof applyEdits>[1][number]);

describe('the example', () => {
  test('tells what a mount is, where somebody points at it', async () => {
    await wire.open(text, 1, uri);
    await codesOf(1);
    const lines = text.split('\n');
    const line = lines.findIndex((each) => each.includes(':/etc/useradm/rsa/private.pem'));
    const character = (lines[line] ?? '').indexOf('./');
    const hover = (position: unknown) =>
      wire.client.sendRequest('textDocument/hover', { textDocument: { uri }, position });
    expect(await hover({ line, character })).toMatchObject({
      contents: {
        kind: 'markdown',
        value: expect.stringContaining('**Token signing key** of `mender-useradm`'),
      },
      range: { start: { line }, end: { line } },
    });
    expect(await hover({ line: 0, character: 0 })).toBeNull();
    expect(await hover({ line: 'x' })).toBeNull();
    expect(wire.logged).toEqual([]);
  });

  test('shows what was planted, and "fix all" mends what needs no key', async () => {
    await wire.open(text, 1, uri);
    expect(await codesOf(1)).toEqual(PLANTED);
    const range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
    const actions = await wire.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [], only: ['source.fixAll.mender'] },
    });
    expect(actions).toHaveLength(1);
    const resolved = await wire.client.sendRequest<CodeAction>('codeAction/resolve', actions[0]);
    await wire.change(applyEdits(text, plain(editsOf(resolved.edit))), 2, uri);
    // What is mounted at the right path now isn't on the disk yet: certificates, key, and one token key for two.
    expect(await codesOf(2)).toEqual([
      'missing-private-key-mount',
      'key-file-missing',
      'key-file-missing',
      'key-file-missing',
      'key-file-missing',
      'key-file-missing',
      'shared-token-key',
      'key-file-missing',
      'shared-token-key',
    ]);
  });

  test('every quick fix that is an edit takes its own finding away', async () => {
    await wire.open(text, 1, uri);
    const { diagnostics } = await wire.publication((p) => p.version === 1);
    let version = 1;
    let tried = 0;
    for (const { range, code } of diagnostics) {
      const actions = await wire.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: [], only: ['quickfix'] },
      });
      const own = actions.filter((a) => a.diagnostics?.some((d) => d.code === code));
      const count = (codes: readonly unknown[]) => codes.filter((each) => each === code).length;
      for (const action of own.filter((a) => a.command === undefined)) {
        const resolved = await wire.client.sendRequest<CodeAction>('codeAction/resolve', action);
        await wire.change(applyEdits(text, plain(editsOf(resolved.edit))), ++version, uri);
        expect(count(await codesOf(version)), action.title).toBe(count(PLANTED) - 1);
        await wire.change(text, ++version, uri);
        await codesOf(version);
        tried++;
        // The ids were for the text of then.
        break;
      }
    }
    expect(tried).toBeGreaterThanOrEqual(3);
  });

  test('"generate" makes the files that it showed, and leaves no finding', async () => {
    await wire.open(text, 1, uri);
    const plan = await wire.client.sendRequest<PlanPreview>('mender/plan', { uri });
    expect(plan.mender).toBe(true);
    expect(plan.create.map((file) => file.relative).sort()).toEqual([
      'keys/deviceauth-private.pem',
      'keys/private.pem',
      'ssl/mender-api-gateway/cert.pem',
      'ssl/mender-api-gateway/key.pem',
      'ssl/server.crt',
      'ssl/storage-proxy/cert.crt',
      'ssl/storage-proxy/key.pem',
    ]);
    const confirmed = plan.create.map((file) => file.path);
    const result = await wire.client.sendRequest<ApplyResult>('mender/apply', { uri, confirmed });
    expect(result).toMatchObject({ ok: true, versions: { [uri]: 1 } });
    const { edit, created, reminders } = result as Applied;
    expect(created.map((file) => file.path).sort()).toEqual([...confirmed].sort());
    for (const file of created) {
      const mode = file.kind === 'certificate' || file.kind === 'bundle' ? 0o644 : 0o600;
      if (process.platform !== 'win32') expect(statSync(file.path).mode & 0o777, file.relative).toBe(mode);
    }
    expect(reminders.join(' ')).toContain('Mender client build');
    // No key may travel in an edit.
    expect(JSON.stringify(result)).not.toContain('PRIVATE KEY');

    await wire.change(applyEdits(text, plain(editsOf(edit))), 2, uri);
    expect(await codesOf(2)).toEqual([]);
    const again = await wire.client.sendRequest<PlanPreview>('mender/plan', { uri });
    expect([again.create, again.edited]).toEqual([[], []]);
    expect(wire.logged).toEqual([]);
  });

  test('in an untrusted workspace nothing is made', async () => {
    await wire.client.sendNotification('mender/trust', { trusted: false });
    await wire.open(text, 1, uri);
    const result = await wire.client.sendRequest<ApplyResult>('mender/apply', { uri });
    expect(result).toMatchObject({ ok: false, cancelled: false });
    expect(() => statSync(join(directory, 'keys'))).toThrow();
    expect(() => statSync(join(directory, 'ssl'))).toThrow();
  });
});

describe('text that is being typed', () => {
  test('is checked at every length without a word in the log', async () => {
    await wire.open('', 1, uri);
    const step = Math.max(1, Math.floor(text.length / 150));
    let version = 1;
    const range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
    for (let length = 0; length <= text.length; length += step) {
      await wire.change(text.slice(0, length), ++version, uri);
      await wire.client.sendRequest('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      });
    }
    await wire.change(text, ++version, uri);
    expect(await codesOf(version)).toEqual(PLANTED);
    expect(wire.logged).toEqual([]);
  });

  test.each([
    ['services:\n  mender-useradm:\n    image: mendersoftware/useradm:3.4\n    volumes:\n      - '],
    ['services: 3'],
    ['services:\n  mender-useradm:\n    image: mendersoftware/useradm\n    volumes: [1, {}, null, "'],
    ['services: &a\n  x: *a'],
    ['\u0000\u0001\ufeff'],
    ['- a\n- b'],
    ['{'],
  ])('%j is no trouble', async (content) => {
    await wire.open(content, 1, uri);
    await wire.publication((p) => p.version === 1);
    await wire.client.sendRequest('mender/plan', { uri });
    expect(wire.logged).toEqual([]);
  });

  test('other YAML gets no finding and no fix', async () => {
    const other = pathToFileURL(join(directory, 'deployment.yaml')).toString();
    await wire.open(
      yaml`
      apiVersion: v1
      kind: Pod
      spec:
        containers: []
    `,
      1,
      other,
    );
    expect((await wire.publication((p) => p.uri === other)).diagnostics).toEqual([]);
    expect(await wire.client.sendRequest('mender/plan', { uri: other })).toMatchObject({
      mender: false,
      create: [],
    });
  });
});
