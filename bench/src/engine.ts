/** What is measured without a wire between: bundled by build-engine.mjs. */
import { generateKeyPairSync } from 'node:crypto';
import { issuedCertificate } from '../../server/src/pki/generate/certificate';

export { createLanguageService } from '../../server/src/language-service/create-language-service';
export { make } from '../../server/src/pki/generate/generate';
export { nodeHost } from '../../server/src/platform/node/node-platform';

/** The subject that `issuedCertificate` gives for this name alone, in DER. */
const NAME = 'mender.example.com';
const SUBJECT = Buffer.concat([Buffer.from('301d311b301906035504030c12', 'hex'), Buffer.from(NAME)]);

/** Certificates in PEM, all of one name, each with a key of its own and signed by the next one's. */
export async function sameNameCertificates(count: number): Promise<string[]> {
  const keys = Array.from(
    { length: count + 1 },
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  );
  const now = Date.now();
  const made: string[] = [];
  for (const [i, issuer] of keys.slice(1).entries()) {
    const options = {
      key: keys[i] ?? issuer,
      names: [{ kind: 'dns', value: NAME }],
      days: 365,
      now,
    } as const;
    const authority = {
      key: issuer,
      subject: SUBJECT,
      keyIdentifier: undefined,
      commonName: NAME,
      roots: [],
      notAfter: Infinity,
      presented: [],
    };
    made.push((await issuedCertificate(options, authority)).toString('latin1'));
  }
  return made;
}
