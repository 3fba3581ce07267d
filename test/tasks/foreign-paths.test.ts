/** Absolute paths of another kind of host: what is there can't be known here, so nothing is said of it, or made. */
import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';

const TARGETS = '/var/www/mendersoftware/cert';

/** A gateway whose certificate lies where another kind of host has its files, and a token service like that. */
const text = (directory: string) => `services:
  gateway:
    image: mendersoftware/api-gateway:2.6.0
    volumes:
      - '${directory}cert.crt:${TARGETS}/cert.crt'
  mender-useradm:
    image: mendersoftware/useradm:mender-2.6.0
    volumes:
      - '${directory}private.pem:/etc/useradm/rsa/private.pem:ro'
`;

const TASKS: readonly KeyTask[] = [
  { kind: 'generate' },
  { kind: 'rotate', service: 'mender-useradm' },
  { kind: 'rotate', service: 'gateway' },
  { kind: 'renew', service: 'gateway' },
  { kind: 'convert', service: 'mender-useradm' },
];

function serviceOf(directory: string) {
  const file = '/project/docker-compose.yml';
  const service = createLanguageService(memoryHost({ files: { [file]: text(directory) } }));
  service.configure({ rules: {}, trusted: true, folders: ['/project'] });
  return { service, file };
}

describe.each(['C:\\keys\\', 'D:/keys/'])('%s', (directory) => {
  it('is not called missing, nor taken for a file of the project', async () => {
    const { service, file } = serviceOf(directory);
    const answer = await service.check(file);
    if (!answer || 'problem' in answer) throw new Error('not checked');
    // Of the two entries nothing is told but that they are writable.
    const told = answer.findings.map(({ code, service: of }) => `${code} ${of}`).sort();
    expect(told).toEqual(['missing-private-key-mount gateway', 'writable-key-mount gateway']);
  });

  it('is where nothing is made, and no entry is written anew', async () => {
    const { service, file } = serviceOf(directory);
    for (const task of TASKS) {
      const answer = await service.planTask(file, task);
      const plan = answer.kind === 'plan' ? answer.plan : undefined;
      for (const { path } of plan?.create ?? []) expect(path).toMatch(/^\/project\/[^:\\]*$/);
      const texts = plan?.edits.flatMap(({ edits }) => edits.map(({ newText }) => newText)) ?? [];
      expect(texts.filter((written) => written.includes('C:') || written.includes('keys\\'))).toEqual([]);
    }
  });
});
