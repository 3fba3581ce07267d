/** What is shown in the text: code lenses and inlay hints, over the real wire, with files on a real disk. */
import { describe, expect, test } from 'vitest';
import type { CodeLens, InlayHint } from 'vscode-languageserver/node';
import { rangeOf } from '../editor';
import { it, keys, start, TEXT, useDocument } from '../reading-document';

useDocument();

describe('code lenses', () => {
  const lenses = () => it.ask<CodeLens[]>('codeLens');
  const resolve = (lens: CodeLens) => it.wire.client.sendRequest<CodeLens>('codeLens/resolve', lens);
  const titles = async () => {
    const all = await Promise.all((await lenses()).map((lens) => (lens.command ? lens : resolve(lens))));
    return all.map(({ range, command }) =>
      `${range.start.line} ${command?.title} ${command?.command}`.trim(),
    );
  };

  test('tell the state of each service, with a command where one helps', async () => {
    await start();
    expect((await titles()).map((title) => title.replace(/2[56] days/, 'n days'))).toEqual([
      '1 TLS: expires in n days mender.applyFix',
      '6 Storage certificate: expires in n days',
      '13 Token key: RSA 2048',
      '18 Token key missing mender.applyFix',
    ]);
    const [first] = await lenses();
    const resolved = await resolve(first as CodeLens);
    const [uri, fix] = resolved.command?.arguments ?? [];
    expect(await it.wire.client.sendRequest('mender/plan', { uri, fixId: fix })).toMatchObject({
      ok: true,
      mender: true,
    });
    expect(resolved.range).toEqual(rangeOf(TEXT, 'mender-api-gateway'));
  });

  test('do what they say after an edit above them, and nothing once they would do something else', async () => {
    await start();
    const missing = (await lenses()).at(-1) as CodeLens;
    const [uri, fixId] = (await resolve(missing)).command?.arguments ?? [];
    const plan = () => it.wire.client.sendRequest('mender/plan', { uri, fixId });
    await it.type(`# A comment above.\n${TEXT}`);
    expect(await plan()).toMatchObject({ ok: true, title: expect.stringContaining('mender-device-auth') });
    await it.type(TEXT.replaceAll('mender-device-auth', 'mender-auth'));
    expect(await plan()).toMatchObject({ ok: false, message: expect.stringContaining('has changed') });
    for (const odd of ['lens:', 'lens:{', 'lens:[1]', 'lens:null']) {
      const asked = it.wire.client.sendRequest('mender/plan', { uri, fixId: odd });
      expect(await asked, odd).toMatchObject({ ok: false });
    }
  });

  test('tell of a key that two services use, and honour a rule that is off', async () => {
    const shared = TEXT.replace(
      'image: mendersoftware/deviceauth:mender-3.3.0',
      'image: mendersoftware/deviceauth:mender-3.3.0\n    volumes:\n      - ./keys/token.pem:/etc/deviceauth/rsa/private.pem:ro',
    );
    await start({}, shared);
    expect(await titles()).toContain('18 Token key: shared with mender-useradm mender.applyFix');
    it.close();
    await start(
      { settings: { rules: { 'shared-token-key': 'off', 'missing-token-key-mount': 'off' } } },
      shared,
    );
    await expect.poll(titles).toContain('18 Token key: RSA 2048');
  });

  test('tell of a certificate that is mounted and that no variable names', async () => {
    const text = TEXT.replace('      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt\n', '');
    await start({}, text);
    expect(await titles()).toContain(
      '6 Storage certificate: not named by STORAGE_BACKEND_CERT mender.applyFix',
    );
  });

  test('have no command for a client without prompts, nor in an untrusted workspace', async () => {
    await start({ prompts: false });
    expect((await lenses()).map(({ command, data }) => [command?.command, data])).toContainEqual([
      '',
      undefined,
    ]);
    expect((await titles()).join()).not.toContain('mender.applyFix');
    it.close();
    await start({ trusted: false });
    expect(await titles()).toEqual([
      '1 TLS: mounted',
      '6 Storage certificate: mounted',
      '13 Token key: mounted',
      '18 Token key missing',
    ]);
  });

  test('can be switched off, and come back', async () => {
    await start({ settings: { codeLens: { enabled: false } } });
    await expect.poll(lenses).toEqual([]);
    const asked = it.refreshes.codeLens;
    it.wire.configuration = { codeLens: { enabled: true } };
    await it.wire.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await expect.poll(async () => (await lenses()).length).toBe(4);
    expect(it.refreshes.codeLens).toBe(asked + 1);
  });

  test('are asked for anew when a file on disk changes what they say', async () => {
    await start();
    await lenses();
    const news = (name: string) =>
      it.wire.client.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: it.uri(name), type: 2 }],
      });
    it.write('keys/token.pem', keys.key);
    await news('keys/token.pem');
    await it.wire.until(() => it.wire.statuses.length > 1);
    await expect.poll(() => it.refreshes.codeLens).toBe(1);
    expect(await titles()).toContain('13 Token key: shared with mender-api-gateway mender.applyFix');
  });
});

describe('inlay hints', () => {
  const all = { range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } } };

  test('tell the days behind the mounts of certificates, when switched on', async () => {
    await start();
    expect(await it.ask('inlayHint', all)).toEqual([]);
    it.close();
    await start({ settings: { inlayHints: { enabled: true } } });
    await expect.poll(async () => (await it.ask<InlayHint[]>('inlayHint', all)).length).toBe(2);
    const hints = await it.ask<InlayHint[]>('inlayHint', all);
    expect(hints.map(({ position }) => position)).toEqual([
      rangeOf(TEXT, '/etc/traefik/certs/cert.crt:ro').end,
      rangeOf(TEXT, '/etc/ssl/certs/storage.crt:ro').end,
    ]);
    expect(hints[0]?.label).toMatch(/^2[56] days$/);
    const part = { range: { start: { line: 10, character: 0 }, end: { line: 13, character: 0 } } };
    expect(await it.ask('inlayHint', part)).toHaveLength(1);
    expect(await it.ask('inlayHint', {})).toEqual([]);
  });
});
