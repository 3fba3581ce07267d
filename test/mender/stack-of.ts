/** One compose text as a stack, for tests that need no disk. */
import { posix } from 'node:path';
import { loadStack } from '../../server/src/compose/loader/load-project';
import type { Stack } from '../../server/src/compose/types';
import { deploymentOf } from '../../server/src/mender/deployment';
import type { Deployment, Recognition } from '../../server/src/mender/model/deployment';
import { recogniseRelease } from '../../server/src/mender/recognition/recognise-release';

export type Texts = string | Readonly<Record<string, string>>;

/** Loads texts as files below `/project`, in their order; `.env` is read as the environment. */
export function stackOf(texts: Texts): Promise<Stack> {
  const given = typeof texts === 'string' ? { 'docker-compose.yml': texts } : texts;
  const all = new Map(Object.entries(given).map(([name, text]) => [posix.join('/project', name), text]));
  return loadStack({
    files: [...all.keys()].filter((name) => !name.endsWith('.env')),
    projectDirectory: '/project',
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/user',
    read: async (file) => {
      const text = all.get(file);
      return text === undefined ? { missing: true } : { text };
    },
  });
}

export async function recogniseText(texts: Texts, wanted?: string): Promise<Recognition> {
  return recogniseRelease(await stackOf(texts), wanted);
}

export async function deploymentFrom(texts: Texts, release?: string): Promise<Deployment> {
  return deploymentOf(await stackOf(texts), { release, join: posix.join });
}
