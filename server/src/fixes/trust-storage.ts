/** Fixes of the four rules about the certificate that the deployments service must trust. */
import { shownPath } from '../changes/file-paths';
import { candidatesFor, mountTitle } from '../changes/fitting-files';
import { repointOperations } from '../changes/mount-operations';
import { mountAndName, nameMounted, servedCertificate } from '../changes/trust-storage';
import { createPlannedState, type Draft, EMPTY, type FixContext } from '../changes/types';
import { storageCertificates, trustMount } from '../mender/requirements/storage-trust';
import type { FindingData, RuleFinding } from '../rules/support/rule';

export async function fixStorageTrust(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  const { data } = finding;
  if (data.kind === 'storage-certificate-differs') return trustServed(data, context);
  if (
    data.kind !== 'missing' &&
    data.kind !== 'storage-variable-missing' &&
    data.kind !== 'storage-variable-wrong'
  )
    return [];
  const { state } = data;
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return [];
  const fresh = () => ({ ...context, planned: createPlannedState() });
  const drafts: Draft[] = [];
  const mounted =
    data.kind === 'storage-variable-missing' ? data.mount : trustMount(state, context.deployment);
  if (data.kind !== 'missing' && mounted) drafts.push(nameMounted(state, mounted, mender, context));
  if (data.kind === 'storage-variable-missing') return drafts;
  const served = servedCertificate(context);
  if (served !== undefined) {
    const operations = mountAndName(state, served, mender, fresh());
    const title = `Mount the certificate of ${serverName(context)}, ${shownPath(served, context)}, at ${state.target}`;
    drafts.push({
      ...EMPTY,
      title,
      operations,
      preferred: drafts.length === 0,
      automatic: drafts.length === 0,
    });
    return drafts;
  }
  for (const { path, certain, demo } of await candidatesFor(state, context, 3)) {
    const title = mountTitle(`${shownPath(path, context)} as ${state.requirement.title}`, demo);
    const operations = mountAndName(state, path, mender, fresh());
    drafts.push({
      ...EMPTY,
      title,
      operations,
      preferred: certain && drafts.length === 0,
      automatic: certain,
    });
  }
  return drafts;
}

/** For titles: who serves storage. */
function serverName({ deployment }: FixContext): string {
  const role = storageCertificates(deployment)[0]?.requirement.role;
  return role === 'storage-proxy' ? 'the storage proxy' : 'the API gateway';
}

/** The deployments service gets the certificate that is served. */
function trustServed(
  { state, served }: Extract<FindingData, { kind: 'storage-certificate-differs' }>,
  { deployment, around }: FixContext,
): readonly Draft[] {
  const mender = deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender || served.hostFile === undefined) return [];
  const context = { deployment, around, planned: createPlannedState() };
  const operations = repointOperations(state, served.hostFile, mender, context);
  if (!operations) return [];
  const title = `Mount the certificate of ${served.service.name}, ${shownPath(served.hostFile, context)}, at ${state.target} of ${state.service.name}`;
  return [{ ...EMPTY, title, operations, preferred: true, automatic: false }];
}
