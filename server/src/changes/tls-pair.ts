/** Completes the certificate and private key of a TLS service: whatever of the two is missing is made and mounted. */

import { usedNames } from '../mender/hosts/hosts-of-service';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { isStorageOnly } from '../mender/model/storage-pair';
import type { CertificateBlock } from '../pki/types';
import { certificatesOf } from '../pki/x509/chain';
import { documentedPath, freePath, shownPath } from './file-paths';
import { mountOperation, replaceOperations, repointOperations } from './mount-operations';
import type { FileView, FixContext, Part } from './types';

export interface TlsStates {
  readonly certificate: RequirementState;
  readonly key: RequirementState;
}

/** The pairs of certificate and key that a service needs. */
export function tlsPairs(mender: MenderComponent): TlsStates[] {
  return mender.states.flatMap((certificate) => {
    if (certificate.requirement.kind !== 'certificate') return [];
    const key = mender.states.find((state) => state.requirement.id === certificate.requirement.pairsWith);
    return key ? { certificate, key } : [];
  });
}

/** The part that makes the pair whole; undefined when it is, or when too little is known to do it safely. */
export async function completeTlsPair(
  { certificate, key }: TlsStates,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  const { planned, around } = context;
  const { paths } = around;
  const certificateFile = planned.hostFile(certificate);
  const keyFile = planned.hostFile(key);
  const certificateMounted = planned.isMounted(certificate);
  const keyMounted = planned.isMounted(key);
  const blocked = [certificate, key].some(
    (state) =>
      state.how === 'unknown' ||
      state.how === 'not-needed' ||
      (planned.isMounted(state) && planned.hostFile(state) === undefined),
  );
  if (blocked) return undefined;
  const certificateThere = certificateFile !== undefined && (await around.exists(certificateFile));
  const keyThere = keyFile !== undefined && (await around.exists(keyFile));
  const documentedCertificate = documentedPath(certificate, context);
  const documentedKey = documentedPath(key, context);
  if (!documentedCertificate || !documentedKey) return undefined;

  if (certificateMounted && keyMounted && certificateThere && keyThere) return undefined;
  if (keyThere && !certificateThere) {
    const view = await around.view(keyFile);
    if (view?.kind === 'private-key' && view.tls && !view.encrypted) {
      // A run that was making the pair when we looked for it may have finished by now.
      const beside = paths.join(paths.dirname(keyFile), certificateName(keyFile, paths));
      const finished = certificateFile === undefined && (await isCertificateOf(beside, view, context));
      const path = finished
        ? beside
        : (certificateFile ??
          (await freePath(paths.dirname(keyFile), certificateName(keyFile, paths), context)));
      const operations = certificateMounted ? [] : [mountOperation(certificate, path, mender, context)];
      const order = { kind: 'certificate', keyPath: keyFile, certificatePath: path, names: [] } as const;
      return {
        operations,
        jobs: finished ? [] : [{ order, mender }],
        reminders: [clientReminder(path, certificate, context)],
      };
    }
  }
  // Half a pair that is there already can't be completed: a new pair beside it is mounted in its place.
  const fresh = certificateThere || keyThere;
  const directory = certificateFile ?? keyFile;
  const names = {
    certificate: certificateFile
      ? paths.basename(certificateFile)
      : keyFile
        ? certificateName(keyFile, paths)
        : undefined,
    key: keyFile ? paths.basename(keyFile) : certificateFile ? keyName(certificateFile, paths) : undefined,
  };
  const placeOf = (file: string | undefined, name: string | undefined, documented: string) => {
    if (file !== undefined && !fresh) return Promise.resolve(file);
    return freePath(
      directory ? paths.dirname(directory) : paths.dirname(documented),
      name ?? paths.basename(documented),
      context,
    );
  };
  const certificatePath = await placeOf(certificateFile, names.certificate, documentedCertificate);
  const keyPath = await placeOf(keyFile, names.key, documentedKey);
  const operations = [];
  for (const [state, mounted, before, path] of [
    [certificate, certificateMounted, certificateFile, certificatePath],
    [key, keyMounted, keyFile, keyPath],
  ] as const) {
    if (!mounted) operations.push(mountOperation(state, path, mender, context));
    else if (before !== path) {
      const repointed = repointOperations(state, path, mender, context);
      if (!repointed) return undefined;
      operations.push(...repointed);
    }
  }
  const order = { kind: 'tls-pair', keyPath, certificatePath, names: [] } as const;
  return {
    operations,
    jobs: [{ order, mender }],
    reminders: [clientReminder(certificatePath, certificate, context)],
  };
}

