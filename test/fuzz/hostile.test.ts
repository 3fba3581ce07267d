/** Files that are written to exhaust, through the façade: one clear finding or message each, and the next file is judged as ever. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, describe as group, it } from 'vitest';
import type { Finding, LanguageService } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import type { Host } from '../../server/src/platform/platform';
import { memoryHost } from '../platform/memory-host';
import { FILE, MOUNTS_ONLY } from '../rules/marked';

const NEXT = '/other/docker-compose.yml';
const HONEST = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n';
/** Findings told of one input at most: a list that people could still read. */
const READABLE = 250;

async function findingsOf(service: LanguageService, file = FILE): Promise<readonly Finding[]> {
  const answer = await service.check(file, undefined, { fixes: true });
  if (answer === undefined || 'problem' in answer) throw new Error(`not checked: ${JSON.stringify(answer)}`);
  return answer.findings;
}

/** What is said of a text; then the same service has to judge an honest file as ever. */
async function said(text: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const service = createLanguageService(memoryHost({ files }));
  service.configure(MOUNTS_ONLY);
  service.open(FILE, text, 1);
  const findings = await findingsOf(service);
  await service.planAll(FILE, { generate: true });
  await service.describe(FILE, { line: 0, character: 0 });
  await nextIsJudged(service);
  expect(findings.length).toBeLessThanOrEqual(READABLE);
  for (const { message } of findings) expect(message.length).toBeLessThan(2000);
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

async function nextIsJudged(service: LanguageService): Promise<void> {
  service.open(NEXT, HONEST, 1);
  expect((await findingsOf(service, NEXT)).map(({ code }) => code)).toEqual(['missing-token-key-mount']);
}

const MISSING =
  'missing-token-key-mount: Token signing key of mender-useradm not mounted at /etc/useradm/rsa/private.pem, where Mender 3.7 looks for it. Without it, mender-useradm cannot sign user tokens.';

group('a compose file', () => {
  it('whose aliases multiply to 9^30 entries is judged by what is written', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const below = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
      return `x-${level}: &a${level} [${below.join(', ')}]\n`;
    });
    const text = `${levels.join('')}${HONEST}    command: *a29\n    labels: *a29\n`;
    expect(await said(text)).toEqual([MISSING]);
  });

  it('whose merge keys multiply has only so many entries', async () => {
    const levels = Array.from({ length: 60 }, (_, i) =>
      i === 0
        ? 'x-0: &m0 {a: 1}\n'
        : `x-${i}: &m${i}\n  <<: [*m${i - 1}, *m${i - 1}, *m${i - 1}]\n  k${i}: 1\n`,
    );
    expect(await said(`${levels.join('')}${HONEST}    <<: [*m59, *m58]\n`)).toEqual([MISSING]);
  });

  it('whose mappings merge what they stand in is one finding', async () => {
    const inner = Array.from({ length: 30 }, (_, i) => `  s${i}:\n    <<: *d\n`).join('');
    expect(await said(`x-d: &d\n  image: mender\n${inner}`)).toEqual([
      'invalid-compose: This alias is inside of its own anchor.',
    ]);
  });

  it('that lost its line `services:` is one finding', async () => {
    const example = readFileSync(
      join(import.meta.dirname, '../../examples/production/docker-compose.yml'),
      'utf8',
    );
    expect(await said(example.replace(/^services:$/m, ''))).toEqual([
      'invalid-compose: This alias is inside of its own anchor.',
    ]);
  });

  it('whose merged mappings merge, fifty deep, is judged', async () => {
    const levels = Array.from({ length: 50 }, (_, i) =>
      i === 0 ? 'x-0: &m0 {k: {a: b}}\n' : `x-${i}: &m${i}\n  <<: *m${i - 1}\n  k${i}:\n    <<: *m${i - 1}\n`,
    );
    expect(await said(`${levels.join('')}${HONEST}    <<: *m49\n`)).toEqual([MISSING]);
  });

  it.each([
    ['flow sequences', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['flow mappings', (n: number) => '{a: '.repeat(n) + '}'.repeat(n)],
    ['dashes', (n: number) => `\n      ${'- '.repeat(n)}a`],
  ])('nested 100,000 deep by %s is one finding', async (_by, nest) => {
    expect(await said(`${HONEST}    command: ${nest(100_000)}\n`)).toEqual([
      'invalid-compose: The file is nested too deeply.',
    ]);
  });

  it('with a variable whose default has a default, 100,000 times, is answered', async () => {
    const nested = `${'${A:-'.repeat(100_000)}x${'}'.repeat(100_000)}`;
    const findings = await said(`${HONEST}    volumes: ["${nested}:/etc/useradm/rsa/private.pem:ro"]\n`);
    expect(findings.length).toBeLessThanOrEqual(2);
  });

  it('with lone surrogates where names are is judged', async () => {
    const text = `${HONEST}    labels: {"\ud800": "\udc00"}\n  "mender-\ud800": {image: "\udfff"}\n# \ud800`;
    expect(await said(text)).toContain(MISSING);
  });

  it('with a list of 100,000 volumes is judged by all of them', async () => {
    const entry = (i: number) => `      - ./files/${i}:/files/${i}\n`;
    const entries = Array.from({ length: 100_000 }, (_, i) => entry(i)).join('');
    const last = '      - ./keys/a.pem:/etc/useradm/rsa/private.pem:ro\n';
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    service.open(FILE, `${HONEST}    volumes:\n${entries}${last}`, 1);
    expect(await findingsOf(service)).toEqual([]);
    await nextIsJudged(service);
  }, 240_000);

  it('whose services extend each other 2,000 files deep is answered', async () => {
    const files: Record<string, string> = {};
    for (let i = 1; i <= 2000; i++)
      files[`/project/${i}.yml`] = `services:\n  s:\n    extends: {file: ${i + 1}.yml, service: s}\n`;
    files['/project/2001.yml'] = HONEST.replace('mender-useradm', 's');
    const findings = await said(
      'services:\n  mender-useradm:\n    extends: {file: 1.yml, service: s}\n',
      files,
    );
    expect(findings).toEqual([
      'invalid-compose: Services extend each other more than 500 deep: what s extends is not read.',
    ]);
  });

  it('of 10,000 includes says where it stops', async () => {
    const files: Record<string, string> = {};
    const names = Array.from({ length: 10_000 }, (_, i) => `part-${i}.yml`);
    for (const [i, name] of names.entries())
      files[`/project/${name}`] = `services:\n  s${i}: {image: nginx}\n`;
    const findings = await said(`include: [${names.join(', ')}]\n${HONEST}`, files);
    expect(findings.filter((each) => each.includes('only 1000 files')).length).toBeGreaterThan(0);
  });

  it('of one line of 50 MB is too large, and says so', async () => {
    const service = createLanguageService(memoryHost({}));
    service.open(FILE, `${HONEST}# ${'x'.repeat(50 * 1024 * 1024)}`, 1);
    expect(await service.check(FILE)).toEqual({
      problem: 'is larger than 8 MB, too large for a compose file.',
    });
    expect(
      await service.fixes(FILE, { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } }),
    ).toEqual([]);
    await nextIsJudged(service);
  });

  it('of one line of 5 MB is judged', async () => {
    expect(await said(`${HONEST}    labels: {a: "${'x'.repeat(5 * 1024 * 1024)}"}\n`)).toEqual([MISSING]);
  });
});

