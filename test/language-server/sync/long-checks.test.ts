/** While a huge stack is checked, others are answered; and a check that nobody waits for any more stops. */
import { afterEach, expect, test } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import type { Host } from '../../../server/src/platform/platform';
import { memoryHost } from '../../platform/memory-host';
import { connect, type Wire } from '../wire';

/** Files that the huge one includes, and services in each: some seconds of work, of which no part takes long. */
const PARTS = 120;
const SERVICES = 60;

const HUGE = 'file:///huge/docker-compose.yml';
const SMALL = 'file:///small/docker-compose.yml';
const useradm = (name: string) => `  ${name}:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./${name}.pem:/etc/useradm/rsa/private.pem:ro
`;
const PART = (part: number) =>
  `services:\n${Array.from({ length: SERVICES }, (_, i) => useradm(`useradm-${part}-${i}`)).join('')}`;
const ALL = `include:\n${Array.from({ length: PARTS }, (_, i) => `  - ../parts/part-${i}.yml\n`).join('')}`;
const ONE = `services:\n${useradm('mender-useradm')}`;

let wire: Wire;
/** The parts that were read so far. */
let read: Set<string>;
afterEach(() => wire.close());

/** An editor in which the small file is open and checked. Nothing in memory waits for a disk, so only turns give way. */
async function start(): Promise<void> {
  const parts = Array.from({ length: PARTS }, (_, i) => [`/parts/part-${i}.yml`, PART(i)]);
  const host = memoryHost({ files: Object.fromEntries(parts) });
  read = new Set();
  const counting: Host = {
    ...host,
    files: {
      ...host.files,
      read(path, limit) {
        if (path.includes('/part-')) read.add(path);
        return host.files.read(path, limit);
      },
    },
  };
  wire = await connect(createLanguageService(counting));
  await wire.open(ONE, 1, SMALL);
  await wire.publication(({ uri }) => uri === SMALL);
  // What a hover needs is loaded by the first one.
  await hover();
}

const hover = () =>
  wire.client.sendRequest('textDocument/hover', {
    textDocument: { uri: SMALL },
    position: { line: 4, character: 10 },
  });

const checked = (version: number) => (params: { readonly uri: string; readonly version?: number }) =>
  params.uri === HUGE && params.version === version;

test('a request about another file is answered before a huge one is checked', async () => {
  await start();
  await wire.open(ALL, 1, HUGE);
  expect(await hover()).toMatchObject({ contents: { value: expect.stringContaining('Token signing key') } });
  expect(wire.published.filter(({ uri }) => uri === HUGE)).toEqual([]);
  await wire.publication(checked(1));
  expect(read.size).toBe(PARTS);
});

test('a newer text of the huge file stops the check of the older one', async () => {
  await start();
  await wire.open(ALL, 1, HUGE);
  await wire.change(ONE, 2, HUGE);
  await wire.publication(checked(2));
  const before = read.size;
  expect(before).toBeLessThan(PARTS);
  // Turns enough for all that an older check could still do.
  for (let turn = 0; turn < 10 * PARTS; turn++) await new Promise(setImmediate);
  expect(read.size).toBe(before);
  expect(wire.published.some(checked(1))).toBe(false);
});
