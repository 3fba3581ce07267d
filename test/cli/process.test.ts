/** The bundled command as a process of its own: what only a real process shows. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let directory = '';
let cli = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mender-compose-cli-'));
  cli = join(directory, 'dist', 'cli.js');
  await build({
    entryPoints: [join(ROOT, 'server/src/main/cli.ts')],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'node'],
    logLevel: 'error',
  });
  writeFileSync(join(directory, 'package.json'), '{"version":"9.8.7"}');
  writeFileSync(
    join(directory, 'dist', 'server.js'),
    'console.log("server", process.argv.slice(2).join(" "));',
  );
  mkdirSync(join(directory, 'few'));
  mkdirSync(join(directory, 'many'));
  const service = (number: number) => `  useradm-${number}:\n    image: mendersoftware/useradm\n`;
  const services = Array.from({ length: 600 }, (_, number) => service(number)).join('');
  writeFileSync(join(directory, 'many', 'docker-compose.yml'), `services:\n${services}`);
  writeFileSync(join(directory, 'few', 'docker-compose.yml'), `services:\n${service(1)}`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [cli, ...args], { cwd: directory, encoding: 'utf8' });

it('takes its version from the package', () => {
  expect(run('--version')).toMatchObject({ status: 0, stdout: '9.8.7\n', stderr: '' });
});

it('sets the exit code, and writes a long answer whole', () => {
  const { status, stdout } = run('check', 'many', '--format', 'json');
  expect(status).toBe(1);
  expect(stdout.length).toBeGreaterThan(200_000);
  expect(JSON.parse(stdout).findings).toHaveLength(600);
  expect(run('nonsense').status).toBe(2);
});

it('starts the server that lies beside it, and does not carry it inside', () => {
  expect(run('lsp', '--stdio')).toMatchObject({ status: 0, stdout: 'server lsp --stdio\n', stderr: '' });
  expect(readFileSync(cli, 'utf8')).not.toContain('vscode-languageserver');
});

it('says nothing about a reader that has had enough', async () => {
  const child = spawn(process.execPath, [cli, 'check', 'many'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect([status, err]).toEqual([1, '']);
});

it('ends the question of a fix with Ctrl-C, exit 130 and nothing written', async () => {
  // A pipe is no terminal, so the process is told that it is one.
  const preload = join(directory, 'terminal.cjs');
  writeFileSync(preload, 'process.stdin.isTTY = true; process.stderr.isTTY = true;');
  const args = ['-r', preload, cli, 'fix', '--generate', 'few'];
  const child = spawn(process.execPath, args, { cwd: directory, stdio: ['pipe', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (data) => {
    const asked = err.includes('[y/N]');
    err += data;
    if (!asked && err.includes('[y/N]')) child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(err).toContain('mender-compose: interrupted.');
  expect(status).toBe(130);
  expect(readdirSync(join(directory, 'few'))).toEqual(['docker-compose.yml']);
});
