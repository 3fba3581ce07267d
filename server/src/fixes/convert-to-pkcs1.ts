/** Fix of `token-key-not-pkcs1` and `not-loadable`: the same key as the release reads it, before a new key. */

import { convertKey } from '../changes/convert-key';
import { createPlannedState, type Draft, type FixContext } from '../changes/types';
import type { RuleFinding } from '../rules/support/rule';
import { fixHostFile } from './replace-host-file';

export async function fixNotPkcs1(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  const others = await fixHostFile(finding, context);
  if (finding.data.kind !== 'file' || !finding.data.convertible) return others;
  const { state } = finding.data;
  const mender = context.deployment.services.find(({ service }) => service === state.service);
  const part = mender && (await convertKey(state, mender, { ...context, planned: createPlannedState() }));
  if (!mender || !part) return others;
  const title = `Convert the key of ${mender.service.name} to PKCS#1, and mount the new file`;
  return [
    { ...part, title, preferred: true, automatic: false },
    ...others.map((draft) => ({ ...draft, preferred: false })),
  ];
}
