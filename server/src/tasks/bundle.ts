/** The Mender client's trust bundle as a task, and as a part of others. */

import { freePath, shownPath } from '../changes/file-paths';
import {
  anchorIn,
  BUNDLE_NAME,
  bundleDirectory,
  certificatesIn,
  rootMissing,
  rootsBeside,
  sameBundle,
  trustBundle,
} from '../changes/trust-bundle';
import { EMPTY, type FixContext, type Part } from '../changes/types';
import { refusalText } from '../pki/path-validation/refusal-text';
import { signsItself, type TrustAnchor } from '../pki/path-validation/trust-anchor';
import type { CertificateBlock } from '../pki/types';
import {
  type Drafted,
  findPair,
  nothing,
  type PairTarget,
  refused,
  type TaskContext,
  targetsOf,
} from './task';

/** The certificates of a file that somebody named as the root's; or why they are none. */
export async function rootsIn(
  file: string,
  context: FixContext,
): Promise<readonly CertificateBlock[] | string> {
  const found = await certificatesIn(file, context);
  const shown = shownPath(file, context);
  if (found.length === 0) return `${shown} holds no certificate that can be read.`;
  const roots = found.filter(signsItself);
  return roots.length > 0
    ? roots
    : `${shown} contains no root certificate. Devices trust only a certificate that signs itself.`;
}

/**
 * Where a certificate is renewed, replaced or signed: a bundle for the old one, the new one and those of the other
 * endpoints. `roots`: what is above the new one; none where it signs itself.
 */
export async function overlapBundle(
  { mender, pair }: PairTarget,
  fresh: string,
  roots: readonly CertificateBlock[],
  context: FixContext,
): Promise<Part | undefined> {
  const before = pair.certificate.hostFile;
  const others = context.deployment.services
    .flatMap((other) => other.states)
    .filter(({ requirement, hostFile }) => requirement.kind === 'certificate' && hostFile !== before)
    .flatMap(({ hostFile }) => hostFile ?? []);
  const existing = [...(before === undefined ? [] : [before]), ...others];
  const bundle = await trustBundle({ mender, fresh: [fresh], existing, roots }, context);
  if (bundle === undefined) return undefined;
  const both = before !== undefined && bundle.served.includes(before);
  const names = roots.map((root) => root.subjectCommonName ?? 'the authority').join(', ');
  const holds = roots.length === 0 ? '' : `, which holds the root certificate of ${names},`;
  const shown = shownPath(bundle.path, context);
  return {
    operations: [],
    jobs: bundle.job === undefined ? [] : [bundle.job],
    reminders: [
      `Put ${shown}${holds} into the Mender client build as ServerCertificate, and onto the devices before ${mender.service.name} restarts: with it they trust ${both ? 'the old certificate and the new one' : 'the new certificate'}.`,
      ...bundle.missing.map(rootMissing),
    ],
  };
}

/** What makes devices trust a certificate that an authority issues: a bundle with the root, or what to do for it. */
export async function trustPart(
  anchor: TrustAnchor | undefined,
  authority: string,
  target: PairTarget,
  fresh: string,
  context: FixContext,
): Promise<Part | undefined> {
  switch (anchor?.kind) {
    case 'found':
      return overlapBundle(target, fresh, [anchor.certificate], context);
    case 'public': {
      const name = anchor.certificate.subjectCommonName ?? 'a public authority';
      return {
        ...EMPTY,
        reminders: [`Devices trust it by ${name}, a public authority that their system must contain.`],
      };
    }
    default: {
      const issuer = anchor?.kind === 'unknown' ? anchor.issuer : undefined;
      return { ...EMPTY, reminders: [rootMissing(issuer ?? authority)] };
    }
  }
}

/** The authority whose root certificate would be needed; undefined where none is. */
export function rootWanted(anchor: TrustAnchor | undefined, authority: string): string | undefined {
  return anchor?.kind === 'unknown' ? (anchor.issuer ?? authority) : undefined;
}

