/**
 * Files that once stopped a server. Most are several times as large as those that did, so that they would take minutes
 * of a test that has half a minute; of what grows with each service, the work is counted.
 */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { sameNameCertificates } from '../../../bench/src/engine';
import { hangs } from '../../../bench/src/hangs.mjs';
import { directoryLabel, labelOf } from '../../../server/src/language-server/core/file-labels';
import type { LanguageService } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import type { Host } from '../../../server/src/platform/platform';
import { memoryHost } from '../../platform/memory-host';

const MOST_MS = 30_000;
const FILE = '/project/docker-compose.yml';
const FOLDERS = ['/project'];

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
});

type Hang = ReturnType<typeof hangs>[number];

/** The kind whose name has a word in it, `scale` times as large as in docs/benchmarks.md. */
function kindOf(word: string, scale: number, chain = ''): Hang {
  const kind = hangs(() => chain, scale).find(({ name }) => name.includes(word));
  if (!kind) throw new Error(`There is no file with ${word}.`);
  return kind;
}

function hostOf({ files }: Hang): Host {
  const below = Object.entries(files).map(([name, text]) => [`/project/${name}`, text]);
  return memoryHost({ files: { '/project/keys/private.pem': key.toString(), ...Object.fromEntries(below) } });
}

function serviceOf(host: Host): LanguageService {
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: FOLDERS });
  return service;
}

/** Asks what an editor would. */
async function ask(kind: Hang): Promise<void> {
  const service = serviceOf(hostOf(kind));
  expect(await service.check(FILE)).toHaveProperty('findings');
  if (kind.completion) await service.complete(FILE, kind.completion);
  if (kind.deployments) await service.deployments({});
}

describe('is answered in time: a file with', () => {
  it.each([
    ['tags', 2],
    ['newlines', 1],
    ['comments', 4],
    ['spaces', 6],
    ['anchors', 2],
  ])('%s', { timeout: MOST_MS }, (word, scale) => ask(kindOf(word, scale)));

  test('slashes', { timeout: MOST_MS }, async () => {
    await ask(kindOf('slashes', 4));
    const deep = `/project${'/'.repeat(400_000)}keys`;
    expect(directoryLabel(deep, FOLDERS)).toBe('keys');
    expect(labelOf(`${deep}/private.pem`, FOLDERS, undefined)).toBe('keys/private.pem');
  });

  describe('certificates', () => {
    let chain: readonly string[] = [];

    beforeAll(async () => {
      chain = await sameNameCertificates(1000);
    }, MOST_MS);

    test('of one name in a chain', { timeout: MOST_MS }, () =>
      ask(kindOf('certificates', 2.5, chain.join(''))),
    );
  });
});

/** How often paths are put together, taken apart and compared in a check that looks for fixes, as the command line's does. */
async function workOf(kind: Hang): Promise<number> {
  const host = hostOf(kind);
  let calls = 0;
  const paths = new Proxy(host.paths, {
    get(target, name, receiver) {
      calls += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  const service = serviceOf({ ...host, paths });
  expect(await service.check(FILE, undefined, { fixes: true })).toHaveProperty('findings');
  return calls;
}

describe('four times as many take four times the work:', () => {
  it.each([
    ['Mender services', 0.05],
    ['services with one key', 0.1],
  ])('%s', async (word, scale) => {
    expect(await workOf(kindOf(word, 4 * scale))).toBeLessThan(6 * (await workOf(kindOf(word, scale))));
  });
});
