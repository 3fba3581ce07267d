/** A compose file that changes while a command is at work is left as it is by then: positions in it mean other things. */
import { expect, it } from 'vitest';
import type { LanguageService } from '../../../server/src/language-service/api/index';
import { createLanguageService as createReal } from '../../../server/src/language-service/create-language-service';
import { listRules } from '../../../server/src/language-service/info/rules';
import { memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';
import { runCli } from '../run-cli';

const FILE = '/project/docker-compose.yml';
const TEXT = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const OTHER = `# mine\n${TEXT}`;
const SAID = 'docker-compose.yml has changed meanwhile, so it was not edited.';

it('after it was planned', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  const createLanguageService = (): LanguageService => {
    const service = createReal(host);
    return {
      ...service,
      async planAll(...args) {
        const plan = await service.planAll(...args);
        host.put(FILE, OTHER);
        return plan;
      },
    };
  };
  const { code, err } = await runCli(['generate', '--yes', 'docker-compose.yml'], host, {
    engine: { createLanguageService, listRules },
  });
  expect(err).toContain(SAID);
  expect(code).toBe(2);
  expect(host.text(FILE)).toBe(OTHER);
});

it('while the keys are made, which are taken back', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  host.failWrites(({ operation }) => {
    if (operation === 'link') host.put(FILE, OTHER);
    return undefined;
  });
  const { code, err } = await runReal(['generate', '--yes', 'docker-compose.yml'], host);
  expect(err).toContain('was changed');
  expect(err).toContain('Nothing was created.');
  expect(code).toBe(2);
  expect(host.text(FILE)).toBe(OTHER);
  expect(host.names()).toEqual([FILE]);
});
