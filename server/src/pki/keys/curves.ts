/** The elliptic curves in use, by identifier and by what they are where they are spelled out. */
import { createHash } from 'node:crypto';
import { children, expectTag, integerOf, oidText, readOnly, TAG, unsigned } from '../asn1/read-der';

export interface Curve {
  /** As OpenSSL calls it. */
  readonly name: string;
  readonly oid: string;
  /** Of the field, and of the order as well. */
  readonly bits: number;
  /** SHA-256 of its numbers, see `digestOf`; only of those that are spelled out now and then. */
  readonly numbers?: string;
}

const CURVES: readonly Curve[] = [
  { name: 'secp192k1', oid: '1.3.132.0.31', bits: 192 },
  { name: 'prime192v1', oid: '1.2.840.10045.3.1.1', bits: 192 },
  {
    name: 'secp224r1',
    oid: '1.3.132.0.33',
    bits: 224,
    numbers: 'f33f4d67b2a22204496c860c35fce9d36e716520ea9d5f54d72039cab410f138',
  },
  {
    name: 'prime256v1',
    oid: '1.2.840.10045.3.1.7',
    bits: 256,
    numbers: '143a4f3cb661dbcbd703349cd1b7c6935f8ccfc357298e82e98dabda487a08b6',
  },
  {
    name: 'secp256k1',
    oid: '1.3.132.0.10',
    bits: 256,
    numbers: '99450a2500290e03cdf5580d467fdcb8c212f7ae7855c23dbfbe22c9d0467df1',
  },
  {
    name: 'secp384r1',
    oid: '1.3.132.0.34',
    bits: 384,
    numbers: '8e43307f31510d4c134a6ed2336db0b7552fa51fe86b24e7995e00de49797174',
  },
  {
    name: 'secp521r1',
    oid: '1.3.132.0.35',
    bits: 521,
    numbers: '974dd7cd5607622d6ecfde67d9c1deacb3beb9095a4814c20602ba387e1bdedc',
  },
  { name: 'brainpoolP256r1', oid: '1.3.36.3.3.2.8.1.1.7', bits: 256 },
  { name: 'brainpoolP256t1', oid: '1.3.36.3.3.2.8.1.1.8', bits: 256 },
  { name: 'brainpoolP384r1', oid: '1.3.36.3.3.2.8.1.1.11', bits: 384 },
  { name: 'brainpoolP384t1', oid: '1.3.36.3.3.2.8.1.1.12', bits: 384 },
  { name: 'brainpoolP512r1', oid: '1.3.36.3.3.2.8.1.1.13', bits: 512 },
  { name: 'brainpoolP512t1', oid: '1.3.36.3.3.2.8.1.1.14', bits: 512 },
];

/** What TLS clients and nginx know. */
export const TLS_CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** What EC parameters name or spell out. */
export interface NamedCurve {
  /** One of the curves above. */
  readonly curve: Curve | undefined;
  /** For people: its name, or its identifier where it is none of these; undefined where it has none. */
  readonly name: string | undefined;
  readonly bits: number | undefined;
  /** It is spelled out in numbers instead of being named. */
  readonly explicit: boolean;
}

/** Reads ECParameters (RFC 3279, 2.3.5) in DER. @throws DerError */
export function readCurve(parameters: Uint8Array): NamedCurve {
  const value = readOnly(parameters);
  if (value.tag === TAG.oid) {
    const oid = oidText(value);
    const curve = CURVES.find((each) => each.oid === oid);
    return { curve, name: curve?.name ?? oid, bits: curve?.bits, explicit: false };
  }
  const [, field, coefficients, base, order] = children(expectTag(value, TAG.sequence));
  const [, prime] = children(expectTag(field, TAG.sequence));
  // A field of characteristic two has a sequence here: no curve of ours.
  if (prime?.tag !== TAG.integer)
    return { curve: undefined, name: undefined, bits: undefined, explicit: true };
  const [a, b] = children(expectTag(coefficients, TAG.sequence));
  const point = expectTag(base, TAG.octetString).content;
  const size = integerOf(prime);
  const width = Math.ceil(size.toString(2).length / 8);
  const numbers = digestOf([
    size,
    unsigned(expectTag(a, TAG.octetString).content),
    unsigned(expectTag(b, TAG.octetString).content),
    // The first byte encodes whether the other half of the point follows.
    unsigned(point.subarray(1, 1 + width)),
    integerOf(order),
  ]);
  const curve = CURVES.find((each) => each.numbers === numbers);
  return { curve, name: curve?.name, bits: curve?.bits ?? size.toString(2).length, explicit: true };
}

/** Of the prime, the two coefficients, the base point's first half, and the order, in hex. */
function digestOf(numbers: readonly bigint[]): string {
  return createHash('sha256')
    .update(numbers.map((each) => each.toString(16)).join(' '))
    .digest('hex');
}
