/**
 * Mender's own stacks with the public certificates of their demos in place, on a day inside their validity: they are
 * known as published, their names are judged as openssl judges them, and nothing else is said of them.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding, Settings } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { corpus } from '../mender/corpus';
import { openssl } from '../pki/openssl';
import { memoryHost } from '../platform/memory-host';
import { needsShared, sharedPath } from '../shared';
import { CERTIFICATE_CODES, HOST, type Made, makeCertificates } from './made-certificates';

const root = sharedPath('corpus/mender');
/** All of Mender's demo certificates are valid then: 2016 to 2026, 2021 to 2031. */
const NOW = Date.UTC(2025, 0, 15, 12);

/** Every file of a release, by path. */
function filesOf(release: string): Record<string, string> {
  const directory = join(root, release);
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/m${path.slice(directory.length)}`, readFileSync(path, 'utf8')]),
  );
}

async function check(
  { release, files }: { readonly release: string; readonly files: readonly string[] },
  now: number,
  rules: Settings['rules'] = {},
): Promise<readonly Finding[]> {
  return checkFiles(files, filesOf(release), now, rules);
}

async function checkFiles(
  files: readonly string[],
  contents: Readonly<Record<string, string>>,
  now: number,
  rules: Settings['rules'] = {},
): Promise<readonly Finding[]> {
  const host = memoryHost({ files: contents, now });
  const service = createLanguageService(host);
  const named = files.map((name) => `/m/${name}`);
  service.configure({ rules, trusted: true, folders: ['/m'], stacks: [{ files: named }] });
  const answer = await service.check(named[0] ?? '');
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.filter(({ code }) => CERTIFICATE_CODES.includes(code));
}

/** The written source of a mount, where a finding is told. */
function sourceAt(release: string, { file, range: { start, end } }: Finding): string {
  const line =
    readFileSync(join(root, release, file.slice('/m/'.length)), 'utf8').split('\n')[start.line] ?? '';
  return line.slice(start.character, end.character);
}

const told = (release: string, findings: readonly Finding[]) =>
  findings.map(
    (finding) => `${finding.code} ${finding.severity} ${finding.service} ${sourceAt(release, finding)}`,
  );

/** Which service of a demo serves which certificate: from 3.1 on one does for all, before 2.7 storage had a proxy. */
function served(release: string): readonly (readonly [service: string, source: string])[] {
  const gateway = 'mender-api-gateway';
  if (/^3\.[1-9]/.test(release)) return [[gateway, './cert/cert.crt']];
  const storage = /^(2\.7|3\.0)/.test(release) ? gateway : 'storage-proxy';
  return [
    [gateway, './certs/api-gateway/cert.crt'],
    [storage, './certs/storage-proxy/cert.crt'],
  ];
}

const of = (name: string) => corpus.filter((stack) => stack.name === name);

describe.skipIf(corpus.length === 0)(
  `Mender's certificates${needsShared('corpus/mender', "Mender's demo certificates")}`,
  () => {
    let oldGateway = '';
    let ownPair: Promise<Made>;
    beforeAll(() => {
      ownPair = makeCertificates();
      oldGateway = join(root, '1.0.0/certs/api-gateway/cert.crt');
      expect(corpus.length).toBeGreaterThan(20);
    });

    it.each(of('demo'))('$release $name', async (stack) => {
      const { release } = stack;
      const findings = await check(stack, NOW);
      const expected: string[] = [];
      for (const [service, source] of served(release)) {
        const names = await openssl('x509', '-in', join(root, release, source), '-noout', '-text');
        if (!names.includes('DNS:')) expected.push(`certificate-without-san error ${service} ${source}`);
        expected.push(`published-private-key information ${service} ${source}`);
      }
      expect(told(release, findings).sort()).toEqual(expected.sort());
    });

    it('weigh what the user says, in a demo too', async () => {
      const [stack] = of('demo');
      const findings = stack ? await check(stack, NOW, { 'published-private-key': 'error' }) : [];
      const published = findings.filter(({ code }) => code === 'published-private-key');
      expect(new Set(published.map(({ severity }) => severity))).toEqual(new Set(['error']));
    });

    it.each(of('enterprise').filter(({ release }) => release !== 'v4.0.1'))(
      '$release $name',
      async (stack) => {
        const codes = new Set((await check(stack, NOW)).map(({ code }) => code));
        expect([...codes].filter((code) => code !== 'certificate-without-san')).toEqual([
          'published-private-key',
        ]);
      },
    );

    it.each(of('production'))('$release $name has no files yet, so nothing is said', async (stack) => {
      expect(await check(stack, NOW)).toEqual([]);
    });

    it.each(of('production'))('$release $name, set up as its text says, gives no finding', async (stack) => {
      const made = await ownPair;
      const contents = filesOf(stack.release);
      let keys = 0;
      for (const name of stack.files) {
        const text = (contents[`/m/${name}`] ?? '').replaceAll(
          /set-my-alias-here\.com|my-gateway-dns-name/g,
          HOST,
        );
        contents[`/m/${name}`] = text;
        for (const [, path = '', end] of text.matchAll(/- \.\/([^\s:]+\.(crt|key)):/g)) {
          contents[`/m/${path}`] = made.files[`good.${end}`] ?? '';
          keys++;
        }
      }
      expect(keys).toBeGreaterThanOrEqual(5);
      const findings = await checkFiles(stack.files, contents, made.start + 86_400_000);
      expect(told(stack.release, findings)).toEqual([]);
      // The same with another host's certificate is told: the files are read.
      for (const [path, content] of Object.entries(contents)) {
        if (path.endsWith('.crt') && content === made.files['good.crt'])
          contents[path] = made.files['other-host.crt'] ?? '';
      }
      const codes = (await checkFiles(stack.files, contents, made.start + 86_400_000)).map(
        ({ code }) => code,
      );
      expect(codes).toContain('certificate-host-mismatch');
      expect(codes).toContain('certificate-key-mismatch');
    });

    it('of Mender 4 cover all aliases of the gateway but three, as openssl says', async () => {
      const [stack] = of('evaluation');
      const findings = stack ? await check(stack, NOW) : [];
      const mismatch = findings.filter(({ code }) => code === 'certificate-host-mismatch');
      const aliases = [
        'docker.mender.io',
        's3.docker.mender.io',
        's3.localhost',
        'mender.local',
        's3.mender.local',
      ];
      const certificate = join(root, 'v4.0.1/compose/certs/mender.crt');
      const refused: string[] = [];
      for (const alias of aliases) {
        const says = await openssl('x509', '-in', certificate, '-noout', '-checkhost', alias);
        if (says.includes('does NOT match')) refused.push(alias);
      }
      const named = mismatch.flatMap(({ related }) => related.map(({ message }) => message.split(' ')[0]));
      expect(named.sort()).toEqual(refused.sort());
      expect(told('v4.0.1', findings)).toEqual([
        'certificate-host-mismatch error traefik ./compose/certs',
        'published-private-key information traefik ./compose/certs',
      ]);
    });

    it('of the first releases name no host in a way that Go reads, and have expired since', async () => {
      const says = await openssl('x509', '-in', oldGateway, '-noout', '-ext', 'subjectAltName');
      expect(says).not.toContain('DNS:');
      const [stack] = of('demo');
      const findings = stack ? await check(stack, Date.UTC(2027, 0, 1)) : [];
      const expired = findings.filter(({ code }) => code === 'certificate-expired');
      expect(expired.map(({ service }) => service).sort()).toEqual(['mender-api-gateway', 'storage-proxy']);
    });
  },
);
