/** Whether a certificate belongs to a private key. */
import type { CertificateBlock, PemBlock } from '../types';

export type Pairing =
  | { readonly kind: 'match' }
  /**
   * `other-algorithm`: their keys are not even of one type. An RSA-PSS key never belongs to a certificate for RSA,
   * or the reverse, even where the numbers are the same: no server loads such a pair.
   */
  | { readonly kind: 'mismatch'; readonly reason: 'other-key' | 'other-algorithm' }
  /** the key is encrypted or can't be read, or the certificate's key can't */
  | { readonly kind: 'unknown' };

/** Compares by public key, so that neither the key's encoding nor the way its curve is written matters. */
export function pairingOf(certificate: CertificateBlock, key: PemBlock): Pairing {
  if (key.kind !== 'private-key' || key.damaged) return { kind: 'unknown' };
  const [one, other] = [certificate.publicKeyFingerprint, key.publicKeyFingerprint];
  if (one !== undefined && one === other) return { kind: 'match' };
  const differs =
    certificate.algorithm !== undefined &&
    key.algorithm !== undefined &&
    certificate.algorithm !== key.algorithm;
  // The label of an encrypted key of the old kind names its algorithm.
  if (differs) return { kind: 'mismatch', reason: 'other-algorithm' };
  if (one === undefined || other === undefined) return { kind: 'unknown' };
  // Not every curve that is spelled out has an ordinary form here.
  if (certificate.explicitCurve || key.explicitCurve) return { kind: 'unknown' };
  return { kind: 'mismatch', reason: 'other-key' };
}
