/** When a certificate counts. */
import type { CertificateBlock } from '../types';

const DAY_MS = 86_400_000;

/** `unknown`: its dates could not be read. */
export type Validity = 'valid' | 'expired' | 'not-yet-valid' | 'unknown';

type Dated = Pick<CertificateBlock, 'notBefore' | 'notAfter'>;

/** How `certificate` stands at `now` (milliseconds since the epoch). Both of its dates belong to its life (RFC 5280). */
export function validityAt(certificate: Dated, now: number): Validity {
  const { notBefore, notAfter } = certificate;
  if (notAfter !== undefined && now > notAfter) return 'expired';
  if (notBefore !== undefined && now < notBefore) return 'not-yet-valid';
  return notBefore === undefined || notAfter === undefined ? 'unknown' : 'valid';
}

/** Whole days from `now` until the certificate expires, negative once it has: -1 in the first day after. */
export function daysLeft(certificate: Dated, now: number): number | undefined {
  return certificate.notAfter === undefined ? undefined : Math.floor((certificate.notAfter - now) / DAY_MS);
}

/** `2027-01-31`, in UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
