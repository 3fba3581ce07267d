/**
 * Files that once stopped a server for half a minute or more, in the size that did: what is asked of them is answered
 * long before the time is up that a test has.
 */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { hangs } from '../../bench/src/hangs.mjs';
import { selfSignedCertificate } from '../../server/src/pki/certificate';
import { createService } from '../../server/src/service/create-service';
import { memoryHost } from '../host/memory-host';

const MOST_MS = 60_000;
const FILE = '/project/docker-compose.yml';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
});
const chain: string[] = [];

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = [{ kind: 'dns', value: 'mender.example.com' }] as const;
  for (let i = 0; i < 400; i++) {
    const made = await selfSignedCertificate({ key: privateKey, names, days: 365, now: Date.now() });
    chain.push(made.toString());
  }
}, MOST_MS);

describe('a file with', () => {
  const kinds = hangs((count) => `CHAIN ${count}`);

  it.each(kinds.map((kind) => [kind.name, kind] as const))(
    '%s',
    { timeout: MOST_MS },
    async (_name, kind) => {
      const files: Record<string, string> = { '/project/keys/private.pem': key.toString() };
      for (const [name, text] of Object.entries(kind.files))
        files[`/project/${name}`] = text.startsWith('CHAIN ') ? chain.join('') : text;
      const service = createService(memoryHost({ files }));
      service.configure({ rules: {}, trusted: true, folders: ['/project'] });
      const answer = await service.check(FILE, undefined, { fixes: true });
      expect(answer).toHaveProperty('findings');
      if (kind.completion) await service.complete(FILE, kind.completion);
      if (kind.deployments) await service.deployments({});
    },
  );
});
