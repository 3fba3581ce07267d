/** However a run ends, and wherever it is killed: git would take up no private key, under whatever name it is by then. */
import { describe, expect, it } from 'vitest';
import { gitViewOf } from '../../../server/src/git/tracking';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';

const FILE = '/w/project/docker-compose.yml';
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
`;

function project(): MemoryHost {
  return memoryHost({
    files: { [FILE]: TEXT, '/w/.git/HEAD': 'ref: refs/heads/main\n', '/w/.gitignore': '*.log\n' },
  });
}

async function generate(host: MemoryHost): Promise<boolean> {
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/w'] });
  const keys = { algorithm: 'ec' } as const;
  const plan = await service.planAll(FILE, { generate: true, keys });
  return (await service.apply(plan)).ok;
}

/** Files with a private key in them that git would take up. */
async function taken(host: MemoryHost): Promise<string[]> {
  const git = gitViewOf(host);
  const found: string[] = [];
  for (const name of host.names()) {
    if (!host.text(name)?.includes('PRIVATE KEY')) continue;
    if ((await git.status(name)).status !== 'ignored') found.push(name);
  }
  return found;
}

describe('private keys', () => {
  it('are ignored before they are there, also by a run that is killed at any step', async () => {
    const whole = project();
    expect(await generate(whole)).toBe(true);
    expect(await taken(whole)).toEqual([]);
    expect(whole.text('/w/project/.gitignore')).toContain('.mender-compose-*\n');
    let withKeys = 0;
    let done = false;
    for (let nth = 0; !done; nth += 1) {
      const host = project();
      host.failWrites((_, index) => (index === nth ? 'crash' : undefined));
      done = await generate(host).catch(() => false);
      host.restart();
      expect(await taken(host), `step ${nth}`).toEqual([]);
      withKeys += Number(host.names().some((name) => host.text(name)?.includes('PRIVATE KEY')));
    }
    expect(withKeys).toBeGreaterThan(5);
  });

  it('stay ignored when the run fails', async () => {
    for (let nth = 0; nth < 12; nth += 1) {
      const host = project();
      host.failWrites((_, index) => (index === nth ? 'full' : undefined));
      await generate(host);
      expect(await taken(host), `step ${nth}`).toEqual([]);
    }
  });

  it('are no part of the edits, which an editor may undo', async () => {
    const host = project();
    const service = createLanguageService(host);
    const plan = await service.planAll(FILE, { generate: true });
    expect(plan.edits.map(({ file }) => file)).toEqual([FILE]);
    expect(plan.ignores.map(({ file }) => file)).toEqual(['/w/project/.gitignore']);
  });
});
