/** Of the services of a file that is all of its stack, those are kept that somebody asks for. */
import { beforeEach, expect, it, vi } from 'vitest';
import { LoneServices } from '../../../server/src/compose/loader/lone-services';
import { parseYaml } from '../../../server/src/compose/yaml/parse-yaml';
import { SERVICE_TESTS } from '../../../server/src/language-service/check/service-tests';
import { createService } from '../../../server/src/language-service/create-language-service';
import { memoryStack } from '../../compose/memory-stack';
import { memoryHost } from '../../platform/memory-host';

vi.mock('../../../server/src/compose/yaml/parse-yaml', async (original) => {
  const actual = await original<typeof import('../../../server/src/compose/yaml/parse-yaml')>();
  return { ...actual, parseYaml: vi.fn(actual.parseYaml) };
});
const parse = vi.mocked(parseYaml);

const FILE = '/project/docker-compose.yml';
const WORKERS = 20;
const TEXT = `services:
${Array.from({ length: WORKERS }, (_, i) => `  worker-${i}:\n    image: busybox:${i}\n`).join('')}\
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./useradm.pem:/etc/useradm/rsa/private.pem:ro
      # the last line
`;

beforeEach(() => void parse.mockClear());

it('after an edit, what it touched is parsed, and no service that was let go', async () => {
  const service = createService(memoryHost({ files: { [FILE]: TEXT } }));
  service.open(FILE, TEXT, 1);
  await service.check(FILE);
  expect(parse.mock.calls.length).toBeGreaterThan(WORKERS);
  for (const [version, text] of [TEXT.replace('last', 'very last'), `# first\n${TEXT}`, TEXT].entries()) {
    parse.mockClear();
    service.open(FILE, text, version + 2);
    await service.check(FILE);
    await service.lenses(FILE);
    await service.outline(FILE);
    await service.fixes(FILE, { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } });
    expect(parse.mock.calls.length).toBeLessThan(WORKERS / 2);
    const answer = await service.check(FILE);
    const line = text.slice(0, text.indexOf('./useradm.pem')).split('\n').length - 1;
    const findings = answer && 'findings' in answer ? answer.findings : [];
    expect(findings.map(({ range }) => range.start.line)).toEqual([line]);
  }
});

it('all that is asked of every service is known before they are read', async () => {
  const asked = vi.spyOn(LoneServices.prototype, 'matching');
  const service = createService(memoryHost({ files: { [FILE]: TEXT } }));
  service.open(FILE, TEXT, 1);
  await service.check(FILE);
  const tests = new Set(asked.mock.calls.map(([test]) => test));
  expect(tests.size).toBeGreaterThan(2);
  for (const test of tests) expect(SERVICE_TESTS).toContain(test);
});

it('one that was let go is read again for whoever asks, with its places', async () => {
  const { stack, cut } = await memoryStack(
    { 'compose.yml': TEXT },
    { tests: [({ name }) => name === 'none'] },
  );
  parse.mockClear();
  const worker = stack.services.get('worker-7');
  expect([worker?.image?.value, cut(worker?.image?.span), cut(worker?.declarations[0])]).toEqual([
    'busybox:7',
    'compose.yml: busybox:7',
    'compose.yml: worker-7',
  ]);
  expect(stack.services.get('worker-7')).toBe(worker);
  expect(parse).toHaveBeenCalledTimes(1);
  expect([...stack.services.values()]).toHaveLength(WORKERS + 1);
});