async function isCertificateOf(file: string, key: FileView, { around }: FixContext): Promise<boolean> {
  const view = await around.view(file);
  return view?.kind === 'certificate' && view.publicKey !== undefined && view.publicKey === key.publicKey;
}

/** A new pair in the place of one that is shared, or can't stay. */
export async function replaceTlsPair(
  { certificate, key }: TlsStates,
  mender: MenderComponent,
  context: FixContext,
  keepNames: readonly string[] = [],
): Promise<Part | undefined> {
  const documented = [documentedPath(certificate, context), documentedPath(key, context)] as const;
  if (!documented[0] || !documented[1]) return undefined;
  const { paths } = context.around;
  const certificatePath = await freePath(
    paths.dirname(documented[0]),
    paths.basename(documented[0]),
    context,
  );
  const keyPath = await freePath(paths.dirname(documented[1]), paths.basename(documented[1]), context);
  const operations = [];
  for (const [state, path] of [
    [certificate, certificatePath],
    [key, keyPath],
  ] as const) {
    const change = context.planned.isMounted(state)
      ? replaceOperations(state, path, mender, context)
      : [mountOperation(state, path, mender, context)];
    if (!change) return undefined;
    operations.push(...change);
  }
  const order = { kind: 'tls-pair', keyPath, certificatePath, names: [] } as const;
  return {
    operations,
    jobs: [{ order, mender, keepNames }],
    reminders: [clientReminder(certificatePath, certificate, context)],
  };
}

/** A new certificate for the key that is there, in the place of another; undefined where that can't be mounted. */
export async function renewCertificate(
  { certificate, key }: TlsStates,
  mender: MenderComponent,
  context: FixContext,
  keepNames: readonly string[],
): Promise<Part | undefined> {
  const { paths } = context.around;
  const before = context.planned.hostFile(certificate);
  const keyPath = context.planned.hostFile(key);
  if (before === undefined || keyPath === undefined) return undefined;
  const directory = context.directory ?? paths.dirname(before);
  const certificatePath = await freePath(directory, paths.basename(before), context);
  const operations = replaceOperations(certificate, certificatePath, mender, context);
  if (!operations) return undefined;
  const old = await certificateFor(keyPath, before, context);
  const like = old && { like: old.der };
  const order = { kind: 'certificate', keyPath, certificatePath, names: [], ...like } as const;
  return {
    operations,
    jobs: [{ order, mender, keepNames }],
    reminders: [clientReminder(certificatePath, certificate, context)],
  };
}

/** The certificate in a file that belongs to a key; else its first. */
async function certificateFor(
  keyFile: string,
  certificateFile: string,
  { around }: FixContext,
): Promise<CertificateBlock | undefined> {
  const blocks = (await around.facts(certificateFile))?.pem?.blocks ?? [];
  const publicKey = (await around.view(keyFile))?.publicKey;
  const certificates = certificatesOf(blocks);
  return certificates.find((each) => each.publicKeyFingerprint === publicKey) ?? certificates[0];
}

/** What the documentation asks for once a certificate is made. */
export function clientReminder(path: string, certificate: RequirementState, context: FixContext): string {
  const mender = context.deployment.services.find(({ service }) => service === certificate.service);
  const endpoint = isStorageOnly(certificate) ? 'artifact storage' : `the ${mender?.role.title}`;
  return `Put ${shownPath(path, context)} into the Mender client build. Without it, devices do not trust ${endpoint} and refuse to connect.`;
}

/** Names for a certificate of this service; `told` is empty where they must be asked for. */
export function namesFor(
  mender: MenderComponent,
  context: FixContext,
): { told: readonly string[]; fallback: readonly string[] } {
  const { told, own } = usedNames(mender, context.deployment);
  return { told: told.length > 0 ? [...told, own] : [], fallback: [own, 'localhost'] };
}

type Paths = FixContext['around']['paths'];

/** `s3.example.crt` → `s3.example.key`, `cert.pem` → `key.pem`, `server.pem` → `server.key.pem` */
function keyName(certificateFile: string, paths: Paths): string {
  const { name, ext } = paths.parse(certificateFile);
  if (/^\.(crt|cer|cert)$/i.test(ext)) return /^cert$/i.test(name) ? 'private.key' : `${name}.key`;
  return /cert(ificate)?/i.test(name) ? name.replace(/cert(ificate)?/i, 'key') + ext : `${name}.key${ext}`;
}

function certificateName(keyFile: string, paths: Paths): string {
  const { name, ext } = paths.parse(keyFile);
  if (/^\.key$/i.test(ext)) return /^private$/i.test(name) ? 'cert.crt' : `${name}.crt`;
  return /(private-?)?key/i.test(name)
    ? name.replace(/(private-?)?key/i, 'cert') + ext
    : `${name}.cert${ext}`;
}
