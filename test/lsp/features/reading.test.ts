/** Hover, lenses, hints, links, navigation and outline, over the real wire, with files on a real disk. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  CodeLens,
  DocumentLink,
  DocumentSymbol,
  Hover,
  InlayHint,
  Location,
  LocationLink,
  MarkupContent,
  SymbolInformation,
} from 'vscode-languageserver/node';
import {
  COMPOSE,
  EDITOR,
  type Editor,
  type EditorOptions,
  editor,
  type Keys,
  makeKeys,
  rangeOf,
} from './editor';

const TEXT = `services:
  mender-api-gateway:
    image: traefik:v2.5
    volumes:
      - \${TLS}/cert.pem:/etc/traefik/certs/cert.crt:ro
      - ./tls/key.pem:/etc/traefik/certs/private.key:ro
  mender-deployments:
    image: mendersoftware/deployments:mender-3.3.0
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://mender.example.com
    volumes:
      - ./tls/cert.pem:/etc/ssl/certs/storage.crt:ro
  mender-useradm:
    image: mendersoftware/useradm:mender-3.3.0
    volumes:
      - ./keys/token.pem:/etc/useradm/rsa/private.pem:ro
      - ./keys:/other
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.3.0
  mongo:
    image: mongo:6
    volumes:
      - ./keys/token.pem:/backup/token.pem
`;

let it: Editor;
let keys: Keys;

beforeAll(async () => {
  keys = await makeKeys(26);
});

async function start(options: EditorOptions = {}, text = TEXT): Promise<void> {
  it = await editor({
    files: {
      '.env': 'OTHER=1\nTLS=./tls\n',
      'tls/cert.pem': keys.certificate,
      'tls/key.pem': keys.key,
      'keys/token.pem': keys.tokenKey,
      [COMPOSE]: text,
    },
    ...options,
  });
  await it.type(text);
  await it.wire.publication(({ version }) => version === 1);
}

afterEach(() => {
  expect(it.wire.logged).toEqual([]);
  it.close();
});

/** In the first line that has `what`, behind its first character. */
function inside(what: string, text = TEXT) {
  const { start: from } = rangeOf(text, what);
  return { position: { line: from.line, character: from.character + 1 } };
}

async function hover(what: string): Promise<string | undefined> {
  const found = await it.ask<Hover | null>('hover', inside(what));
  return found ? (found.contents as MarkupContent).value : undefined;
}

describe('hover', () => {
  test('on a service tells its part in this release, and what meets each need', async () => {
    await start();
    const text = await hover('mender-api-gateway:');
    expect(text).toContain('**API gateway** · Mender 3.3');
    expect(text).toMatch(
      /\| TLS certificate \| `\/etc\/traefik\/certs\/cert.crt` \| `\$\{TLS}\/cert.pem` \| expires in 2[56] days \|/,
    );
    expect(text).toContain(
      '| TLS private key | `/etc/traefik/certs/private.key` | `./tls/key.pem` | RSA 2048 |',
    );
    const missing = await hover('mender-device-auth:');
    expect(missing).toContain('| Token key | `/etc/deviceauth/rsa/private.pem` | nothing | missing |');
    expect(missing).toMatch(/\[Generate [^\]]*\]\(command:mender.applyFix\?%5B%22file/);
  });

  test('on a variable tells what it is for, its value, and what is behind it', async () => {
    await start();
    const text = await hover('STORAGE_BACKEND_CERT');
    expect(text).toContain('**`STORAGE_BACKEND_CERT`** of `mender-deployments`');
    expect(text).toContain('the deployments service trusts it');
    expect(text).toContain('Value: `/etc/ssl/certs/storage.crt`');
    expect(text).toContain('Certificate of `mender.example.com`, self-signed');
    expect(await hover('DEPLOYMENTS_AWS_URI')).toContain('its certificate must name the host');
  });

  test('on a container path tells what the file is for', async () => {
    await start();
    const text = await hover('/etc/useradm/rsa');
    expect(text).toContain('**Token signing key** of `mender-useradm` · Mender 3.3');
    expect(text).toContain('whoever has it can forge them. Without it, it cannot sign the tokens of users.');
    expect(text).toContain('Private key, RSA 2048');
    const gateway = await hover('/etc/traefik/certs/cert.crt');
    expect(gateway).toContain('connects to it by TLS. Without it, Traefik answers');
  });

  test('says what is wrong elsewhere, and links a command only for a client with prompts of its own', async () => {
    const shared = TEXT.replace(
      'image: mendersoftware/deviceauth:mender-3.3.0',
      'image: mendersoftware/deviceauth:mender-3.3.0\n    volumes:\n      - ./keys/token.pem:/etc/deviceauth/rsa/private.pem:ro',
    );
    await start({}, shared);
    const at = inside('/etc/deviceauth/rsa', shared);
    const value = async () => ((await it.ask<Hover>('hover', at)).contents as MarkupContent).value;
    const text = await value();
    expect(text).toContain('Give each service a key of its own');
    expect(text).toContain('(command:mender.applyFix?');
    it.close();
    await start({ prompts: false }, shared);
    expect(await value()).toContain('Give each service a key of its own');
    expect(await value()).not.toContain('command:');
    it.close();
    await start({ trusted: false }, shared);
    expect(await value()).not.toContain('command:');
  });

  test('is silent about the rest', async () => {
    await start();
    expect(await hover('mongo:6')).toBeUndefined();
    expect(await hover('./keys:/other')).toBeUndefined();
    expect(await hover('image: traefik')).toBeUndefined();
  });
});

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

