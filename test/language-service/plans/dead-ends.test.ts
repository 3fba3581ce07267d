/** Directories that can't be looked into, where a plan would make its files: it comes to an end, and says what is wrong. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const TEXT = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const KEYS = '/project/production/keys-generated';

const CASES: readonly [string, (host: MemoryHost) => void, string][] = [
  [
    'a link to itself',
    (host) => host.putLink(KEYS, 'keys-generated'),
    'is a symbolic link that leads nowhere',
  ],
  [
    'a directory that may not be entered',
    (host) => {
      host.putDirectory(`${KEYS}/keys/useradm`);
      host.deny(KEYS);
    },
    'is not accessible',
  ],
];

describe.each(CASES)('%s', (_, spoil, reason) => {
  it('is told, and nothing is made', async () => {
    const host = memoryHost({ files: { [FILE]: TEXT } });
    spoil(host);
    const before = host.snapshot();
    const service = createLanguageService(host);
    const plan = await service.planAll(FILE, { generate: true });
    expect(plan.create).toMatchObject([{ path: `${KEYS}/keys/useradm/private.key` }]);
    const answer = await service.apply(plan);
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(reason) });
    expect(host.snapshot()).toEqual(before);
  });
});
