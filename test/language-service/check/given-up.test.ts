/** A check that is given up halfway: it answers nothing, and whoever shared it is answered all the same. */
import { expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import type { Host } from '../../../server/src/platform/platform';
import { memoryHost } from '../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
/** Enough of them that the check takes several turns. */
const PARTS = 60;
const TEXT = `include:
${Array.from({ length: PARTS }, (_, i) => `  - ../parts/${i}.yml\n`).join('')}\
services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
`;
const PART = (part: number) =>
  `services:\n${Array.from({ length: 60 }, (_, i) => `  other-${part}-${i}:\n    image: busybox:${i}\n`).join('')}`;

it('is checked anew for those who shared it', async () => {
  const parts = Array.from({ length: PARTS }, (_, i) => [`/parts/${i}.yml`, PART(i)]);
  const host = memoryHost({ files: Object.fromEntries(parts) });
  const controller = new AbortController();
  const aborting: Host = {
    ...host,
    files: {
      ...host.files,
      read(path, limit) {
        controller.abort();
        return host.files.read(path, limit);
      },
    },
  };
  const service = createLanguageService(aborting);
  service.open(FILE, TEXT, 1);
  const checking = service.check(FILE, controller.signal);
  const sharing = service.outline(FILE);
  expect(await checking).toBeUndefined();
  expect((await sharing).map(({ name }) => name)).toEqual(['mender-useradm']);
  expect(await service.check(FILE)).toMatchObject({ mender: true });
});
