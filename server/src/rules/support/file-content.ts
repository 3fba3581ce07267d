/** What is in a mounted file, seen by the service that reads it: one answer, so that each fault is told once. */
import type { Deployment, RequirementState } from '../../mender/model/deployment';
import type { Layout, PrivateKeyFormat } from '../../mender/model/layout';
import { type TokenGo, tokenGoOf } from '../../mender/releases/go-version';
import { type Loaded, type TlsServer, tlsCertificateOf, tlsKeyOf } from '../../pki/consumers/tls-server';
import { isMislabelled, type KeyFormat, tokenKeyOf } from '../../pki/consumers/token-service';
import type { FileFacts } from '../../pki/files/file-facts-cache';
import type { PemBlock, PemFacts, PrivateKeyBlock } from '../../pki/types';

export type Content =
  /** Nothing is there, or a link that leads in a circle. */
  | { readonly kind: 'missing'; readonly loop: boolean }
  | { readonly kind: 'directory' }
  /** `reason`: a clause for people. */
  | { readonly kind: 'not-pem'; readonly reason: string }
  | { readonly kind: 'wrong-type'; readonly reason: string }
  | { readonly kind: 'encrypted' }
  /** A token key of an algorithm that the release can't load. */
  | { readonly kind: 'not-rsa'; readonly what: string }
  | { readonly kind: 'not-pkcs1'; readonly block: PrivateKeyBlock }
  | NotLoadable
  | { readonly kind: 'private-key'; readonly block: PrivateKeyBlock }
  | { readonly kind: 'certificate' }
  /** Can't be told, which is never "bad". */
  | { readonly kind: 'unknown' };

/** A token key of the right kind and form that the release can't use all the same. */
export interface NotLoadable {
  readonly kind: 'not-loadable';
  readonly reason: string;
  /** It loads, and each signature fails. */
  readonly loads: boolean;
  /** The same key written anew would do. */
  readonly convertible: boolean;
  readonly block: PrivateKeyBlock;
}

const UNKNOWN: Content = { kind: 'unknown' };

/** The content of a requirement's file. Pure. */
export function contentOf(
  { requirement, service }: RequirementState,
  facts: FileFacts,
  { layout, recognition }: Pick<Deployment, 'layout' | 'recognition'>,
): Content {
  switch (facts.state) {
    case 'missing':
    case 'link-loop':
      return { kind: 'missing', loop: facts.state === 'link-loop' };
    case 'directory':
      return { kind: 'directory' };
    case 'not-a-file':
      return { kind: 'not-pem', reason: 'it is a pipe, a socket or a device' };
    case 'too-large':
      return { kind: 'not-pem', reason: 'it is larger than any key or certificate' };
    case 'denied':
    case 'failed':
      return UNKNOWN;
    case 'file':
      break;
  }
  const { pem } = facts;
  if (pem === undefined) return UNKNOWN;
  const noPem = noPemReason(pem);
  if (noPem !== undefined) return { kind: 'not-pem', reason: noPem };
  switch (requirement.kind) {
    case 'token-key':
      return tokenKey(pem, requirement.keyFormats, tokenGoOf(recognition, requirement.role));
    case 'trusted-certificate':
      return trusted(pem);
    case 'certificate':
    case 'private-key': {
      const servers = serversOf(requirement.role, service.image?.value, layout);
      return requirement.kind === 'certificate'
        ? worst(servers.map((server) => fromLoaded(pem, tlsCertificateOf(pem, server), 'certificate')))
        : worst(servers.map((server) => fromLoaded(pem, tlsKeyOf(pem, server), 'private key')));
    }
  }
}

function noPemReason({ form, blocks }: PemFacts): string | undefined {
  switch (form) {
    case 'empty':
      return 'it is empty';
    case 'der':
      return 'it is in DER, the binary form';
    case 'utf-16':
      return 'its text is UTF-16, as Windows PowerShell writes it';
    case 'text':
    case 'binary':
      return 'it holds no PEM block (no line with -----BEGIN)';
    case 'pem':
      return blocks.length === 0 ? 'it holds no PEM block (no line with -----BEGIN)' : undefined;
  }
}

/** Which server reads it; both where that isn't sure. */
function serversOf(role: string, image: string | undefined, layout: Layout): readonly TlsServer[] {
  if (role === 'storage-proxy') return ['nginx'];
  if (role !== 'api-gateway') return ['nginx', 'traefik'];
  const named = /traefik/i.test(image ?? '') ? 'traefik' : layout.gateway;
  return named === layout.gateway ? [named] : ['nginx', 'traefik'];
}

/** Where either of two servers might read it, only what both refuse is bad. */
function worst(answers: readonly Content[]): Content {
  return (
    answers.find(({ kind }) => kind === 'private-key' || kind === 'certificate' || kind === 'unknown') ??
    answers[0] ??
    UNKNOWN
  );
}

