/** What plans and their refusals are called. */
import type { Judged } from './judge';

/** What is said where a task has nothing to do, for a service or for all. */
export const NOTHING: Readonly<Record<'generate' | 'split', (only: string | undefined) => string>> = {
  generate: (only) => `Nothing is missing in ${only ?? 'this deployment'}.`,
  split: (only) =>
    only === undefined
      ? 'No two services share a private key.'
      : `${only} shares its private key with no other service.`,
};

/** The title of a plan that makes what is missing, for a service or for all. */
export function generateTitle(only: string | undefined): string {
  return only === undefined
    ? 'Generate and mount what is missing'
    : `Generate and mount what ${only} is missing`;
}

/** Why nothing can be done for a service alone; undefined where a deployment has it. */
export function unknownService(judged: readonly Judged[], only: string): string | undefined {
  const known = judged.flatMap(({ analysis }) =>
    analysis.deployment.services.map(({ service }) => service.name),
  );
  if (known.includes(only)) return undefined;
  return `There is no Mender service of the name ${only} here, only ${[...new Set(known)].join(', ')}.`;
}