group('a .env file', () => {
  const TEXT = `${HONEST}    volumes: ["\${KEY}:/etc/useradm/rsa/private.pem:ro"]\n`;

  it.each([
    ['nested defaults, 100,000 deep', `KEY="${'${A:-'.repeat(100_000)}x${'}'.repeat(100_000)}"\n`],
    ['brackets that are never closed', `KEY=${'${A:-'.repeat(100_000)}\n`],
    ['a quote that is never closed', `KEY="${'x\n'.repeat(100_000)}`],
    ['variables that name each other', 'KEY=$OTHER\nOTHER=$KEY\n'],
    [
      'values that double, a hundred times',
      Array.from({ length: 100 }, (_, i) => `A${i}=\${A${i - 1}:-xx}\${A${i - 1}:-xx}\n`).join(''),
    ],
    ['100,000 lines that are none', '= = =\n'.repeat(100_000)],
    ['100,000 variables', Array.from({ length: 100_000 }, (_, i) => `A${i}=${i}\n`).join('')],
    ['NUL characters', 'KEY=a\0b\n'],
    ['lone surrogates', 'KEY="\ud800"\n'],
  ])('with %s ends', async (_what, dotenv) => {
    const findings = await said(TEXT, { '/project/.env': dotenv });
    expect(findings.length).toBeLessThanOrEqual(3);
  });
});