function fromLoaded(pem: PemFacts, loaded: Loaded<PemBlock>, wanted: 'certificate' | 'private key'): Content {
  if (loaded.kind === 'unknown') return UNKNOWN;
  const { block } = loaded;
  if (loaded.kind === 'loads') {
    return block?.kind === 'private-key' && !block.damaged
      ? { kind: 'private-key', block }
      : { kind: 'certificate' };
  }
  if (block === undefined) {
    if (loaded.unseen) return { kind: 'not-pem', reason: loaded.reason };
    return { kind: 'wrong-type', reason: `it holds ${describe(pem.blocks)}, and no ${wanted}` };
  }
  if (block.damaged) return { kind: 'not-pem', reason: `its ${nameOf(block)} is damaged: ${block.reason}` };
  if (block.kind === 'private-key' && block.encrypted) return { kind: 'encrypted' };
  return { kind: 'wrong-type', reason: loaded.reason };
}

/** Go adds every certificate that it can read and passes over the rest. */
function trusted(pem: PemFacts): Content {
  const labelled = pem.blocks.filter(({ kind }) => kind === 'certificate');
  const sound = labelled.filter(({ damaged }) => !damaged);
  if (sound.some(({ hiddenFromGo }) => hiddenFromGo === undefined)) return { kind: 'certificate' };
  const [hidden] = sound;
  if (hidden?.hiddenFromGo !== undefined) return { kind: 'not-pem', reason: hidden.hiddenFromGo };
  const [broken] = labelled;
  if (broken?.damaged)
    return { kind: 'not-pem', reason: `its ${nameOf(broken)} is damaged: ${broken.reason}` };
  return { kind: 'wrong-type', reason: `it holds ${describe(pem.blocks)}, and no certificate` };
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  'rsa-pss': 'an RSA-PSS key',
  ec: 'an EC key',
  ed25519: 'an Ed25519 key',
  ed448: 'an Ed448 key',
  dsa: 'a DSA key',
};

const FORMATS: Readonly<Partial<Record<KeyFormat, PrivateKeyFormat>>> = {
  'rsa-pkcs1': 'pkcs1-rsa',
  'rsa-pkcs8': 'pkcs8-rsa',
  'ed25519-pkcs8': 'pkcs8-ed25519',
  'ec-sec1': 'sec1-ec',
  'ec-pkcs8': 'pkcs8-ec',
};

function tokenKey(pem: PemFacts, accepted: readonly PrivateKeyFormat[] | undefined, go: TokenGo): Content {
  const key = tokenKeyOf(pem);
  if (key.kind === 'unknown') return UNKNOWN;
  if (key.kind === 'none') return { kind: 'not-pem', reason: key.reason ?? 'it holds no PEM block' };
  if (key.kind === 'damaged')
    return { kind: 'not-pem', reason: `its ${nameOf(key.block)} is damaged: ${key.reason}` };
  const { block, format } = key;
  if (format === 'encrypted') return { kind: 'encrypted' };
  if (block.kind !== 'private-key' || block.damaged) return notFirst(pem, block);
  if (isMislabelled(block)) {
    return { kind: 'wrong-type', reason: `its label ${block.label} is not that of the key in it` };
  }
  const refused = notLoadable(block, go);
  if (refused) return refused;
  const known = FORMATS[format];
  if (accepted === undefined || (known !== undefined && accepted.includes(known)))
    return { kind: 'private-key', block };
  if (format === 'rsa-pkcs8') return { kind: 'not-pkcs1', block };
  if (block.algorithm === 'rsa') return UNKNOWN;
  return { kind: 'not-rsa', what: ALGORITHMS[block.algorithm ?? ''] ?? 'a key of another kind' };
}

/** Why a service can't use an RSA key; undefined where it may be one that can. */
function notLoadable(block: PrivateKeyBlock, service: TokenGo): NotLoadable | undefined {
  const { go } = block;
  if (go === undefined) return undefined;
  // Whichever it is built with, it has to refuse.
  const reason = service === 'since' ? go.since : service === 'before' ? go.before : go.before && go.since;
  const told = { kind: 'not-loadable', block } as const;
  if (reason !== undefined) return { ...told, reason, loads: false, convertible: go.anew === undefined };
  if (service !== 'since' || go.signs === undefined) return undefined;
  return { ...told, reason: go.signs, loads: true, convertible: false };
}

/** The service looks at the first block alone; `openssl ecparam -genkey` puts the curve in front of its key. */
function notFirst(pem: PemFacts, first: PemBlock): Content {
  const behind = pem.blocks.find((block) => block.kind === 'private-key');
  if (first.kind === 'parameters' && behind?.kind === 'private-key' && !behind.damaged && !behind.encrypted) {
    return { kind: 'not-rsa', what: ALGORITHMS[behind.algorithm ?? ''] ?? 'a key of another kind' };
  }
  return {
    kind: 'wrong-type',
    reason: behind
      ? `it begins with ${describe([first])}, and the service reads the first block only`
      : `it holds ${describe(pem.blocks)}, and no private key`,
  };
}

const NAMES: Readonly<Record<PemBlock['kind'], string>> = {
  certificate: 'certificate',
  'private-key': 'private key',
  'public-key': 'public key',
  request: 'certificate request',
  parameters: 'block of parameters',
  unknown: 'block',
};

function nameOf({ kind, label }: PemBlock): string {
  return kind === 'unknown' && label !== '' ? `block ${label}` : NAMES[kind];
}

/** `a certificate`, `a public key and a certificate request` */
function describe(blocks: readonly PemBlock[]): string {
  return [...new Set(blocks.map((block) => `a ${nameOf(block)}`))].join(' and ');
}
