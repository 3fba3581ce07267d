/** Completion in lists and mappings in brackets, and in secrets and configs. `|` is the cursor. */

import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { yaml } from '../../yaml';
import { type Editor, editor, type Keys, makeKeys } from '../editor';

const HEAD = 'services:\n';
const USERADM = '  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const DEVICEAUTH =
  '  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7.0\n    volumes:\n      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro\n';
const TARGET = '/etc/useradm/rsa/private.pem';
/** Made, and mounted by nobody. */
const KEY = './keys/useradm.pem';
const MOUNT = `${KEY}:${TARGET}:ro`;
const LONG = `{ type: bind, source: ${KEY}, target: ${TARGET}, read_only: true }`;

let it: Editor;
let keys: Keys;

beforeAll(async () => {
  keys = await makeKeys();
});

beforeEach(async () => {
  it = await editor({
    files: {
      'keys/notes.pem': 'not a key\n',
      'keys/useradm.pem': keys.tokenKey,
      'tls/cert.pem': keys.certificate,
      'tls/key.pem': keys.key,
    },
  });
});

afterEach(() => {
  expect(it.wire.logged).toEqual([]);
  it.close();
});

type Case = readonly [name: string, typed: string, wanted: string];

/** The first proposal is taken: what stands around stays as it is. */
async function taken(before: string, typed: string, after: string): Promise<string> {
  const items = await it.complete(before + typed + after);
  const text = items.length > 0 ? it.take(items[0]) : 'nothing is proposed';
  return text.startsWith(before) && text.endsWith(after)
    ? text.slice(before.length, text.length - after.length)
    : text;
}

describe('volumes in brackets', () => {
  const CASES: readonly Case[] = [
    ['an empty list', '    volumes: [|]\n', `    volumes: [${MOUNT}]\n`],
    ['an empty list with blanks', '    volumes: [ | ]\n', `    volumes: [ ${MOUNT} ]\n`],
    ['a list that is not closed', '    volumes: [ |\n', `    volumes: [ ${MOUNT}\n`],
    ['a half-typed entry', '    volumes: [./ke|]\n', `    volumes: [${MOUNT}]\n`],
    ['a half-typed entry, not closed', '    volumes: [./|\n', `    volumes: [${MOUNT}\n`],
    ['right after a comma', '    volumes: [a:/b,|]\n', `    volumes: [a:/b, ${MOUNT}]\n`],
    ['between two entries', '    volumes: [a:/b, ./|, c:/d]\n', `    volumes: [a:/b, ${MOUNT}, c:/d]\n`],
    ['in quotes', '    volumes: [a:/b, "|"]\n', `    volumes: [a:/b, "${MOUNT}"]\n`],
    ['in quotes that are not closed', '    volumes: ["./|]\n', `    volumes: ["${MOUNT}\n`],
    ['the target', `    volumes: [${KEY}:|]\n`, `    volumes: [${MOUNT}]\n`],
    ['the source', `    volumes: [./|:${TARGET}:ro]\n`, `    volumes: [${MOUNT}]\n`],
    [
      'a list over several lines',
      '    volumes: [\n      a:/b,\n      |\n    ]\n',
      `    volumes: [\n      a:/b,\n      ${MOUNT}\n    ]\n`,
    ],
    [
      'the long syntax beside others',
      '    volumes: [{type: volume, source: a, target: /b}, |]\n',
      `    volumes: [{type: volume, source: a, target: /b}, ${LONG}]\n`,
    ],
    [
      'the source of the long syntax',
      `    volumes: [{type: bind, source: |, target: ${TARGET}}]\n`,
      `    volumes: [{type: bind, source: ${KEY}, target: ${TARGET}}]\n`,
    ],
    [
      'the source right after its colon, not closed',
      '    volumes: [{type: bind, source:|\n',
      `    volumes: [{type: bind, source: ${KEY}\n`,
    ],
    [
      'the target of a mapping in a list of lines',
      `      - {type: bind, source: ${KEY}, target: "/e|"}\n`,
      `      - {type: bind, source: ${KEY}, target: "${TARGET}"}\n`,
    ],
  ];

  test.each(CASES)('%s', async (_name, typed, wanted) => {
    const before = `${HEAD}${USERADM}${/^ {6}-/.test(typed) ? '    volumes:\n' : ''}`;
    expect(await taken(before, typed, DEVICEAUTH)).toBe(wanted);
  });

  test('a service that is in brackets itself', async () => {
    const before = `${HEAD}  mender-useradm: {image: 'mendersoftware/useradm:mender-3.7.0', `;
    expect(await taken(before, 'volumes: [|]}\n', DEVICEAUTH)).toBe(`volumes: [${MOUNT}]}\n`);
  });

  test.each([
    ['what is mounted already', `    volumes: [${MOUNT}, |]\n`],
    ['a mode', `    volumes: [${KEY}:${TARGET}:|]\n`],
    ['another list', '    ports: [|]\n'],
    ['behind a closed quote', '    volumes: ["a:/b"|]\n'],
    ['behind the list', '    volumes: [a:/b] |\n'],
    ['a variable', '    volumes: [$' + '{|}]\n'],
    ['a comment', '    volumes: [ # the key|\n    ]\n'],
    ['a named volume', '    volumes: [{type: volume, source: |}]\n'],
    ['a key', '    volumes: [{ty|}]\n'],
    ['a list in a list', '    volumes: [[|]]\n'],
  ])('nothing in %s', async (_name, typed) => {
    expect(await it.complete(`${HEAD}${USERADM}${typed}${DEVICEAUTH}`)).toEqual([]);
  });
});