export interface BundleOptions {
  readonly output?: string;
  readonly service?: string;
  readonly root?: string;
}

/** The task: one file of all that devices have to trust, or of what one service takes. */
export async function planBundle(
  { output, service, root }: BundleOptions,
  context: TaskContext,
): Promise<Drafted> {
  const { around } = context;
  if (service !== undefined) {
    const named = findPair(context, { service });
    if (typeof named === 'string') return refused(named);
  }
  const given = root === undefined ? [] : await rootsIn(root, context);
  if (typeof given === 'string') return refused(given);
  const pairs = targetsOf(context)
    .flatMap((target) => ('tls' in target ? [target.tls] : []))
    .filter(({ mender }) => service === undefined || mender.service.name === service);
  const [first] = pairs;
  const files = pairs.flatMap(({ pair }) => pair.certificate.hostFile ?? []);
  const near = bundleDirectory(files, context);
  const beside = near === undefined ? files : [around.paths.join(near, BUNDLE_NAME), ...files];
  const candidates = [...given, ...(await rootsBeside(beside, context))];
  const served: string[] = [];
  const roots = new Map<string, CertificateBlock>();
  const publicOnes: string[] = [];
  for (const { mender, pair } of pairs) {
    const { name } = mender.service;
    const file = pair.certificate.hostFile;
    const anchor = file === undefined ? undefined : await anchorIn(file, candidates, context);
    if (file === undefined || anchor === undefined) {
      return refused(`${name} has no certificate yet. Generate it first.`);
    }
    switch (anchor.kind) {
      case 'found':
        served.push(file);
        roots.set(anchor.certificate.certificateFingerprint, anchor.certificate);
        break;
      case 'public':
        publicOnes.push(`${name} (${anchor.certificate.subjectCommonName ?? 'a public authority'})`);
        break;
      case 'refused': {
        const [leaf] = await certificatesIn(file, context);
        return refused(
          `No client accepts the certificate of ${name}. ${refusalText(anchor.refusal, leaf)} Replace it first.`,
        );
      }
      case 'open':
        return refused(
          `The certificate of ${name} uses unknown algorithms, so its root certificate cannot be found. Put its root certificate into the Mender client build by hand.`,
        );
      case 'unknown':
        return {
          kind: 'refused',
          rootNeeded: true,
          message: `The certificate of ${name} was issued by ${anchor.issuer ?? 'an authority'}, and devices trust it only by its root certificate, which ${root === undefined ? 'was not found' : `${shownPath(root, context)} does not hold`}. Select the file with that root certificate.`,
        };
    }
  }
  if (first === undefined)
    return refused('No service of this deployment serves TLS, so no trust bundle is needed.');
  const bySystem =
    publicOnes.length === 0
      ? []
      : [
          `Public authorities issued the certificates of ${publicOnes.join(', ')}: the system of the devices must trust them.`,
        ];
  if (served.length === 0) return nothing(`${bySystem.join(' ')} A trust bundle is not needed.`);
  const directory = bundleDirectory(served, context);
  if (directory === undefined)
    return refused('Save the compose file first: the bundle is created in its directory.');
  const wanted = output ?? around.paths.join(directory, BUNDLE_NAME);
  const there = await sameBundle(wanted, [...roots.values()], context);
  if (there !== undefined)
    return nothing(`${shownPath(there, context)} already contains these certificates.`);
  const { dir, base } = around.paths.parse(wanted);
  const bundlePath = await freePath(dir, base, context);
  const shown = shownPath(bundlePath, context);
  const order = {
    kind: 'bundle',
    bundlePath,
    served,
    roots: [...roots.values()].map(({ der }) => der),
  } as const;
  return {
    kind: 'plan',
    title: `Export the trust bundle ${shown}`,
    part: {
      operations: [],
      jobs: [{ order, mender: first.mender }],
      reminders: [
        `Put ${shown} into the Mender client build as ServerCertificate: with it, devices trust ${service ?? 'this server'}.`,
        ...bySystem,
      ],
    },
  };
}
