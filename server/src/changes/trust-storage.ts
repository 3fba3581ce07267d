/** What makes the deployments service trust the certificate that storage is served with. */
import type { Mount } from '../compose/types';
import { isAtOrAbove } from '../mender/model/container-path';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { storageCertificates, storageServers } from '../mender/requirements/storage-trust';
import { pathsToMake } from '../pki/generate/requests';
import { mountOperation, writtenSource } from './mount-operations';
import { environmentOperation } from './set-variable';
import {
  createPlannedState,
  type Draft,
  EMPTY,
  type FileOperation,
  type FixContext,
  joinParts,
  type Part,
} from './types';

/** Sets the variable to where the certificate is mounted. */
export function nameMounted(
  state: RequirementState,
  mount: Mount,
  mender: MenderComponent,
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
  mender: MenderComponent,
  context: FixContext,
): FileOperation {
  return environmentOperation(state.requirement.pathVariable ?? '', value, state.variable, mender, context);
}

/** Mounts a certificate at the path that the service looks at, and names that path where nothing does yet. */
export function mountAndName(
  state: RequirementState,
  hostFile: string,
  mender: MenderComponent,
  context: FixContext,
): FileOperation[] {
  const mount = mountOperation(state, hostFile, mender, context);
  return state.variable?.value ? [mount] : [mount, setVariable(state, state.target, mender, context)];
}

/** The certificate that storage is served with, or will be after the parts planned so far. */
export function servedCertificate({ deployment, planned }: FixContext): string | undefined {
  return storageCertificates(deployment).flatMap((state) => planned.hostFile(state) ?? [])[0];
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

/**
 * A part of its own, with what makes the deployments service trust storage's new certificate. The names of its files are
 * reserved: what is planned with it takes others.
 */
export async function withTrust(
  { deployment, around, directory, planned }: FixContext,
  plan: (context: FixContext) => Promise<Part | undefined>,
): Promise<Part | undefined> {
  const context = { deployment, around, directory, planned: createPlannedState() };
  const part = await plan(context);
  for (const path of part?.jobs.flatMap(({ order }) => pathsToMake(order)) ?? []) planned.take(path);
  return part && joinParts([part, repointTrust(context)]);
}
