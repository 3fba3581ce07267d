/** What is proposed where something of Mender's is being typed: the text is hardly ever whole then. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver/node';
import { COMPOSE, type Editor, editor, type Keys, makeKeys } from '../editor';

const HEAD = 'services:\n';
const USERADM = '  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const DEVICEAUTH =
  '  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7.0\n    volumes:\n      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro\n';
const GATEWAY =
  '  mender-api-gateway:\n    image: traefik:v2.10\n    volumes:\n      - ./tls/cert.pem:/etc/traefik/certs/cert.crt:ro\n';
const MONGO = '  mongo:\n    image: mongo:6\n    volumes:\n      - db:/data/db\n';
const TARGET = '/etc/useradm/rsa/private.pem';
/** Made, and mounted by nobody. */
const KEY = './keys/useradm.pem';

let it: Editor;
let keys: Keys;

beforeAll(async () => {
  keys = await makeKeys();
});

const files = () => ({
  'keys/notes.pem': 'not a key\n',
  'keys/useradm.pem': keys.tokenKey,
  'tls/cert.pem': keys.certificate,
  'tls/key.pem': keys.key,
});

beforeEach(async () => {
  it = await editor({ files: files() });
});

afterEach(() => {
  expect(it.wire.logged).toEqual([]);
  it.close();
});

const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label);

