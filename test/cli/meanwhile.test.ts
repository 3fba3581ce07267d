/** A compose file that changes while a command is at work is left as it is by then: positions in it mean other things. */
import { expect, it } from 'vitest';
import { createService } from '../../server/src/service/create-service';
import { listRules } from '../../server/src/service/rule-info';
import type { MenderService } from '../../server/src/service/service';
import { type MemoryHost, memoryHost } from '../host/memory-host';
import { runReal } from './real-cli';
import { runCli } from './run-cli';

const FILE = '/project/docker-compose.yml';
const TEXT = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const OTHER = `# mine\n${TEXT}`;
const SAID = 'docker-compose.yml was changed by someone else meanwhile, so it was not edited.';

/** The service, behind whose back somebody writes the file as soon as a verb has answered for the `nth` time. */
function disturbed(host: MemoryHost, verb: 'planAll' | 'apply', nth: number): MenderService {
  const service = createService(host);
  let calls = 0;
  const after = <T>(answer: T): T => {
    calls += 1;
    if (calls === nth) host.put(FILE, OTHER);
    return answer;
  };
  return verb === 'planAll'
    ? { ...service, planAll: async (...args) => after(await service.planAll(...args)) }
    : { ...service, apply: async (...args) => after(await service.apply(...args)) };
}

it.each([
  ['planAll', 1],
  ['apply', 1],
] as const)('after %s', async (verb, nth) => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  const engine = { createService: () => disturbed(host, verb, nth), listRules };
  const { code, err } = await runCli(['generate', '--yes', 'docker-compose.yml'], host, { engine });
  expect(err).toContain(SAID);
  expect(code).toBe(2);
  expect(host.text(FILE)).toBe(OTHER);
});

it('while it is written', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  host.failWrites(({ operation }) => (operation === 'replaceText' ? 'changed' : undefined));
  const { code, err } = await runReal(['generate', '--yes', 'docker-compose.yml'], host);
  expect(err).toContain(SAID);
  expect(code).toBe(2);
  expect(host.text(FILE)).toBe(TEXT);
});
