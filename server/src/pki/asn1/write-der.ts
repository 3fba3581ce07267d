/** Builds DER with node-forge's ASN.1 part, the only part of it that is loaded, and only when something is made. */
import type { asn1 as Asn1 } from 'node-forge';
import { readDeep } from './read-der';

type Forge = typeof Asn1;
export type DerNode = Asn1.Asn1;

/** What @types/node-forge leaves out: BIT STRING and OCTET STRING, and reading from bytes. */
export interface DerBuilder {
  sequence(...parts: readonly DerNode[]): DerNode;
  set(...parts: readonly DerNode[]): DerNode;
  /** Of a non-negative number in hex, without a leading zero byte. */
  integer(hex: string): DerNode;
  oid(dotted: string): DerNode;
  utf8(text: string): DerNode;
  boolean(value: boolean): DerNode;
  nothing(): DerNode;
  octets(bytes: Uint8Array): DerNode;
  /** A bit string of whole bytes. */
  bits(bytes: Uint8Array): DerNode;
  /** UTCTime until 2049, GeneralizedTime after it, as RFC 5280 (4.1.2.5) wants; milliseconds since the epoch. */
  time(at: number): DerNode;
  /** Context-specific tag over other values. */
  tagged(number: number, ...parts: readonly DerNode[]): DerNode;
  /** Context-specific tag over bare bytes. */
  implicit(number: number, bytes: Uint8Array): DerNode;
  /** A value that is in DER already. @throws DerError when it isn't */
  parsed(der: Uint8Array): DerNode;
  encode(node: DerNode): Buffer;
}

/** Tag numbers of ASN.1's universal class. */
const TYPE = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  nothing: 5,
  oid: 6,
  utf8: 12,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
} as const;

/** Loads node-forge. Public material only goes through it: private keys stay with node:crypto. */
export async function loadDerBuilder(): Promise<DerBuilder> {
  const loaded = (await import('node-forge/lib/asn1.js')) as { default?: Forge } & Forge;
  return builder(loaded.default ?? loaded);
}

function builder(asn1: Forge): DerBuilder {
  const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;
  const value = (type: number, constructed: boolean, content: string | DerNode[], kind = UNIVERSAL) =>
    asn1.create(kind, type as Asn1.Type, constructed, content as string);
  const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return {
    sequence: (...parts) => value(TYPE.sequence, true, [...parts]),
    set: (...parts) => value(TYPE.set, true, [...parts]),
    integer(hex) {
      const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
      const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
      return value(TYPE.integer, false, binary(padded));
    },
    oid: (dotted) => value(TYPE.oid, false, asn1.oidToDer(dotted).getBytes()),
    utf8: (text) => value(TYPE.utf8, false, binary(Buffer.from(text, 'utf8'))),
    boolean: (truth) => value(TYPE.boolean, false, truth ? '\xff' : '\0'),
    nothing: () => value(TYPE.nothing, false, ''),
    octets: (bytes) => value(TYPE.octetString, false, binary(bytes)),
    // The first byte counts unused bits.
    bits: (bytes) => value(TYPE.bitString, false, `\0${binary(bytes)}`),
    time(at) {
      const digits = new Date(at)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replace(/[-:T]/g, '');
      const year = Number(digits.slice(0, 4));
      return year < 2050
        ? value(TYPE.utcTime, false, digits.slice(2))
        : value(TYPE.generalizedTime, false, digits);
    },
    tagged: (number, ...parts) => value(number, true, [...parts], CONTEXT_SPECIFIC),
    implicit: (number, bytes) => value(number, false, binary(bytes), CONTEXT_SPECIFIC),
    parsed: (der) => asn1.fromDer(binary(readDeep(der).whole)),
    encode: (node) => Buffer.from(asn1.toDer(node).getBytes(), 'latin1'),
  };
}
