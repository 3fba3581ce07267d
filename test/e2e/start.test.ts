// `npm start` without its build: what it prints, who may connect, and that it leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './harness/editor';

interface Started {
  readonly child: ChildProcess;
  /** Where it puts its temporary files. */
  readonly temporary: string;
  output(): string;
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Started {
  const temporary = mkdtempSync(join(tmpdir(), 'mender-compose-e2e-start-'));
  const script = join(root, 'scripts', 'start.mjs');
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, NO_COLOR: '1' };
  const child = spawn(process.execPath, [script, '--no-build', ...args], { cwd: root, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return { child, temporary, output: () => output, ended };
}

/** Waits until the output matches; fails when the process ends without that. */
async function waitForOutput(started: Started, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(started.output());
    if (found) return found;
    const next = new Promise((resolve) => started.child.stdout?.once('data', resolve));
    const ended = await Promise.race([next.then(() => false), started.ended.then(() => true)]);
    if (ended && !pattern.test(started.output())) throw new Error(`It ended with:\n${started.output()}`);
  }
}

test('--no-open checks a copy of the example, ends well, and leaves nothing', async () => {
  const started = start('--no-open');
  expect(await started.ended).toBe(0);
  expect(started.output()).toContain('$ mender-compose check');
  expect(started.output()).toContain('[missing-private-key-mount]');
  expect(readdirSync(started.temporary)).toEqual([]);
});

test('opens to the one who has the secret only, and ends when asked to', async () => {
  const started = start('--browser');
  const address = (await waitForOutput(started, /^ *(http:\/\/127\.0\.0\.1:\S+)$/m))[1] ?? '';
  const withSecret = new URL(address);
  const secret = withSecret.searchParams.get('tkn') ?? '';
  expect(secret).toMatch(/^[0-9a-f]{48}$/);

  const opened = await fetch(withSecret, { redirect: 'manual' });
  expect(opened.status).toBe(302);
  expect(opened.headers.get('set-cookie')).toContain('vscode-tkn=');
  for (const wrong of ['', `0${secret.slice(1)}x`]) {
    const refused = new URL(address);
    refused.searchParams.set('tkn', wrong);
    expect((await fetch(refused, { redirect: 'manual' })).status, wrong).toBe(403);
  }

  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
  expect(readdirSync(started.temporary)).toEqual([]);
  await expect(fetch(withSecret)).rejects.toThrow();
});

test('what it is told wrongly, it says', async () => {
  const started = start('--port', 'http');
  expect(await started.ended).toBe(2);
  expect(started.output()).toContain('--port http: not a port');
});
