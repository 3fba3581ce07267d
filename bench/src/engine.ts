/** What is measured without a wire between: bundled by build-engine.mjs. */
import { generateKeyPairSync } from 'node:crypto';
import { selfSignedCertificate } from '../../server/src/pki/certificate';

export { nodeHost } from '../../server/src/host/node-host';
export { make } from '../../server/src/pki/generate';
export { createService } from '../../server/src/service/create-service';

/** Self-signed certificates in PEM, all of one name, each with a key of its own. */
export async function sameNameCertificates(count: number): Promise<string[]> {
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = [{ kind: 'dns', value: 'mender.example.com' }] as const;
    const bytes = await selfSignedCertificate({ key: privateKey, names, days: 365, now: Date.now() });
    made.push(bytes.toString('latin1'));
  }
  return made;
}
