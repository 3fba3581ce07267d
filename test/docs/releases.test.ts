/** `docs/releases.md` says what the table of layouts says. Written anew by `npm run generate`. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layouts, targetsOf } from '../../server/src/mender/releases/index';
import { releasesPage } from './releases-page';

const page = join(import.meta.dirname, '../../docs/releases.md');

it('the page of releases is that of the table', async () => {
  await expect(releasesPage()).toMatchFileSnapshot(page);
});

it('it names every layout with every path', () => {
  const sections = releasesPage().split(/^## /m);
  for (const layout of layouts) {
    const section = sections.find((text) => text.startsWith(`${layout.id}\n`)) ?? '';
    for (const target of layout.requirements.flatMap(targetsOf)) expect(section).toContain(`\`${target}\``);
  }
});
