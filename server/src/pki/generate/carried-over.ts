/** What a renewed certificate takes over from the one before it, besides host names, and what it leaves out. */
import { children, expectTag, oidText, readOnly, TAG } from '../asn1/read-der';
import { attempt } from '../keys/node-crypto';
import { EXTENSION, pathFactsOf } from '../path-validation/path-facts';
import type { CertificateBlock } from '../types';
import { OID } from './extensions';

export interface Likeness {
  /** Its name, in DER; undefined where it has none. */
  readonly subject: Uint8Array | undefined;
  /** Alternative names that are no hosts (mail, URI, …), each in DER. */
  readonly otherNames: readonly Uint8Array[];
  /** Extended usages by dotted identifier, TLS server among them; undefined where it has no such extension: any use. */
  readonly usages: readonly string[] | undefined;
  /** The extension's content; undefined where it has none, or one that can't be taken over. */
  readonly keyUsage: Uint8Array | undefined;
  /** TLS features (must-staple): the extension's content. Never critical: no client would accept that. */
  readonly features: Uint8Array | undefined;
  /** What is not taken over, a clause each for people. */
  readonly left: readonly string[];
}

const TLS_KEY_USAGES = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];
/** Extensions that each certificate of ours has in its own way. */
const OWN: readonly string[] = [
  EXTENSION.subjectKeyId,
  EXTENSION.authorityKeyId,
  EXTENSION.basicConstraints,
  EXTENSION.subjectAltName,
  EXTENSION.extendedKeyUsage,
  EXTENSION.keyUsage,
  OID.tlsFeature,
];
const TITLES: Readonly<Record<string, string>> = {
  [EXTENSION.crlDistributionPoints]: 'where its revocation list is',
  [EXTENSION.authorityInformation]: 'where its issuer can be asked',
  [EXTENSION.certificatePolicies]: 'its policies',
  [EXTENSION.nameConstraints]: 'its name constraints',
  '2.16.840.1.113730.1.1': 'its Netscape type',
  '2.16.840.1.113730.1.13': 'its comment',
};

/** The likeness of a certificate; undefined where it can't be read. */
export function likenessOf(certificate: CertificateBlock): Likeness | undefined {
  const facts = pathFactsOf(certificate);
  const parts = attempt(() => partsOf(certificate.der));
  if (facts === undefined || parts === undefined) return undefined;
  const { subject, extensions } = parts;
  const usage = certificate.keyUsage;
  const signs = usage?.some((each) => each === 'keyCertSign' || each === 'cRLSign') ?? false;
  const fits = usage?.some((each) => TLS_KEY_USAGES.includes(each)) ?? false;
  const names = extensions.get(EXTENSION.subjectAltName);
  const hosts: readonly number[] = [0x82, 0x87];
  const left = [
    ...(facts.constraints?.isCa ? ['that it is one of an authority (CA:TRUE), which no server needs'] : []),
    ...(usage && !(fits && !signs) ? [`its key usage (${usage.join(', ') || 'none'})`] : []),
    ...[...facts.extensions.keys()].flatMap((oid) =>
      OWN.includes(oid) ? [] : [TITLES[oid] ?? `its extension ${oid}`],
    ),
  ];
  return {
    subject: facts.subject.length === 0 ? undefined : subject,
    otherNames: names
      ? children(readOnly(names.content, TAG.sequence))
          .filter(({ tag }) => !hosts.includes(tag))
          .map(({ whole }) => whole)
      : [],
    usages: facts.usages && [...new Set([OID.serverAuth, ...facts.usages])],
    keyUsage: fits && !signs ? extensions.get(EXTENSION.keyUsage)?.content : undefined,
    features: extensions.get(OID.tlsFeature)?.content,
    left,
  };
}

function partsOf(certificate: Uint8Array) {
  const [body] = children(readOnly(certificate, TAG.sequence));
  const parts = [...children(expectTag(body, TAG.sequence))];
  // [0] version, absent in version 1
  if (parts[0]?.tag === 0xa0) parts.shift();
  const list = parts.find(({ tag }) => tag === 0xa3);
  const extensions = (list ? children(readOnly(list.content, TAG.sequence)) : []).map((each) => {
    const fields = children(each);
    return [oidText(fields[0]), expectTag(fields.at(-1), TAG.octetString)] as const;
  });
  return { subject: expectTag(parts[4], TAG.sequence).whole, extensions: new Map(extensions) };
}
