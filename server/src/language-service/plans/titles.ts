/** What plans and their refusals are called. */

import type { Recovered } from '../api/index';
import type { CheckedStack } from '../check/check-file';

/** What is said where a task has nothing to do, for a service or for all. */
export const NOTHING: Readonly<Record<'generate' | 'split', (only: string | undefined) => string>> = {
  generate: (only) => `Nothing is missing in ${only ?? 'this deployment'}.`,
  split: (only) =>
    only === undefined
      ? 'No services share a private key.'
      : `${only} shares its private key with no other service.`,
};

/** The title of a plan that makes what is missing, for a service or for all. */
export function generateTitle(only: string | undefined): string {
  return only === undefined
    ? 'Generate and mount what is missing'
    : `Generate and mount what ${only} is missing`;
}

/** Why nothing can be done for a service alone; undefined where a deployment has it. */
export function unknownService(checked: readonly CheckedStack[], only: string): string | undefined {
  const known = checked.flatMap(({ analysis }) =>
    analysis.deployment.services.map(({ service }) => service.name),
  );
  if (known.includes(only)) return undefined;
  return `No Mender service ${only} here, only ${[...new Set(known)].join(', ')}.`;
}

/** What has become of runs that were killed, a sentence each; none where there were none. */
export function recoveredWords(
  { made, finished, restored, unclear }: Recovered,
  display: (path: string) => string,
): readonly string[] {
  const names = (files: readonly string[]) => files.map(display).join(', ');
  const done = [
    ...(made.length > 0 ? [`made ${names(made)}`] : []),
    ...(finished.length > 0 ? [`edited ${names(finished)}`] : []),
  ];
  return [
    ...(done.length > 0 ? [`An earlier run was killed, and is finished now: ${done.join(', ')}.`] : []),
    ...(restored.length > 0
      ? [`An earlier run was killed, and could not be finished: ${names(restored)} is restored.`]
      : []),
    ...(unclear.length > 0
      ? [
          `An earlier run was killed, and cannot be finished, because files have changed or cannot be written: check ${names(unclear)}.`,
        ]
      : []),
  ];
}
