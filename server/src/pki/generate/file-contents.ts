/** The bytes of what is requested: keys, certificates, requests, bundles. Nothing is written here. */
import type { KeyObject } from 'node:crypto';
import type { Host } from '../../platform/platform';
import { acceptance } from '../path-validation/index';
import { pathFactsOf } from '../path-validation/path-facts';
import { refusalText } from '../path-validation/refusal-text';
import { signsItself } from '../path-validation/trust-anchor';
import { encodePem } from '../pem/encode';
import { loadKey, loadTlsKey, Unusable, writtenKey } from '../pem/load-private-key';
import { readPem } from '../pem/read-pem-file';
import type { NewFile } from '../store/types';
import type { CertificateBlock } from '../types';
import { certificatesOf } from '../x509/chain';
import type { CertificateName } from '../x509/subject-alt-name';
import { type Authority, loadAuthority, refusalOfIssued } from './authority';
import { likenessOf } from './carried-over';
import { issuedCertificate, selfSignedCertificate } from './certificate';
import { certificateRequest } from './certificate-request';
import type { NewKeyKind } from './new-key';
import {
  type BundleRequest,
  type CertificateContent,
  DEFAULT_DAYS,
  DEFAULT_RSA_BITS,
  type KeyAccess,
  type KeyRequest,
  type TlsKeyOptions,
} from './requests';

const PRIVATE_KEY_MODE = 0o600;
/** Inside a directory that keeps others out: see `KeyReader`. */
const CONTAINER_KEY_MODE = 0o644;
const PUBLIC_MODE = 0o644;
/** Bytes. A bundle of a hundred certificates has 200 kB. */
const CERTIFICATE_FILE_MAX = 1024 * 1024;

/** A request that has passed all checks, and what is needed to carry it out. */
export interface CheckedRequest {
  readonly request: KeyRequest;
  /** Of its certificate or request, checked. */
  readonly names: readonly CertificateName[];
  /** A directory that isn't mounted keeps the host's other users from the request's key. */
  readonly guarded: boolean;
}

/** What making the files needs, and where it leaves what has to be wiped. */
export interface MakeContext {
  readonly host: Host;
  newKey(kind: NewKeyKind): Promise<KeyObject>;
  /** Buffers that hold private keys; the caller wipes them. */
  readonly wiped: Uint8Array[];
}

/**
 * The files of one request. Bundles come from `bundleFile`, once the others are known.
 * @throws Unusable when what the request builds on can't be used
 */
export async function filesOf(checked: CheckedRequest, context: MakeContext): Promise<readonly NewFile[]> {
  const { request } = checked;
  switch (request.kind) {
    case 'token-key':
      return [keyFile(request.keyPath, await newRsaKey(request.bits, context), checked, context)];
    case 'tls-pair': {
      // Looked at first: what it refuses must not wait for a key.
      const authority = await authorityOf(request, context.host);
      const key = await newTlsKey(request, context);
      const certificate = await certificateFile(request, key, authority, checked, context);
      return [keyFile(request.keyPath, key, checked, context), certificate];
    }
    case 'certificate': {
      const authority = await authorityOf(request, context.host);
      const key = await loadTlsKey(request.keyPath, context.host.files);
      return [await certificateFile(request, key, authority, checked, context)];
    }
    case 'request': {
      const key = request.newKey
        ? await newTlsKey(request, context)
        : await loadTlsKey(request.keyPath, context.host.files);
      const bytes = await certificateRequest(key, checked.names);
      const csr: NewFile = { path: request.requestPath, bytes, kind: 'request', mode: PUBLIC_MODE };
      return request.newKey ? [keyFile(request.keyPath, key, checked, context), csr] : [csr];
    }
    case 'conversion': {
      const key = await loadKey(request.sourcePath, context.host.files, request.passphrase);
      return [keyFile(request.keyPath, key, checked, context)];
    }
    case 'chain': {
      const bytes = Buffer.concat(request.certificates.map((der) => encodePem('CERTIFICATE', der)));
      return [{ path: request.certificatePath, bytes, kind: 'certificate', mode: PUBLIC_MODE }];
    }
    case 'bundle':
      return [];
  }
}

/**
 * The file of a bundle. `made` are the files of the same operation, by path.
 * @throws Unusable when a source can't be read or holds no certificate, or a client would not trust it all the same
 */