group('a file on disk', () => {
  it.each([
    ['invalid UTF-8', Buffer.from([0x73, 0x3a, 0xc3, 0x28, 0x0a])],
    ['a cut-off character', Buffer.from([...Buffer.from(HONEST), 0xf0, 0x9f])],
    ['UTF-16', Buffer.from(HONEST, 'utf16le')],
    ['NUL', Buffer.from(`${HONEST}\0`)],
    ['nothing but NULs', Buffer.alloc(100_000)],
  ])('of %s is no text, and says so', async (_what, content) => {
    const service = createLanguageService(memoryHost({ files: { [FILE]: content } }));
    const findings = await findingsOf(service);
    expect(findings.map(({ message }) => message)).toEqual([
      'This file is not UTF-8 text, so it cannot be a compose file.',
    ]);
    await nextIsJudged(service);
  });

  it('that changes at each look is answered every time, and truly once it rests', async () => {
    const disk = memoryHost({ files: { [FILE]: HONEST } });
    let looks = 0;
    const flicker = () => {
      looks++;
      if (looks % 3 === 0) disk.drop(FILE);
      else disk.put(FILE, looks % 2 ? HONEST : `services: [${'x'.repeat(looks % 50)}`);
    };
    const restless: Host = {
      ...disk,
      files: {
        ...disk.files,
        async status(path) {
          flicker();
          return disk.files.status(path);
        },
        async read(path, limit) {
          flicker();
          return disk.files.read(path, limit);
        },
      },
    };
    const service = createLanguageService(restless);
    for (let i = 0; i < 50; i++) {
      const answer = await service.check(FILE, undefined, { fixes: true });
      expect(answer).toBeDefined();
      await service.planAll(FILE, { generate: true });
    }
    expect(looks).toBeGreaterThan(50);
    await nextIsJudged(service);
    const calm = createLanguageService(disk);
    disk.put(FILE, HONEST);
    expect((await findingsOf(calm)).map(({ code }) => code)).toEqual(['missing-token-key-mount']);
  });
});

group('a real disk', () => {
  let directory: string | undefined;
  afterEach(() => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  it('with a compose file and a key of 50 MB, read by nobody', async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'mender-hostile-')));
    const [large, small, key] = ['large.yml', 'docker-compose.yml', 'key.pem'].map((name) =>
      join(directory ?? '', name),
    );
    for (const file of [large, key] as string[]) {
      writeFileSync(file, '');
      truncateSync(file, 50 * 1024 * 1024);
    }
    writeFileSync(small as string, `${HONEST}    volumes: ["./key.pem:/etc/useradm/rsa/private.pem:ro"]\n`);
    const service = createLanguageService(nodeHost());
    expect(await service.check(large as string)).toEqual({
      problem: 'is larger than 8 MB, too large for a compose file.',
    });
    expect((await findingsOf(service, small)).map(({ code }) => code)).toEqual(['not-pem']);
  });
});
