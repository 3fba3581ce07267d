/** The examples of the pages about certificates, run with the files that they speak of, made here. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { CERTIFICATE_CODES, daysAfter, type Made, makeCertificates } from '../rules/made-certificates';
import { needsShared, sharedPath } from '../shared';

const root = join(import.meta.dirname, '../..');
const demo = sharedPath('corpus/mender/3.7.0/cert/cert.crt');

/** What the pages call the files, with what it is made from. */
const FILES: Readonly<Record<string, string>> = {
  'gateway.crt': 'good.crt',
  'gateway.key': 'good.key',
  'other.key': 'other.key',
  'expired.crt': 'short.crt',
  'expired.key': 'short.key',
  'ending.crt': 'short.crt',
  'ending.key': 'short.key',
  'early.crt': 'good.crt',
  'early.key': 'good.key',
  'elsewhere.crt': 'other-host.crt',
  'elsewhere.key': 'other-host.key',
  'common-name.crt': 'no-san.crt',
  'common-name.key': 'no-san.key',
  'for-clients.crt': 'for-clients.crt',
  'for-clients.key': 'for-clients.key',
  'narrow-chain.crt': 'narrow-chain.crt',
  'narrow.key': 'narrow-leaf.key',
  'sha1.crt': 'sha1.crt',
  'sha1.key': 'sha1.key',
  'storage.crt': 'storage.crt',
  'storage.key': 'storage.key',
  'old-storage.crt': 'storage-other.crt',
};

/** The day of the failing example, counted from the certificates' first, of 100 or 3650. */
const DAYS: Readonly<Record<string, number>> = {
  'certificate-expired': 101,
  'certificate-not-yet-valid': -1,
  'certificate-expires-soon': 90,
};

let made: Made;
beforeAll(async () => {
  made = await makeCertificates();
}, 60_000);

async function codesOf(text: string, day: number): Promise<string[]> {
  const files = Object.entries(FILES).map(([name, from]) => [`/project/ssl/${name}`, made.files[from] ?? '']);
  const host = memoryHost({
    files: { ...Object.fromEntries(files), '/project/docker-compose.yml': text },
  });
  if (existsSync(demo)) host.put('/project/ssl/demo.crt', readFileSync(demo));
  host.setNow(daysAfter(made, day));
  const answer = await createLanguageService(host).check('/project/docker-compose.yml');
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.map(({ code }) => code).filter((code) => CERTIFICATE_CODES.includes(code));
}

describe.each(CERTIFICATE_CODES)('%s', (code) => {
  const page = readFileSync(join(root, `docs/rules/${code}.md`), 'utf8');
  const examples = [...page.matchAll(/```ya?ml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  // Mender's demo certificate isn't part of this repository.
  const needsDemo = code === 'published-private-key';
  it.skipIf(needsDemo && !existsSync(demo))(
    `has a failing example and a passing one${needsDemo ? needsShared('corpus/mender', "Mender's demo certificates") : ''}`,
    async () => {
      const [failing = '', passing = ''] = examples;
      expect(examples).toHaveLength(2);
      const codes = await codesOf(failing, DAYS[code] ?? 1);
      expect(codes).toContain(code);
      expect(await codesOf(passing, 1)).toEqual([]);
    },
  );
});