describe('variables in brackets', () => {
  const DEPLOYMENTS =
    '  mender-deployments:\n    image: mendersoftware/deployments:mender-3.3.0\n    volumes:\n      - ./tls/cert.pem:/etc/ssl/certs/storage.crt:ro\n';
  const OLD =
    '  mender-api-gateway:\n    image: traefik:v2.5\n    volumes:\n      - ./tls/cert.pem:/etc/traefik/certs/cert.crt:ro\n      - ./tls/key.pem:/etc/traefik/certs/private.key:ro\n';
  const PATH = '/etc/ssl/certs/storage.crt';

  test.each<Case>([
    ['a mapping', '    environment: {|}\n', `    environment: {STORAGE_BACKEND_CERT: ${PATH}}\n`],
    [
      'after another one',
      '    environment: {A: b,|}\n',
      `    environment: {A: b, STORAGE_BACKEND_CERT: ${PATH}}\n`,
    ],
    [
      'half-typed, not closed',
      '    environment: { STOR|\n',
      `    environment: { STORAGE_BACKEND_CERT: ${PATH}\n`,
    ],
    [
      'a value',
      '    environment: {STORAGE_BACKEND_CERT: |, A: b}\n',
      `    environment: {STORAGE_BACKEND_CERT: ${PATH}, A: b}\n`,
    ],
    ['a list', '    environment: [A=b, |]\n', `    environment: [A=b, STORAGE_BACKEND_CERT=${PATH}]\n`],
    [
      'a value in a list, in quotes',
      '    environment: ["STORAGE_BACKEND_CERT=|"]\n',
      `    environment: ["STORAGE_BACKEND_CERT=${PATH}"]\n`,
    ],
  ])('%s', async (_name, typed, wanted) => {
    expect(await taken(HEAD + DEPLOYMENTS, typed, OLD)).toBe(wanted);
  });
});

