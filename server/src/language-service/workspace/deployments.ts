/** The deployments in the workspace's folders, whether their files are open or not: each stack with its keys. */
import type { HostFiles } from '../../changes/types';
import type { FactsCache } from '../../pki/files/file-facts-cache';
import type { Host } from '../../platform/platform';
import type { Deployment, Settings, WorkspaceMethods } from '../api/index';
import { type CheckedStack, createChecker } from '../check/check-file';
import type { Texts } from '../files/document-texts';
import type { targetsOfAll } from '../key-state/targets';
import { createCandidateFinder } from './candidate-files';

/** What tells how keys stand; loaded when it is asked for. */
type Planning = () => Promise<{ readonly targetsOfAll: typeof targetsOfAll }>;

/** Keeps between two runs only which files are no concern of Mender's. */
export function createDeploymentFinder(
  texts: Texts,
  host: Host,
  facts: FactsCache,
  around: HostFiles,
  settings: () => Settings,
  planning: Planning,
): WorkspaceMethods['deployments'] {
  const candidates = createCandidateFinder(texts, host, settings);

  async function deploymentOf(file: string, checked: CheckedStack): Promise<Deployment> {
    const { targetsOfAll } = await planning();
    return { file, stack: checked.info, targets: await targetsOfAll([checked], around, settings()) };
  }

  return async ({ exclude = [], signal, pause = async () => {} } = {}) => {
    const { files, complete } = await candidates({ exclude, pause, signal });
    // A checker of its own: the one of the open documents keeps what it knows of them.
    const { check } = createChecker(texts, host, facts, settings);
    const found = new Map<string, Deployment>();
    for (const file of files) {
      await pause();
      if (signal?.aborted) return undefined;
      const result = await check(file);
      for (const checked of result && 'stacks' in result ? result.stacks : []) {
        const key = JSON.stringify([checked.info.files, checked.info.name]);
        if (checked.analysis.deployment.isMender && !found.has(key)) {
          found.set(key, await deploymentOf(file, checked));
        }
      }
    }
    return { deployments: withoutParts([...found.values()]), complete };
  };
}

/**
 * Each deployment once: not a base whose keys an overlay changes, which is told with the overlay, nor an overlay that
 * changes no key, which is told by its base.
 */
function withoutParts(all: readonly Deployment[]): Deployment[] {
  const bySize = [...all].sort((a, b) => a.stack.files.length - b.stack.files.length);
  const telling: Deployment[] = [];
  for (const one of bySize) {
    const same = telling.some((other) => isPart(other, one) && sameKeys(other, one));
    if (!same) telling.push(one);
  }
  const kept = new Set(telling.filter((one) => !telling.some((other) => isPart(one, other))));
  return all.filter((one) => kept.has(one));
}

/** Whether the files of a stack that nobody named are some of another one's, not all. */
function isPart({ stack }: Deployment, { stack: whole }: Deployment): boolean {
  return (
    stack.reason !== 'setting' &&
    stack.files.length < whole.files.length &&
    stack.files.every((file) => whole.files.includes(file))
  );
}

function sameKeys(one: Deployment, other: Deployment): boolean {
  return JSON.stringify(one.targets) === JSON.stringify(other.targets);
}