describe('document links', () => {
  test('lead to the files that are there, variables resolved', async () => {
    await start();
    const links = await it.ask<DocumentLink[]>('documentLink');
    expect(links.map(({ range, target }) => [range, target])).toEqual([
      [rangeOf(TEXT, '${TLS}/cert.pem'), it.uri('tls/cert.pem')],
      [rangeOf(TEXT, './tls/key.pem'), it.uri('tls/key.pem')],
      [rangeOf(TEXT, './tls/cert.pem'), it.uri('tls/cert.pem')],
      [rangeOf(TEXT, './keys/token.pem'), it.uri('keys/token.pem')],
    ]);
    expect(links[0]?.tooltip).toContain('TLS certificate');
  });

  test('are not made in an untrusted workspace', async () => {
    await start({ trusted: false });
    expect(await it.ask('documentLink')).toEqual([]);
  });
});

describe('definitions', () => {
  const targets = async (what: string, offset = 1) => {
    const { start: from } = rangeOf(TEXT, what);
    const position = { line: from.line, character: from.character + offset };
    const found = await it.ask<LocationLink[] | null>('definition', { position });
    return found?.map(({ targetUri, targetRange }) => [targetUri, targetRange.start.line]);
  };

  test('of a source is the host file, of a variable the line of .env, of a named path its mount', async () => {
    await start();
    expect(await targets('./tls/key.pem')).toEqual([[it.uri('tls/key.pem'), 0]]);
    expect(await targets('${TLS}', 3)).toEqual([[it.uri('.env'), 1]]);
    expect(await targets('${TLS}/cert', 9)).toEqual([[it.uri('tls/cert.pem'), 0]]);
    expect(await targets('/etc/ssl/certs/storage.crt')).toEqual([
      [it.uri(COMPOSE), rangeOf(TEXT, './tls/cert.pem').start.line],
    ]);
    expect(await targets('/etc/ssl/certs/storage.crt:ro')).toEqual([
      [it.uri(COMPOSE), rangeOf(TEXT, 'STORAGE_BACKEND_CERT').start.line],
    ]);
    expect(await targets('mongo:6')).toBeUndefined();
    expect(await targets('/etc/useradm/rsa')).toBeUndefined();
  });

  test('are plain places for a client that takes no links; no host file in an untrusted workspace', async () => {
    await start({ capabilities: {}, trusted: false });
    const found = await it.ask<Location[]>('definition', inside('STORAGE_BACKEND_CERT'));
    expect(found).toEqual([{ uri: it.uri(COMPOSE), range: expect.anything() }]);
    expect(await it.ask('definition', inside('./tls/key.pem'))).toBeNull();
  });
});

