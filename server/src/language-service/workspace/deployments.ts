/** The deployments in the workspace's folders, whether their files are open or not: each stack with its keys. */
import type { Surroundings } from '../../changes/types';
import type { FactsCache } from '../../pki/files/file-facts-cache';
import type { Host } from '../../platform/platform';
import type { Settings, StackInfo } from '../api/index';
import type { KeyTarget } from '../api/tasks';
import { createJudge, type Judged } from '../check/check-file';
import type { Texts } from '../files/document-texts';
import { createCandidateFinder } from './candidate-files';

/** A stack with a Mender service. */
export interface Deployment {
  /** Id of a compose file of the stack, by which the other verbs know it. */
  readonly file: string;
  readonly stack: StackInfo;
  readonly targets: readonly KeyTarget[];
}

export interface Deployments {
  /** Those in the folders of the settings, by their files' paths. */
  readonly deployments: readonly Deployment[];
  /** False where there are more files than are looked at. */
  readonly complete: boolean;
}

export interface DeploymentsOptions {
  /** Globs as in VS Code's setting `files.exclude`, from each folder. Hidden directories and `node_modules` are always left out. */
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
  /** Waited for between one file and the next, so that what somebody waits for comes first. */
  readonly pause?: () => Promise<void>;
}

/** The verb over all deployments of a workspace. */
export interface WorkspaceVerbs {
  /** Reads open documents first. Undefined when `signal` fired; never rejects for what files hold. */
  deployments(options?: DeploymentsOptions): Promise<Deployments | undefined>;
}

/** Keeps between two runs only which files are no concern of Mender's. */
export function createDeploymentFinder(
  texts: Texts,
  host: Host,
  facts: FactsCache,
  around: Surroundings,
  settings: () => Settings,
): WorkspaceVerbs['deployments'] {
  const candidates = createCandidateFinder(texts, host, settings);

  return async ({ exclude = [], signal, pause = async () => {} } = {}) => {
    const { files, complete } = await candidates({ exclude, pause, signal });
    // A judge of its own: the one of the open documents keeps what it knows of them.
    const { judge } = createJudge(texts, host, facts, settings);
    const found = new Map<string, Deployment>();
    for (const file of files) {
      await pause();
      if (signal?.aborted) return undefined;
      const judgement = await judge(file);
      for (const judged of judgement && 'stacks' in judgement ? judgement.stacks : []) {
        const key = JSON.stringify([judged.info.files, judged.info.name]);
        if (judged.analysis.deployment.isMender && !found.has(key)) {
          found.set(key, await deploymentOf(file, judged, around));
        }
      }
    }
    return { deployments: withoutParts([...found.values()]), complete };
  };
}

async function deploymentOf(file: string, judged: Judged, around: Surroundings): Promise<Deployment> {
  const { targetsOfAll } = await import('../planning');
  return { file, stack: judged.info, targets: await targetsOfAll([judged], around) };
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
