/** The engine keeps all of a text for a part of it, so a part that stays must not be one of an earlier text. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createParseCache } from '../../../server/src/compose/document/document-cache';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes on the heap that something still needs. */
function inUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

it('edits in a hundred services keep none of the texts before them', () => {
  const services = 1000;
  const padding = `# ${'x'.repeat(500)}\n`;
  const one = (i: number, tag: string) => `  service-number-${i}:\n    image: busybox:${tag}\n    ${padding}`;
  let text = `services:\n${Array.from({ length: services }, (_, i) => one(i, 'a')).join('')}`;
  const cache = createParseCache();
  cache.parse('/p/compose.yml', text);
  const before = inUse();
  for (let i = 0; i < services; i += 10) {
    text = text.replace(one(i, 'a'), one(i, 'b'));
    cache.parse('/p/compose.yml', text);
  }
  // Each text has half a megabyte.
  expect(inUse() - before).toBeLessThan(10 * text.length);
});
