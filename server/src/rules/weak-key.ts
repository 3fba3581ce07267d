import type { PrivateKeyBlock } from '../pki/types';
import { fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

/** Bits. NIST SP 800-57 part 1: less than 112 bits of security, disallowed since 2014. */
const RSA_MIN = 2048;
const EC_MIN = 256;

export const weakKey: Rule = {
  code: 'weak-key',
  severity: 'warning',
  summary: 'A private key is too short: RSA under 2048 bits, or EC under 256',
  shortState: 'too short',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, ({ content, path, state }) => {
      if (content.kind !== 'private-key' && content.kind !== 'not-pkcs1') return undefined;
      const short = shortness(content.block);
      if (short === undefined) return undefined;
      return `Private key of ${state.service.name} is too short: ${path} has ${short}. Whoever computes it can impersonate the service. Generate a longer key.`;
    }),
};

function shortness({ algorithm, bits }: PrivateKeyBlock): string | undefined {
  if (bits === undefined) return undefined;
  if (algorithm === 'rsa' && bits < RSA_MIN) return `${bits} bits, an RSA key needs ${RSA_MIN}`;
  if (algorithm === 'ec' && bits < EC_MIN) return `${bits} bits, an EC key needs ${EC_MIN}`;
  return undefined;
}
