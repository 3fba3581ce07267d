/** Fixes of the three rules about the certificate that the deployments service must trust. */
import type { Mount } from '../compose/types';
import { isAtOrAbove, type MenderService, type RequirementState } from '../mender/deployment';
import { storageCertificates, storageServers, trustMount } from '../mender/requirements/storage-trust';
import type { RuleFinding } from '../rules/support/rule';
import { mountOperation, repointOperations, shownPath, writtenSource } from './file-paths';
import { candidatesFor, mountTitle } from './fitting-files';
import { environmentOperation } from './set-variable';
import { createWorking, type Draft, EMPTY, type FileOperation, type FixContext, type Part } from './types';

export async function fixStorageTrust(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  const { data } = finding;
  if (
    data.kind !== 'missing' &&
    data.kind !== 'storage-variable-missing' &&
    data.kind !== 'storage-variable-wrong'
  )
    return [];
  const { state } = data;
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return [];
  const fresh = () => ({ ...context, work: createWorking() });
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

/** Sets the variable to where the certificate is mounted. */
export function nameMounted(
  state: RequirementState,
  mount: Mount,
  mender: MenderService,
  context: FixContext,
): Draft {
  const name = state.requirement.pathVariable ?? '';
  return {
    ...EMPTY,
    title: `Set ${name} to ${mount.target}`,
    operations: [setVariable(state, mount.target, mender, context)],
    preferred: true,
    automatic: true,
  };
}

function setVariable(
  state: RequirementState,
  value: string,
  mender: MenderService,
  context: FixContext,
): FileOperation {
  return environmentOperation(state.requirement.pathVariable ?? '', value, state.variable, mender, context);
}

/** Mounts a certificate at the path that the service looks at, and names that path where nothing does yet. */
export function mountAndName(
  state: RequirementState,
  hostFile: string,
  mender: MenderService,
  context: FixContext,
): FileOperation[] {
  const mount = mountOperation(state, hostFile, mender, context);
  return state.variable?.value ? [mount] : [mount, setVariable(state, state.target, mender, context)];
}

/** For titles: who serves storage. */
function serverName({ deployment }: FixContext): string {
  const role = storageCertificates(deployment)[0]?.requirement.role;
  return role === 'storage-proxy' ? 'the storage proxy' : 'the API gateway';
}

/** The certificate that storage is served with, or will be after the parts planned so far. */
export function servedCertificate({ deployment, work }: FixContext): string | undefined {
  return storageCertificates(deployment).flatMap((state) => work.hostFile(state) ?? [])[0];
}

/**
 * Where storage gets another certificate, the deployments service must trust that one: its mount of the
 * old one is pointed to the new.
 */
export function repointTrust(context: FixContext): Part | undefined {
  const served = servedCertificate(context);
  const before = storageCertificates(context.deployment)[0]?.hostFile;
  if (served === undefined || before === undefined || served === before) return undefined;
  const operations = context.deployment.services.flatMap((mender) =>
    mender.service.mounts.flatMap((mount) => {
      const span = mount.sourceText?.span;
      if (mender.role.id !== 'deployments' || mount.source !== before || !span) return [];
      if (!isAtOrAbove('/etc/ssl/certs', mount.target)) return [];
      const proxy = storageServers(context.deployment)[0] ?? mender;
      const text = writtenSource(served, proxy, context);
      return [
        {
          file: span.file,
          operation: {
            op: 'replace',
            service: mender.service.name,
            start: span.start,
            end: span.end,
            text,
            was: mount.sourceText?.raw ?? '',
          } as const,
        },
      ];
    }),
  );
  return { operations, jobs: [], reminders: [] };
}

/** Fix of `storage-certificate-differs`: the deployments service gets the certificate that is served. */
export async function fixStorageDiffers(
  finding: RuleFinding,
  { deployment, around }: FixContext,
): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'storage-certificate-differs') return [];
  const { state, served } = finding.data;
  const mender = deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender || served.hostFile === undefined) return [];
  const context = { deployment, around, work: createWorking() };
  const operations = repointOperations(state, served.hostFile, mender, context);
  if (!operations) return [];
  const title = `Mount the certificate of ${served.service.name}, ${shownPath(served.hostFile, context)}, at ${state.target} of ${state.service.name}`;
  return [{ ...EMPTY, title, operations, preferred: true, automatic: false }];
}
