/** Whether a certificate speaks for a host, as the two families of clients that reach a Mender server see it. */
import { domainToASCII } from 'node:url';
import type { CertificateBlock, Names } from '../types';
import { canonicalIp } from './subject-alt-name';

/**
 * Who accepts the certificate for the name. Go (the Mender client up to 3, Traefik, all services) and OpenSSL (the
 * Mender client from 4 on, nginx, curl) differ on names that hardly anyone uses: `*.local` covers `mender.local` for
 * Go alone, and `s3*.example.com` covers `s3a.example.com` for OpenSSL alone.
 */
export interface Coverage {
  readonly go: boolean;
  readonly openssl: boolean;
}

/** `unknown`: the certificate's names could not be read. */
export type Covered = 'covered' | 'go-only' | 'openssl-only' | 'not-covered' | 'unknown';

type Named = Pick<CertificateBlock, 'subjectAltNames'>;

/**
 * Whether `certificate` covers `name`: a host name in any case, with or without its final dot, international or as
 * A-labels; an IP address, IPv6 with or without brackets; or a wildcard, which the same wildcard alone covers. The
 * common name never counts: clients written in Go and browsers don't look at it.
 */
export function covers(certificate: Named, name: string): Covered {
  if (certificate.subjectAltNames === undefined) return 'unknown';
  const { go, openssl } = coverage(certificate.subjectAltNames, name);
  if (go && openssl) return 'covered';
  return go ? 'go-only' : openssl ? 'openssl-only' : 'not-covered';
}

/** The names that some client would refuse the certificate for, in their order. Empty where that isn't known. */
export function uncoveredNames(certificate: Named, names: readonly string[]): readonly string[] {
  return names.filter((name) => !['covered', 'unknown'].includes(covers(certificate, name)));
}

/** Each family's own answer, from the alternative names alone. */
export function coverage(names: Names, asked: string): Coverage {
  const address = canonicalIp(asked.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) {
    const exact = names.ip.includes(address);
    // To Go an IPv4 address and its IPv6-mapped form are one; OpenSSL compares bytes.
    return { go: exact || names.ip.some((each) => unmapped(each) === unmapped(address)), openssl: exact };
  }
  const host = asciiName(asked);
  if (host === '') return { go: false, openssl: false };
  return {
    go: names.dns.some((pattern) => matchesInGo(pattern.toLowerCase(), host)),
    openssl: names.dns.some((pattern) => matchesInOpenssl(pattern.toLowerCase(), host)),
  };
}

/**
 * Whether a client on OpenSSL takes the common name for the host: only where no DNS name is there. Never true of
 * addresses.
 */
export function coversByCommonName(
  { subjectAltNames, subjectCommonName }: Pick<CertificateBlock, 'subjectAltNames' | 'subjectCommonName'>,
  asked: string,
): boolean {
  if (subjectAltNames === undefined || subjectAltNames.dns.length > 0) return false;
  if (subjectCommonName === undefined || canonicalIp(asked.replace(/^\[(.*)\]$/, '$1'))) return false;
  const host = asciiName(asked);
  return host !== '' && matchesInOpenssl(subjectCommonName.toLowerCase(), host);
}

/** Lower case, A-labels, no final dot: resolvers and URL libraries take it off before a certificate is asked. */
function asciiName(name: string): string {
  const bare = name.trim().replace(/\.$/, '');
  if (/^[\0-\x7f]*$/.test(bare)) return bare.toLowerCase();
  const wildcard = bare.startsWith('*.');
  const ascii = domainToASCII(wildcard ? bare.slice(2) : bare);
  return ascii !== '' && wildcard ? `*.${ascii}` : ascii;
}

function unmapped(address: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const [upper, lower] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.');
}

const GO_HOST = /^[a-z0-9_][a-z0-9_-]*(\.[a-z0-9_][a-z0-9_-]*)*$/;
const GO_PATTERN = /^(\*|[a-z0-9_][a-z0-9_-]*)(\.[a-z0-9_][a-z0-9_-]*)*$/;

/** crypto/x509, matchHostnames: a wildcard is the whole first label; what is no valid name is compared as it is. */
function matchesInGo(pattern: string, host: string): boolean {
  const valid = GO_HOST.test(host) && pattern !== '*' && GO_PATTERN.test(pattern);
  if (!valid || !pattern.startsWith('*.')) return pattern === host;
  return host.includes('.') && host.slice(host.indexOf('.')) === pattern.slice(1);
}

/** OpenSSL lets labels follow a wildcard that have no underscore, and no hyphen at either end. */
const WILDCARD =
  /^(?:([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?\*|\*([a-z0-9-]*[a-z0-9]))((?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?){2,})$/;

/** X509_check_host without flags: one wildcard, at either end of the first label, before two labels or more. */
function matchesInOpenssl(pattern: string, host: string): boolean {
  const [wildcard, before = '', after = '', rest = ''] = WILDCARD.exec(pattern) ?? [];
  const partial = before !== '' || after !== '';
  if (wildcard === undefined || host.startsWith('.') || before.startsWith('xn--')) return pattern === host;
  const suffix = after + rest;
  if (host.length < before.length + suffix.length) return false;
  if (!host.startsWith(before) || !host.endsWith(suffix)) return false;
  if (partial && host.startsWith('xn--')) return false;
  const stands = host.slice(before.length, host.length - suffix.length);
  if (stands === '*') return true;
  return (partial || stands !== '') && /^[a-z0-9-]*$/.test(stands);
}
