/** The server as editors start it: a process of its own, over stdio and over Node's channel. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { bundles } from '../../scripts/bundles.mjs';
import { MAP_TEXT_METHOD, type MapTextAnswer } from '../../server/src/language-server/protocol/index';

let directory: string;
let server: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mender-server-'));
  server = join(directory, 'server.js');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await Promise.all(
    bundles({ root, readable: false }).map((options) => build({ ...options, outdir: directory })),
  );
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const exited = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));

async function converse(client: ProtocolConnection): Promise<PublishDiagnosticsParams> {
  const published = new Promise<PublishDiagnosticsParams>((resolve) => {
    client.onNotification('textDocument/publishDiagnostics', resolve);
  });
  client.listen();
  await client.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await client.sendNotification('initialized', {});
  const text = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:latest\n';
  const uri = 'untitled:Untitled-1';
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  const diagnostics = await published;
  // What draws is loaded only now.
  const map = await client.sendRequest<MapTextAnswer>(MAP_TEXT_METHOD, { uri, format: 'svg' });
  expect(map?.text).toMatch(/^<svg/);
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  return diagnostics;
}

/** Starts the server, has it check a text, draw a map and end; all of that must go well. */
async function runOverStdio(...options: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [server, '--stdio', ...options]);
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const done = exited(child);
  const client = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const { diagnostics } = await converse(client);
  expect(diagnostics.map((d) => d.code)).toEqual(['missing-token-key-mount']);
  expect(await done).toBe(0);
  expect(errors).toEqual([]);
}

describe('the process', () => {
  test('over stdio checks, shuts down and exits with 0, its stderr empty', () => runOverStdio());

  test('over the channel of Node does the same', async () => {
    const child = fork(server, ['--node-ipc'], { silent: true });
    const done = exited(child);
    const client = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    expect((await converse(client)).diagnostics).toHaveLength(1);
    expect(await done).toBe(0);
  });

  describe('with a directory for its compiled code', () => {
    let code: string;
    const kept = () => readdirSync(code).map((name) => join(code, name));

    const run = () => runOverStdio(`--code-cache=${code}`);

    beforeEach(() => {
      code = join(mkdtempSync(join(directory, 'code-')), 'made', 'by-the-server');
    });

    test('keeps it for this user alone, and takes it the next time', async () => {
      await run();
      const [file = '', ...others] = kept();
      expect(others).toEqual([]);
      if (process.platform !== 'win32') {
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(statSync(code).mode & 0o777).toBe(0o700);
      }
      const before = statSync(file);
      await run();
      // What is refused, or wasn't read, is written anew under another inode.
      expect(kept()).toEqual([file]);
      expect(statSync(file).ino).toBe(before.ino);
    });

    test.each([
      ['is damaged', (file: string) => writeFileSync(file, 'no code', { mode: 0o600 })],
      ['is cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
      ['others could have written', (file: string) => chmodSync(file, 0o666)],
    ])('makes anew what %s', async (_, spoil) => {
      await run();
      const [file = ''] = kept();
      spoil(file);
      const before = statSync(file);
      await run();
      expect(kept()).toEqual([file]);
      expect(statSync(file).ino).not.toBe(before.ino);
    });

    test('removes what it kept of another version', async () => {
      await run();
      const [file = ''] = kept();
      const other = file.replace(/server-\d+-/, 'server-1-');
      renameSync(file, other);
      await run();
      expect(kept()).toEqual([file]);
    });

    test('starts where it can keep nothing', async () => {
      writeFileSync(join(code, '../..', 'made'), '');
      await run();
    });
  });

  test('ends with its client', async () => {
    const child = spawn(process.execPath, [server, '--stdio']);
    const done = exited(child);
    child.stdin.end();
    expect(await done).toBe(1);
  });

  test('started by hand says what it is', async () => {
    const child = spawn(process.execPath, [server]);
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    expect(await exited(child)).toBe(2);
    expect(said).toBe(
      'This is the language server of Mender Compose. An editor starts it, with --stdio or --node-ipc.\n',
    );
  });
});