test('a file-backed secret is as good as a mount: its path is hovered over, linked and followed', async () => {
  const text = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.3.0
    secrets:
      - source: token
        target: /etc/useradm/rsa/private.pem
secrets:
  token:
    file: ./keys/token.pem
`;
  await start({}, text);
  const found = await it.ask<Hover>('hover', inside('./keys/token.pem', text));
  expect(found.range).toEqual(rangeOf(text, './keys/token.pem'));
  const links = await it.ask<DocumentLink[]>('documentLink');
  expect(links.map(({ range }) => range)).toEqual([rangeOf(text, './keys/token.pem')]);
  const [target] = await it.ask<LocationLink[]>('definition', inside('./keys/token.pem', text));
  expect(target).toMatchObject({ targetUri: it.uri('keys/token.pem') });
});

test('references are all places that use one host file, variables and other services too', async () => {
  await start();
  const lines = async (what: string) =>
    (await it.ask<Location[]>('references', { ...inside(what), context: { includeDeclaration: true } }))
      .map(({ range }) => range.start.line)
      .sort((a, b) => a - b);
  const line = (what: string) => rangeOf(TEXT, what).start.line;
  expect(await lines('${TLS}/cert.pem')).toEqual([
    line('${TLS}/cert.pem'),
    line('STORAGE_BACKEND_CERT'),
    line('./tls/cert.pem'),
  ]);
  expect(await lines('STORAGE_BACKEND_CERT')).toEqual(await lines('./tls/cert.pem'));
  expect(await lines('./keys/token.pem')).toEqual([line('./keys/token.pem'), line('/backup/token.pem')]);
  expect(await lines('mongo:6')).toEqual([]);
});

describe('the outline', () => {
  test('has each Mender service with what it is given', async () => {
    await start();
    const symbols = await it.ask<DocumentSymbol[]>('documentSymbol');
    const told = (symbol: DocumentSymbol): string[] => [
      `${symbol.name}: ${symbol.detail}`.replace(/2[56] days/, 'n days'),
      ...(symbol.children ?? []).flatMap(told).map((text) => `  ${text}`),
    ];
    expect(symbols.flatMap(told)).toEqual([
      'mender-api-gateway: API gateway',
      '  TLS certificate: expires in n days',
      '  TLS private key: RSA 2048',
      'mender-deployments: deployments service',
      '  Storage certificate: expires in n days',
      'mender-useradm: user administration service',
      '  Token key: RSA 2048',
      'mender-device-auth: device authentication service',
      '  Token key: missing',
    ]);
    const isBefore = (a: { line: number; character: number }, b: { line: number; character: number }) =>
      a.line < b.line || (a.line === b.line && a.character <= b.character);
    const check = ({ range, selectionRange, children }: DocumentSymbol, parent = range) => {
      expect(isBefore(parent.start, range.start) && isBefore(range.end, parent.end)).toBe(true);
      expect(isBefore(range.start, selectionRange.start) && isBefore(selectionRange.end, range.end)).toBe(
        true,
      );
      for (const child of children ?? []) check(child, range);
    };
    for (const symbol of symbols) check(symbol);
  });

  test('is a flat list for a client that knows no other', async () => {
    await start({ capabilities: { ...EDITOR, textDocument: {} } });
    const symbols = await it.ask<SymbolInformation[]>('documentSymbol');
    expect(symbols).toHaveLength(9);
    expect(symbols[1]).toMatchObject({
      containerName: 'mender-api-gateway',
      location: { uri: it.uri(COMPOSE) },
    });
  });
});

describe('a document without a Mender service', () => {
  beforeEach(() =>
    start({}, 'services:\n  web:\n    image: nginx\n    volumes:\n      - ./tls/key.pem:/key.pem\n'),
  );

  test.each([
    ['codeLens', {}, []],
    ['documentLink', {}, []],
    ['documentSymbol', {}, []],
    ['definition', { position: { line: 4, character: 10 } }, null],
    ['references', { position: { line: 4, character: 10 } }, []],
    ['hover', { position: { line: 1, character: 3 } }, null],
    ['completion', { position: { line: 4, character: 8 } }, []],
  ])('gives nothing to %s', async (method, more, nothing) => {
    expect(await it.ask(method, more)).toEqual(nothing);
    expect(
      await it.wire.client.sendRequest(`textDocument/${method}`, {
        textDocument: { uri: 'file:///not/open.yml' },
        ...more,
      }),
    ).toEqual(nothing);
  });
});

test('of an answer that is cancelled nothing comes', async () => {
  await start();
  const { CancellationTokenSource } = await import('vscode-languageserver/node');
  const source = new CancellationTokenSource();
  const asked = it.wire.client.sendRequest(
    'textDocument/codeLens',
    { textDocument: { uri: it.uri(COMPOSE) } },
    source.token,
  );
  source.cancel();
  await expect(asked).rejects.toMatchObject({ code: -32800 });
});
