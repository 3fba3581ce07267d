/** Services put together out of several files: put together and read once, for as long as they stay as they are written. */
import { describe, expect, it } from 'vitest';
import { createParseCache } from '../../../server/src/compose/document/document-cache';
import type { Service } from '../../../server/src/compose/types';
import { memoryStack } from '../memory-stack';

const FILES: Readonly<Record<string, string>> = {
  'compose.yml': `include: [more.yml]
services:
  first:
    image: first
  included:
    environment: { OWN: "1" }
    volumes: [./own:/own]
  extended:
    extends: { file: base.yml, service: common }
    image: extended
`,
  'more.yml': `services:
  another:
    image: another
  included:
    image: included
    environment: [BELOW=2]
    volumes: [./below:/below]
`,
  'base.yml': `services:
  other:
    image: other
  common:
    environment: [COMMON=3]
    volumes: [./common:/common]
`,
  'over.yml': `services:
  another:
    volumes: [./late:/late]
  extended:
    volumes: [./over:/over]
`,
};

const WRITTEN = {
  first: ['compose.yml: first'],
  included: [
    'more.yml: included',
    'more.yml: BELOW=2',
    'compose.yml: OWN: "1"',
    'more.yml: ./below:/below',
    'compose.yml: ./own:/own',
  ],
  extended: [
    'compose.yml: extended',
    'base.yml: COMMON=3',
    'base.yml: ./common:/common',
    'over.yml: ./over:/over',
  ],
  another: ['more.yml: another', 'over.yml: ./late:/late'],
};

describe('lines that come or go above', () => {
  it.each([
    ['in the file that includes and extends', 'compose.yml', ['included', 'extended']],
    ['in an included file', 'more.yml', ['included', 'another']],
    ['in a file that is extended', 'base.yml', ['extended']],
    ['in an overlay', 'over.yml', ['extended', 'another']],
  ])('%s: every service says the same, at its new places', async (_, edited, moved) => {
    const cache = createParseCache();
    const places = new Map<string, number>();
    for (const lines of [0, 1, 3, 2]) {
      const files = { ...FILES, [edited]: `${'# a line\n'.repeat(lines)}${FILES[edited]}` };
      const { stack, cut, problems } = await memoryStack(files, {
        cache,
        files: ['compose.yml', 'over.yml'],
      });
      expect(problems).toEqual([]);
      const services = [...stack.services.values()];
      const spans = (service: Service) => [
        service.image?.span,
        ...[...service.environment.values()].map(({ span }) => span),
        ...service.mounts.map(({ span }) => span),
      ];
      expect(Object.fromEntries(services.map((each) => [each.name, spans(each).map(cut)]))).toEqual(WRITTEN);
      // They did move: what was kept is not just the same again.
      for (const name of moved) {
        const own = stack.services.get(name);
        const sum = own ? spans(own).reduce((all, span) => all + (span?.start ?? 0), 0) : 0;
        expect(sum).not.toBe(places.get(name));
        places.set(name, sum);
      }
    }
  });
});
