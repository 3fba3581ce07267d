/** Hover, links, navigation and outline, over the real wire, with files on a real disk. */

import { beforeEach, describe, expect, test } from 'vitest';
import type {
  DocumentLink,
  DocumentSymbol,
  Hover,
  Location,
  LocationLink,
  MarkupContent,
  SymbolInformation,
} from 'vscode-languageserver/node';
import { yaml } from '../../yaml';
import { COMPOSE, EDITOR, rangeOf } from '../editor';
import { hover, inside, it, start, TEXT, useDocument } from '../reading-document';

useDocument();

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
    expect(missing).toMatch(/\[Generate [^\]]*\]\(command:mender.reviewFix\?%5B%22file/);
  });

  test('on a variable tells what it is for, its value, and what is behind it', async () => {
    await start();
    const text = await hover('STORAGE_BACKEND_CERT');
    expect(text).toContain('**`STORAGE_BACKEND_CERT`** of `mender-deployments`');
    expect(text).toContain('the deployments service trusts it');
    expect(text).toContain('Value: `/etc/ssl/certs/storage.crt`');
    expect(text).toContain('Certificate of `mender.example.com`, self-signed');
    expect(await hover('DEPLOYMENTS_AWS_URI')).toContain('its certificate must cover the host');
  });

  test('on a container path tells what the file is for', async () => {
    await start();
    const text = await hover('/etc/useradm/rsa');
    expect(text).toContain('**Token signing key** of `mender-useradm` · Mender 3.3');
    expect(text).toContain(
      'whoever has this key can forge them. Without it, mender-useradm cannot sign user tokens.',
    );
    expect(text).toContain('Private key, RSA 2048');
    const gateway = await hover('/etc/traefik/certs/cert.crt');
    expect(gateway).toContain('connect by TLS. Without it, mender-api-gateway answers');
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
    expect(text).toContain('Give each service its own key');
    expect(text).toContain('(command:mender.reviewFix?');
    it.close();
    await start({ prompts: false }, shared);
    expect(await value()).toContain('Give each service its own key');
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
    start(
      {},
      yaml`
      services:
        web:
          image: nginx
          volumes:
            - ./tls/key.pem:/key.pem
    `,
    ),
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