export async function bundleFile(
  { bundlePath, served, roots }: BundleRequest,
  made: ReadonlyMap<string, NewFile>,
  host: Host,
): Promise<NewFile> {
  const chains: (readonly [path: string, sent: readonly CertificateBlock[]])[] = [];
  for (const path of served) {
    const bytes = made.get(path)?.bytes ?? (await readCertificates(path, host));
    const certificates = certificatesOf(readPem(bytes).blocks);
    if (certificates.length === 0) throw new Unusable(`${path} holds no certificate for the bundle.`);
    chains.push([path, certificates]);
  }
  const given = certificatesOf(
    readPem(Buffer.concat(roots.map((der) => encodePem('CERTIFICATE', der)))).blocks,
  );
  const trusted = inOrder([...chains.flatMap(([, sent]) => sent), ...given].filter(signsItself));
  const used = new Set(given);
  for (const [path, sent] of chains) {
    const answer = acceptance({ verifier: 'openssl', sent, trusted, names: [], now: host.now() });
    if (answer.kind === 'refused') {
      const why = refusalText(answer.refusal, sent[0]);
      throw new Unusable(`Devices would refuse ${path} even with ${bundlePath}. ${why}`);
    }
    const anchors = answer.kind === 'accepted' ? answer.path.slice(-1) : sent.filter(signsItself);
    for (const anchor of anchors) used.add(anchor);
  }
  const found = new Map(inOrder([...used]).map((each) => [each.certificateFingerprint, each.der]));
  const bytes = Buffer.concat([...found.values()].map((der) => encodePem('CERTIFICATE', der)));
  return { path: bundlePath, bytes, kind: 'certificate', mode: PUBLIC_MODE };
}

/**
 * Of an old and a new certificate of one name and key, OpenSSL takes the first that its authority key identifier doesn't
 * tell from the other; with issuer and serial, as ours have it, it does. So those without come first.
 */
function inOrder(certificates: readonly CertificateBlock[]): readonly CertificateBlock[] {
  const vague = (each: CertificateBlock) => pathFactsOf(each)?.authorityKeyId?.serial === undefined;
  return [...certificates.filter(vague), ...certificates.filter((each) => !vague(each))];
}

async function readCertificates(path: string, host: Host): Promise<Uint8Array> {
  const read = await host.files.read(path, CERTIFICATE_FILE_MAX);
  if (!read.ok) throw new Unusable(`The certificate ${path} cannot be read (${read.problem}).`);
  return read.value;
}

async function authorityOf(request: CertificateContent, host: Host): Promise<Authority | undefined> {
  return request.authority && loadAuthority(request.authority, host.files, host.now());
}

async function certificateFile(
  request: CertificateContent & { readonly certificatePath: string },
  key: KeyObject,
  authority: Authority | undefined,
  { names }: CheckedRequest,
  { host }: MakeContext,
): Promise<NewFile> {
  const [old] = request.like ? certificatesOf(readPem(encodePem('CERTIFICATE', request.like)).blocks) : [];
  const like = old && likenessOf(old);
  const options = { key, names, days: request.days ?? DEFAULT_DAYS, now: host.now(), like };
  const bytes = authority
    ? await issuedCertificate(options, authority)
    : await selfSignedCertificate(options);
  if (authority) checkIssued(bytes, authority, request.certificatePath, host.now());
  return { path: request.certificatePath, bytes, kind: 'certificate', mode: PUBLIC_MODE };
}

/** @throws Unusable when no client would accept what the authority signed */
function checkIssued(bytes: Uint8Array, authority: Authority, path: string, now: number): void {
  const sent = certificatesOf(readPem(bytes).blocks);
  const refusal = refusalOfIssued(sent, authority, now, 'openssl');
  if (refusal === undefined) return;
  const why = refusalText(refusal, sent[0]);
  throw new Unusable(`Clients would refuse ${path}. ${why} Sign with another authority.`);
}

function keyFile(path: string, key: KeyObject, checked: CheckedRequest, { wiped }: MakeContext): NewFile {
  const { label, der } = writtenKey(key);
  const bytes = encodePem(label, der);
  wiped.push(der, bytes);
  const { reader, mounted, owner }: KeyAccess = 'reader' in checked.request ? checked.request : {};
  const forContainer = reader === 'container' && checked.guarded;
  return {
    path,
    bytes,
    kind: 'private-key',
    mode: forContainer ? CONTAINER_KEY_MODE : PRIVATE_KEY_MODE,
    ...(owner && !forContainer ? { owner } : {}),
    ...(mounted === undefined ? {} : { mounted }),
  };
}

function newTlsKey({ algorithm, bits }: TlsKeyOptions, context: MakeContext): Promise<KeyObject> {
  return algorithm === 'ec' ? context.newKey({ type: 'ec' }) : newRsaKey(bits, context);
}

function newRsaKey(bits = DEFAULT_RSA_BITS, { newKey }: MakeContext): Promise<KeyObject> {
  return newKey({ type: 'rsa', bits });
}