describe('secrets and configs', () => {
  const SECRETS = yaml`
      secrets:
        certificate:
          file: ./tls/cert.pem
        users:
          file: ./keys/useradm.pem
        outside:
          external: true
    `;
  const CONFIGS = 'configs: {users: {file: ./keys/useradm.pem}}\n';
  const long = (column: number) => `source: users\n${' '.repeat(column)}target: ${TARGET}`;

  test.each<Case>([
    ['an entry, its target with it', '    secrets:\n      - |\n', `    secrets:\n      - ${long(8)}\n`],
    ['half-typed', '    secrets:\n      - us|\n', `    secrets:\n      - ${long(8)}\n`],
    ['on an empty line', '    secrets:\n      |\n', `    secrets:\n      - ${long(8)}\n`],
    ['right after the dash', '    secrets:\n    -|\n', `    secrets:\n    - ${long(6)}\n`],
    ['a config', '    configs:\n      - |\n', `    configs:\n      - ${long(8)}\n`],
    ['in brackets', '    secrets: [|]\n', `    secrets: [{ source: users, target: ${TARGET} }]\n`],
    [
      'the name alone where a variable names its path',
      '    environment: {USERADM_SERVER_PRIV_KEY_PATH: /run/secrets/users}\n    secrets:\n      - |\n',
      '    environment: {USERADM_SERVER_PRIV_KEY_PATH: /run/secrets/users}\n    secrets:\n      - users\n',
    ],
    [
      'the source of the long syntax',
      `    secrets:\n      - source: |\n        target: ${TARGET}\n`,
      `    secrets:\n      - source: users\n        target: ${TARGET}\n`,
    ],
    [
      'the target of the long syntax',
      '    secrets:\n      - source: users\n        target: |\n',
      `    secrets:\n      - source: users\n        target: ${TARGET}\n`,
    ],
    [
      'the target in brackets, not closed',
      '    secrets: [{source: users, target: |\n',
      `    secrets: [{source: users, target: ${TARGET}\n`,
    ],
  ])('%s', async (_name, typed, wanted) => {
    expect(await taken(`${HEAD}${DEVICEAUTH}${USERADM}`, typed, SECRETS + CONFIGS)).toBe(wanted);
  });

  const USED = `${HEAD}${USERADM}    secrets:\n      - {source: users, target: ${TARGET}}\n`;

  test.each<Case>([
    ['the file', 'secrets:\n  users:\n    file: |\n', `secrets:\n  users:\n    file: ${KEY}\n`],
    ['right after its colon', 'secrets:\n  users:\n    file:|\n', `secrets:\n  users:\n    file: ${KEY}\n`],
    ['half-typed', 'secrets:\n  users:\n    file: ./k|\n', `secrets:\n  users:\n    file: ${KEY}\n`],
    ['in quotes', 'secrets:\n  users:\n    file: "|"\n', `secrets:\n  users:\n    file: "${KEY}"\n`],
    ['in brackets', 'secrets:\n  users: {file: |}\n', `secrets:\n  users: {file: ${KEY}}\n`],
    ['in brackets of brackets', 'secrets: {users: {file: ./|}}\n', `secrets: {users: {file: ${KEY}}}\n`],
  ])('of a secret that a service uses: %s', async (_name, typed, wanted) => {
    expect(await taken(USED, typed, '')).toBe(wanted);
  });

  test('the file of a secret that nobody uses yet is for what is missing', async () => {
    const typed = 'secrets:\n  mine:\n    file: |\n';
    expect(await taken(HEAD + USERADM, typed, '')).toBe(`secrets:\n  mine:\n    file: ${KEY}\n`);
  });

  test('nothing at a name, at what is external, and where no file fits', async () => {
    expect(await it.complete(`${USED}secrets:\n  us|\n`)).toEqual([]);
    expect(await it.complete(`${USED}secrets:\n  users:\n    external: |\n`)).toEqual([]);
    const only = 'secrets:\n  certificate:\n    file: ./tls/cert.pem\n';
    expect(await it.complete(`${HEAD}${USERADM}    secrets:\n      - |\n${only}`)).toEqual([]);
  });
});
