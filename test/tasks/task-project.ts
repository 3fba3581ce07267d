/** A project on a disk for the tests of tasks: planned, carried out and checked through the façade. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { applyEdits } from '../../server/src/cli/apply/text-edits';
import type { LanguageService, Plan } from '../../server/src/language-service/api/index';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { temporaryDirectory } from '../pki/openssl';

export const directory = temporaryDirectory();
export const at = (...parts: string[]) => path.join(directory.path, ...parts);
export const text = (...parts: string[]) => readFile(at(...parts), 'utf8');
/** Of the test that runs. */
export let service: LanguageService;
/** Path of the compose file. */
export let compose: string;

/** Has an empty directory and a new façade for each test of the file that calls it. */
export function useProject(): void {
  beforeEach(async () => {
    await directory.create();
    service = createLanguageService(nodeHost());
    compose = at('docker-compose.yml');
  });
  afterEach(() => directory.remove());
}

export async function write(content: string): Promise<void> {
  await writeFile(compose, content);
  service.changed();
}

export async function planned(task: KeyTask): Promise<Plan> {
  const answer = await service.planTask(compose, task);
  if (answer.kind !== 'plan') throw new Error(`${answer.kind}: ${answer.message}`);
  return answer.plan;
}

/** Plans and carries out, edits and all. */
export async function carryOut(task: KeyTask): Promise<Plan> {
  const plan = await planned(task);
  await perform(plan);
  return plan;
}

/** Carries out a plan, edits and all. */
export async function perform(plan: Plan): Promise<void> {
  expect(await service.apply(plan)).toMatchObject({ ok: true });
  for (const { file, edits } of plan.edits) {
    const before = await readFile(file, 'utf8').catch(() => '');
    await writeFile(file, applyEdits(before, edits));
  }
  service.changed();
}

export async function codes(): Promise<readonly string[]> {
  const answer = await service.check(compose);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return [...new Set(answer.findings.map(({ code }) => code))].sort();
}

export const GATEWAY = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [mender.example.com]
`;
export const OLD = `${GATEWAY}  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.example.com]
`;
export const USERADM = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7
    volumes:
      - ./keys/useradm.pem:/etc/useradm/rsa/private.pem:ro
`;
