/** What a client looks at in a certificate before it accepts a chain with it (RFC 5280, sections 4.2.1 and 6). Pure. */
import { memo } from '../../cache/memo';
import { children, DerError, type DerValue, expectTag, oidText, readOnly, TAG } from '../asn1/read-der';
import { attempt } from '../keys/node-crypto';
import type { CertificateBlock } from '../types';

/** Names by their tag in a GeneralName: text for mail, DNS and URI; hex for addresses; a directory name; others. */
export type GeneralName =
  | { readonly kind: 'dns' | 'email' | 'uri' | 'ip'; readonly value: string }
  | { readonly kind: 'directory'; readonly value: CanonicalName }
  | { readonly kind: 'other'; readonly value: string };

/**
 * A distinguished name as OpenSSL compares it: letters' case, repeated spaces and the type of a string don't count.
 * One text for each relative name, so that one name is below another exactly when it begins with its texts.
 */
export type CanonicalName = readonly string[];

export interface Subtree {
  readonly base: GeneralName;
  /** It has a minimum other than 0, or a maximum, which RFC 5280 forbids. */
  readonly distance: boolean;
}

export interface PathFacts {
  readonly certificate: CertificateBlock;
  /** 1 to 3 */
  readonly version: number;
  readonly subject: CanonicalName;
  readonly issuer: CanonicalName;
  /** Texts of the subject's attributes, by dotted type. */
  readonly attributes: readonly { readonly type: string; readonly text: string; readonly ia5: boolean }[];
  /** Every extension that is there, by dotted identifier, and whether it is critical. */
  readonly extensions: ReadonlyMap<string, boolean>;
  readonly constraints: { readonly isCa: boolean; readonly pathLength: number | undefined } | undefined;
  /** Dotted identifiers; undefined: any use. */
  readonly usages: readonly string[] | undefined;
  /** undefined: the certificate has no such extension */
  readonly names: readonly GeneralName[] | undefined;
  /** The same extension byte by byte, in hex. */
  readonly namesKey: string | undefined;
  readonly nameConstraints:
    | { readonly permitted: readonly Subtree[]; readonly excluded: readonly Subtree[] }
    | undefined;
  /** hex */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId:
    | {
        readonly keyId: string | undefined;
        readonly issuer: CanonicalName | undefined;
        readonly serial: string | undefined;
      }
    | undefined;
  /** The integer's bytes, in hex. */
  readonly serial: string;
  /** Hex of the SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

export const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInformation: '1.3.6.1.5.5.7.1.1',
} as const;

/** The facts of a certificate; undefined where they can't be read, so that nothing is known of it. */
export const pathFactsOf = memo((certificate: CertificateBlock): PathFacts | undefined =>
  attempt(() => read(certificate)),
);

function read(certificate: CertificateBlock): PathFacts {
  const [body] = children(readOnly(certificate.der, TAG.sequence));
  const parts = [...children(expectTag(body, TAG.sequence))];
  const version = parts[0]?.tag === 0xa0 ? parts.shift() : undefined;
  const [serial, , issuer, , subject, publicKey, ...others] = parts;
  const list = others.find((part) => part.tag === 0xa3);
  const found = new Map<string, { readonly critical: boolean; readonly content: Uint8Array }>();
  for (const each of list === undefined ? [] : children(readOnly(list.content, TAG.sequence))) {
    const fields = children(expectTag(each, TAG.sequence));
    const oid = oidText(fields[0]);
    // What clients make of two of a kind differs.
    if (found.has(oid)) throw new DerError('an extension twice');
    const critical = fields.length === 3 && expectTag(fields[1], TAG.boolean).content[0] !== 0;
    found.set(oid, { critical, content: expectTag(fields.at(-1), TAG.octetString).content });
  }
  const content = (oid: string) => found.get(oid)?.content;
  const names = content(EXTENSION.subjectAltName);
  const usages = content(EXTENSION.extendedKeyUsage);
  const keyId = content(EXTENSION.subjectKeyId);
  const constraints = content(EXTENSION.basicConstraints);
  const nameConstraints = content(EXTENSION.nameConstraints);
  const authority = content(EXTENSION.authorityKeyId);
  return {
    certificate,
    version: version === undefined ? 1 : 1 + (readOnly(version.content, TAG.integer).content.at(-1) ?? 0),
    subject: canonicalName(expectTag(subject, TAG.sequence)),
    issuer: canonicalName(expectTag(issuer, TAG.sequence)),
    attributes: attributesOf(expectTag(subject, TAG.sequence)),
    extensions: new Map([...found].map(([oid, { critical }]) => [oid, critical])),
    constraints: constraints && basicConstraints(constraints),
    usages: usages && children(readOnly(usages, TAG.sequence)).map(oidText),
    names: names && children(readOnly(names, TAG.sequence)).map(generalName),
    namesKey: names && hex(names),
    nameConstraints: nameConstraints && subtreesOf(nameConstraints),
    subjectKeyId: keyId && hex(readOnly(keyId, TAG.octetString).content),
    authorityKeyId: authority && authorityKeyId(authority),
    serial: hex(expectTag(serial, TAG.integer).content),
    publicKey: hex(expectTag(publicKey, TAG.sequence).whole),
  };
}

function basicConstraints(extension: Uint8Array): PathFacts['constraints'] {
  const parts = children(readOnly(extension, TAG.sequence));
  const ca = parts[0]?.tag === TAG.boolean ? parts[0] : undefined;
  const length = parts.find(({ tag }) => tag === TAG.integer);
  if ((length?.content[0] ?? 0) >= 0x80) throw new DerError('a negative path length');
  return {
    isCa: ca !== undefined && ca.content[0] !== 0,
    pathLength: length && Number(`0x${hex(length.content)}`),
  };
}

function authorityKeyId(extension: Uint8Array): PathFacts['authorityKeyId'] {
  const parts = children(readOnly(extension, TAG.sequence));
  const part = (tag: number) => parts.find((each) => each.tag === tag);
  const keyId = part(0x80);
  const serial = part(0x82);
  // GeneralNames, of which the first directory name counts.
  const names = part(0xa1);
  const directory = names && children(names).find(({ tag }) => tag === 0xa4);
  return {
    keyId: keyId && hex(keyId.content),
    issuer: directory && canonicalName(readOnly(directory.content, TAG.sequence)),
    serial: serial && hex(serial.content),
  };
}

function subtreesOf(extension: Uint8Array): PathFacts['nameConstraints'] {
  const parts = children(readOnly(extension, TAG.sequence));
  const trees = (tag: number) => {
    const list = parts.find((each) => each.tag === tag);
    return list === undefined ? [] : children(list).map(subtreeOf);
  };
  return { permitted: trees(0xa0), excluded: trees(0xa1) };
}

function subtreeOf(value: DerValue): Subtree {
  const [base, ...distances] = children(expectTag(value, TAG.sequence));
  const zero = ({ tag, content }: DerValue) => tag === 0x80 && content.length === 1 && content[0] === 0;
  return {
    base: generalName(expectTag(base, undefined)),
    distance: distances.some((each) => !zero(each)),
  };
}

function generalName(value: DerValue): GeneralName {
  const text = Buffer.from(value.content).toString('latin1');
  switch (value.tag) {
    case 0x81:
      return { kind: 'email', value: text };
    case 0x82:
      return { kind: 'dns', value: text };
    case 0x86:
      return { kind: 'uri', value: text };
    case 0x87:
      return { kind: 'ip', value: hex(value.content) };
    case 0xa4:
      return { kind: 'directory', value: canonicalName(readOnly(value.content, TAG.sequence)) };
    default:
      return { kind: 'other', value: value.tag.toString(16) };
  }
}

function canonicalName(name: DerValue): CanonicalName {
  return children(name).map((set) =>
    children(expectTag(set, TAG.set))
      .map((attribute) => {
        const [type, value] = children(expectTag(attribute, TAG.sequence));
        const text = stringOf(value);
        return `${oidText(type)}=${text === undefined ? `#${hex(value?.whole ?? new Uint8Array())}` : folded(text)}`;
      })
      .sort()
      .join('+'),
  );
}

function attributesOf(name: DerValue): PathFacts['attributes'] {
  return children(name).flatMap((set) =>
    children(expectTag(set, TAG.set)).map((attribute) => {
      const [type, value] = children(expectTag(attribute, TAG.sequence));
      return { type: oidText(type), text: stringOf(value) ?? '', ia5: value?.tag === 0x16 };
    }),
  );
}

/** White space at the ends off, runs of it as one, ASCII in lower case. */
function folded(text: string): string {
  const words = text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '');
  return JSON.stringify(words.join(' ').replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

function stringOf(value: DerValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value.content);
  switch (value.tag) {
    case 0x0c: // UTF8String
      return bytes.toString('utf8');
    case 0x13: // PrintableString
    case 0x14: // TeletexString
    case 0x16: // IA5String
    case 0x1a: // VisibleString
      return bytes.toString('latin1');
    case 0x1c: // UniversalString
      if (bytes.length % 4 !== 0) return undefined;
      return Array.from({ length: bytes.length / 4 }, (_, at) =>
        String.fromCodePoint(bytes.readUInt32BE(at * 4)),
      ).join('');
    case TAG.bmp:
      return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : undefined;
    default:
      return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Whether OpenSSL holds two names for one. */
export function sameName(one: CanonicalName, other: CanonicalName): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}
