import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedCertificate, publishedKey } from '../../../server/src/pki/keys/published-keys';
import { hasShared, needsShared, sharedPath } from '../../shared';

interface KnownKey {
  readonly spkiSha256: string;
  readonly role: string;
  readonly privateKeyPublished: boolean;
  readonly subjectCN?: string | null;
  readonly certSha256: readonly string[];
  readonly firstTag: string | null;
  readonly lastTagByRepo?: Readonly<Record<string, string>> | null;
  readonly note?: string;
}

/** The collected facts, which lie beside the work tree of those who maintain this and nowhere else. */
const FACTS = sharedPath('facts/known-keys.json');
const ROLES: Readonly<Record<string, string>> = {
  'demo-deployment': 'demo-deployment',
  'example-production-environment': 'production-example',
  'helm-example': 'helm-example',
};

describe('published keys', () => {
  it('are known by key and by certificate', () => {
    const demo = publishedKey('3c16fc8c999508ba8fb3ef946b292dd714315bc2f6f84e5fe596e6b5532f16e1');
    expect(demo).toEqual({
      role: 'demo-deployment',
      what: "Mender's demo certificate and key for docker.mender.io",
      publishedIn: 'releases 3.1.0 to 3.8.5 and mender-server 4',
    });
    expect(publishedCertificate('5642dec9bab14ba368996673f7bef2c78909f212585d8b6b0be7ade892f1443b')).toEqual(
      demo,
    );
  });

  it('are no others', () => {
    expect(publishedKey(undefined)).toBeUndefined();
    expect(publishedKey('')).toBeUndefined();
    expect(publishedKey('0'.repeat(64))).toBeUndefined();
    expect(publishedKey('3c16fc8c999508ba8fb3ef946b292dd7')).toBeUndefined();
    expect(publishedCertificate('')).toBeUndefined();
    expect(publishedKey('5642dec9bab14ba368996673f7bef2c78909f212585d8b6b0be7ade892f1443b')).toBeUndefined();
  });

  it.skipIf(!hasShared('facts/known-keys.json'))(
    `are the ones that were collected${needsShared('facts/known-keys.json', 'fingerprints of published keys')}`,
    () => {
      const known = JSON.parse(readFileSync(FACTS, 'utf8')) as readonly KnownKey[];
      expect(known.length).toBeGreaterThan(50);
      for (const key of known) {
        const found = publishedKey(key.spkiSha256);
        if (!key.privateKeyPublished) {
          expect(found, key.spkiSha256).toBeUndefined();
          for (const each of key.certSha256) expect(publishedCertificate(each)).toBeUndefined();
          continue;
        }
        expect(found?.role, key.spkiSha256).toBe(ROLES[key.role] ?? 'test');
        for (const each of key.certSha256) expect(publishedCertificate(each)).toEqual(found);
        if (key.role !== 'demo-deployment' && key.role !== 'example-production-environment') continue;
        if (key.role === 'demo-deployment' && key.subjectCN)
          expect(found?.what).toContain(`for ${key.subjectCN}`);
        const [repository, first] = key.firstTag?.split('@') ?? [];
        const last = key.lastTagByRepo?.integration;
        if (repository === 'integration') {
          // The repository ended with 3.8.5; what is still at its head was in that release.
          const end = last === 'HEAD' ? '3.8.5' : last?.replace(/-build\d+$/, '');
          expect(found?.publishedIn).toContain(`releases ${first} to ${end}`);
        }
        if (key.lastTagByRepo?.['mender-server'] !== undefined)
          expect(found?.publishedIn).toContain('mender-server 4');
      }
    },
  );
});