/** VS Code shows what has the typed letters in this order. */
function isShown(item: CompletionItem, typed: string): boolean {
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = (item.filterText ?? item.label).toLowerCase().indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

describe('mounts in the short syntax', () => {
  test.each([
    ['after a dash and a blank', '      - |\n', `      - ${KEY}:${TARGET}:ro\n`],
    ['right after a dash', '      -|\n', `      - ${KEY}:${TARGET}:ro\n`],
    ['on an empty line', '      |\n', `      - ${KEY}:${TARGET}:ro\n`],
    ['after ./', '      - ./|\n', `      - ${KEY}:${TARGET}:ro\n`],
    ['in the middle of a path', '      - ./ke|\n', `      - ${KEY}:${TARGET}:ro\n`],
    ['in quotes that are not closed', '      - "./|\n', `      - "${KEY}:${TARGET}:ro\n`],
    ['in quotes', '      - "|"\n', `      - "${KEY}:${TARGET}:ro"\n`],
    ['before a comment', '      - ./| # the key\n', `      - ${KEY}:${TARGET}:ro # the key\n`],
    ['at the end of a file without a newline', '      - ./|', `      - ${KEY}:${TARGET}:ro`],
    ['in a list flush with its key', '    - |\n', `    - ${KEY}:${TARGET}:ro\n`],
  ])('%s: the whole entry, with the key that lies around', async (_where, typed, wanted) => {
    const before = `${HEAD}${USERADM}    volumes:\n`;
    const after = typed.endsWith('\n') ? DEVICEAUTH : '';
    const items = await it.complete(before + typed + after);
    expect(labels(items)).toEqual([KEY]);
    expect(items[0]).toMatchObject({
      labelDetails: { description: 'Token key' },
      preselect: true,
      documentation: {
        value: expect.stringContaining('Without it, mender-useradm cannot sign user tokens.'),
      },
    });
    expect(it.take(items[0])).toBe(before + wanted + after);
    const prefix = /[^\s"-][^|]*(?=\|)/.exec(typed)?.[0] ?? '';
    expect(isShown(items[0] as CompletionItem, prefix)).toBe(true);
    expect(isShown(items[0] as CompletionItem, 'token')).toBe(true);
  });

  test('with CRLF the lines around stay as they are', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const before = crlf(`${HEAD}${USERADM}    volumes:\n`);
    const items = await it.complete(`${before}      - ./|\r\n${crlf(DEVICEAUTH)}`);
    expect(it.take(items[0])).toBe(`${before}      - ${KEY}:${TARGET}:ro\r\n${crlf(DEVICEAUTH)}`);
  });

  test('what is missing comes by its conventional path where no file fits', async () => {
    const items = await it.complete(
      `${HEAD}  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7.0\n    volumes:\n      - |\n${USERADM}    volumes:\n      - ${KEY}:${TARGET}:ro\n`,
    );
    expect(items).toHaveLength(1);
    expect(it.take(items[0])).toMatch(/ {6}- \.\/\S+:\/etc\/deviceauth\/rsa\/private.pem:ro\n/);
    expect(items[0]?.documentation).toMatchObject({
      value: expect.stringContaining('does not exist yet'),
    });
  });

  test('the other half of a pair is known by its content', async () => {
    const items = await it.complete(`${HEAD}${GATEWAY}      - |\n`);
    expect(labels(items)).toEqual(['./tls/key.pem']);
    expect(it.take(items[0])).toContain('      - ./tls/key.pem:/etc/traefik/certs/private.key:ro\n');
  });

  test('after a colon, container paths: of the needed ones those first that fit the file', async () => {
    const head = `${HEAD}  mender-api-gateway:\n    image: traefik:v2.10\n    volumes:\n`;
    const items = await it.complete(`${head}      - ./tls/key.pem:|\n${DEVICEAUTH}`);
    expect(labels(items)).toEqual(['/etc/traefik/certs/private.key', '/etc/traefik/certs/cert.crt']);
    expect(it.take(items[0])).toContain('      - ./tls/key.pem:/etc/traefik/certs/private.key:ro\n');
    const others = await it.complete(`${head}      - ./tls/cert.pem:/etc/tr|\n${DEVICEAUTH}`);
    expect(labels(others)[0]).toBe('/etc/traefik/certs/cert.crt');
    expect(it.take(others[0])).toContain('      - ./tls/cert.pem:/etc/traefik/certs/cert.crt:ro\n');
    const inside = await it.complete(`${head}      - \${CERTS:-./tls}/cert.pem:|:ro\n${DEVICEAUTH}`);
    expect(it.take(inside[0])).toMatch(/cert\.pem:\/etc\/traefik\/certs\/cert\.crt:ro\n/);
  });

  test('before a colon, files that fit the container path', async () => {
    const items = await it.complete(`${HEAD}${USERADM}    volumes:\n      - ./|:${TARGET}:ro\n`);
    expect(labels(items)).toEqual([KEY]);
    expect(it.take(items[0])).toContain(`      - ${KEY}:${TARGET}:ro\n`);
  });
});

describe('mounts in the long syntax', () => {
  const LONG =
    '  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7.0\n    volumes:\n      - type: bind\n        source: ./keys/deviceauth.pem\n        target: /etc/deviceauth/rsa/private.pem\n        read_only: true\n';
  const entry = [
    '      - type: bind',
    `        source: ${KEY}`,
    `        target: ${TARGET}`,
    '        read_only: true',
  ].join('\n');

  test.each([
    ['a whole entry', '      - |\n', `${entry}\n`],
    ['a whole entry on an empty line', '      |\n', `${entry}\n`],
    [
      'the source',
      `      - type: bind\n        source: |\n        target: ${TARGET}\n        read_only: true\n`,
      `${entry}\n`,
    ],
    [
      'the source right after its colon',
      `      - type: bind\n        source:|\n        target: ${TARGET}\n        read_only: true\n`,
      `${entry}\n`,
    ],
    [
      'the source before there is a target',
      '      - type: bind\n        source: ./ke|\n',
      `      - type: bind\n        source: ${KEY}\n`,
    ],
    [
      'the target',
      `      - type: bind\n        source: ${KEY}\n        target: /etc|\n        read_only: true\n`,
      `${entry}\n`,
    ],
    [
      'the source on the line of the dash',
      `      - source: |\n        type: bind\n`,
      `      - source: ${KEY}\n        type: bind\n`,
    ],
  ])('%s', async (_what, typed, wanted) => {
    const before = `${HEAD}${USERADM}    volumes:\n`;
    const items = await it.complete(before + typed + LONG);
    expect(items).toHaveLength(1);
    expect(it.take(items[0])).toBe(before + wanted + LONG);
    expect(items[0]?.insertTextMode).toBe(1);
  });
});

describe('variables', () => {
  const DEPLOYMENTS = '  mender-deployments:\n    image: mendersoftware/deployments:mender-3.3.0\n';
  const TRUST = '    volumes:\n      - ./tls/cert.pem:/etc/ssl/certs/storage.crt:ro\n';
  const OLD =
    '  mender-api-gateway:\n    image: traefik:v2.5\n    volumes:\n      - ./tls/cert.pem:/etc/traefik/certs/cert.crt:ro\n      - ./tls/key.pem:/etc/traefik/certs/private.key:ro\n';

  test.each([
    ['a list', '      - |\n', '      - STORAGE_BACKEND_CERT=/etc/ssl/certs/storage.crt\n'],
    ['a list, half-typed', '      - STOR|\n', '      - STORAGE_BACKEND_CERT=/etc/ssl/certs/storage.crt\n'],
    [
      'a value of a list',
      '      - STORAGE_BACKEND_CERT=|\n',
      '      - STORAGE_BACKEND_CERT=/etc/ssl/certs/storage.crt\n',
    ],
    [
      'a value in a quoted item',
      '      - "STORAGE_BACKEND_CERT=/e|"\n',
      '      - "STORAGE_BACKEND_CERT=/etc/ssl/certs/storage.crt"\n',
    ],
    ['a mapping', '      STOR|\n', '      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt\n'],
    [
      'a value of a mapping',
      '      STORAGE_BACKEND_CERT: |\n',
      '      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt\n',
    ],
    [
      'a value right after the colon',
      '      STORAGE_BACKEND_CERT:|\n',
      '      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt\n',
    ],
    [
      'a quoted value of a mapping',
      '      STORAGE_BACKEND_CERT: "|"\n',
      '      STORAGE_BACKEND_CERT: "/etc/ssl/certs/storage.crt"\n',
    ],
    [
      'a mapping on an empty line',
      '      OTHER: x\n      |\n',
      '      OTHER: x\n      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt\n',
    ],
  ])('in %s, the one that is missing comes first', async (_where, typed, wanted) => {
    const before = `${HEAD}${DEPLOYMENTS}${TRUST}    environment:\n`;
    const items = await it.complete(before + typed + OLD);
    expect(it.take(items[0])).toBe(before + wanted + OLD);
  });

  test('no variable twice, and none that is not Mender’s', async () => {
    const items = await it.complete(
      `${HEAD}${USERADM}    environment:\n      - USERADM_SERVER_PRIV_KEY_PATH=${TARGET}\n      - |\n`,
    );
    expect(labels(items).filter((label) => !/^USERADM_SERVER_/.test(label))).toEqual([]);
    expect(labels(items)).not.toContain('USERADM_SERVER_PRIV_KEY_PATH');
    expect(await it.complete(`${HEAD}${USERADM}    environment:\n      - LOG_LEVEL=|\n`)).toEqual([]);
  });
});

describe('comments', () => {
  const BARE = '    volumes: []\n';

  test.each([
    [
      'behind a line',
      '  mender-useradm: #|\n',
      '  mender-useradm: # mender-ignore missing-token-key-mount\n',
    ],
    [
      'half-typed',
      '  mender-useradm: # mender-ig|\n',
      '  mender-useradm: # mender-ignore missing-token-key-mount\n',
    ],
    [
      'the code',
      '  mender-useradm: # mender-ignore miss|\n',
      '  mender-useradm: # mender-ignore missing-token-key-mount\n',
    ],
    [
      'above the line',
      '  # |\n  mender-useradm:\n',
      '  # mender-ignore-next-line missing-token-key-mount\n  mender-useradm:\n',
    ],
  ])('%s: what is found here comes first', async (_where, typed, wanted) => {
    const after = USERADM.slice(USERADM.indexOf('\n') + 1) + BARE;
    const items = await it.complete(HEAD + typed + after);
    expect(it.take(items[0])).toBe(HEAD + wanted + after);
  });

  test('nothing in other comments, nor where nothing is found', async () => {
    expect(await it.complete(`${HEAD}  # our users|\n${USERADM}${BARE}`)).toEqual([]);
    expect(await it.complete(`${HEAD}${USERADM}    volumes: [] #|\n`)).toEqual([]);
  });
});

describe('nothing', () => {
  const OPEN = `${USERADM}    volumes: []\n`;

  test.each([
    ['in another service', `${HEAD}${OPEN}${MONGO}      - |\n`],
    ['in the environment of another service', `${HEAD}${OPEN}  mongo:\n    environment:\n      - |\n`],
    ['outside of services', `${HEAD}${OPEN}volumes:\n  - |\n`],
    ['at a service’s own keys', `${HEAD}${USERADM}    |\n`],
    ['in the ports of a service', `${HEAD}${USERADM}    ports:\n      - |\n`],
    ['deeper below a service', `${HEAD}${USERADM}    build:\n      volumes:\n        - |\n`],
    ['in a mode', `${HEAD}${USERADM}    volumes:\n      - ./a:${TARGET}:r|\n`],
    ['at a named volume', `${HEAD}${USERADM}    volumes:\n      - type: volume\n        source: |\n`],
    ['in what is no compose file', 'mender:\n  volumes:\n    - |\n'],
    ['where all is mounted', `${HEAD}${DEVICEAUTH}      - |\n`],
    ['before the dash', `${HEAD}${USERADM}    volumes:\n     | - ./x\n`],
    ['on a line with a tab', `${HEAD}${USERADM}    volumes:\n\t- |\n`],
  ])('%s', async (_where, text) => {
    expect(await it.complete(text)).toEqual([]);
  });

  test('of a rule that is off, nor beyond the text', async () => {
    it.close();
    it = await editor({ files: files(), settings: { rules: { 'missing-token-key-mount': 'off' } } });
    // The settings are asked for after the start: they are here once this service's lack of a key is not told.
    await it.type(`${HEAD}${USERADM}`);
    await it.wire.publication(
      ({ diagnostics }) => !diagnostics.some(({ code }) => code === 'missing-token-key-mount'),
    );
    const text = `${HEAD}${USERADM}    volumes:\n      - |\n`;
    expect(await it.complete(text)).toEqual([]);
    for (const position of [
      { line: 99, character: 0 },
      { line: 4, character: 99 },
      { line: -1, character: 0 },
      {},
    ])
      expect(await it.ask('completion', { position })).toEqual([]);
  });

  test('of the host’s files in an untrusted workspace: conventional paths alone', async () => {
    it.close();
    it = await editor({ files: files(), trusted: false });
    const items = await it.complete(`${HEAD}${USERADM}    volumes:\n      - |\n`);
    expect(items).toHaveLength(1);
    expect(items[0]?.label).not.toContain(KEY);
  });
});

test('a text that is damaged elsewhere too still gives proposals', async () => {
  const items = await it.complete(
    `${HEAD}${USERADM}    volumes:\n      - ./|\n  mongo:\n    image: "mongo\n    ports: [\n`,
  );
  expect(labels(items)).toEqual([KEY]);
});

test('in an overlay, what the base file mounts already is not proposed', async () => {
  it.write(COMPOSE, `${HEAD}${USERADM}${DEVICEAUTH}`);
  const typed = (service: string) => `${HEAD}  ${service}:\n    volumes:\n      - |\n`;
  const override = 'docker-compose.override.yml';
  expect(labels(await it.complete(typed('mender-useradm'), override))).toEqual([KEY]);
  expect(await it.complete(typed('mender-device-auth'), override)).toEqual([]);
});

test('the document on disk does not matter, and the diagnostics are those of what is typed', async () => {
  it.write(COMPOSE, 'services: {}\n');
  const items = await it.complete(`${HEAD}${USERADM}    volumes:\n      - ./|\n`);
  expect(items).toHaveLength(1);
  const { diagnostics } = await it.wire.publication(({ version }) => version === 1);
  expect(diagnostics.length).toBeGreaterThan(0);
});

describe('in the list of proposals', () => {
  const LONG = 'keys-generated/keys/useradm/private.key';
  const text = `${HEAD}${USERADM}    volumes:\n      - |\n`;

  test('a long path shows its end, and beside it what it is for', async () => {
    it.close();
    it = await editor({ files: { [LONG]: keys.tokenKey } });
    const [item] = await it.complete(text);
    expect(item).toMatchObject({
      label: '…/keys/useradm/private.key',
      labelDetails: { description: 'Token key' },
      detail: `Token key: ./${LONG}`,
    });
    expect(item?.labelDetails?.detail).toBeUndefined();
    expect(isShown(item as CompletionItem, 'keys-gen')).toBe(true);
    expect(it.take(item)).toContain(`- ./${LONG}:${TARGET}:ro\n`);
  });

  test('paths that only their beginning tells apart are whole', async () => {
    it.close();
    const [first, second] = ['keys', 'certs'].map((name) => `${name}/of-the-users/a-private.key`);
    if (!first || !second) throw new Error('two files');
    it = await editor({ files: { [first]: keys.tokenKey, [second]: keys.otherTokenKey } });
    const found = labels(await it.complete(text));
    expect(new Set(found).size).toBe(found.length);
    expect(found).toHaveLength(2);
  });

  test('a client without room beside the label gets the whole path', async () => {
    it.close();
    it = await editor({ files: { [LONG]: keys.tokenKey }, capabilities: {} });
    const [item] = await it.complete(text);
    expect(item).toMatchObject({ label: `./${LONG}`, detail: 'Token key' });
    expect(item?.labelDetails).toBeUndefined();
  });
});
