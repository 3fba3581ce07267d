/** A renewed certificate is like the one before it, and what it isn't is said. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openssl } from '../pki/openssl';
import {
  at,
  carryOut,
  codes,
  compose,
  GATEWAY,
  perform,
  service,
  text,
  useProject,
  write,
} from './task-project';

useProject();

const SERVICE = 'mender-api-gateway';

/** Puts a certificate of somebody else's making in the place of ours, for the same key. */
async function replaced(subject: string, ...extensions: readonly string[]): Promise<void> {
  await write(GATEWAY);
  await carryOut({ kind: 'generate', algorithm: 'ec' });
  const file = (name: string) => at('ssl', 'mender-api-gateway', name);
  await openssl(
    ...['req', '-x509', '-key', file('key.pem'), '-days', '5', '-subj', subject, '-out', file('cert.pem')],
    ...extensions.flatMap((each) => ['-addext', each]),
  );
  service.changed();
}

describe('a renewed certificate', () => {
  it('has the subject, the names of all kinds, the usages and must-staple of the old one', async () => {
    await replaced(
      '/C=NO/O=Northern Works/CN=mender.example.com',
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature,keyAgreement',
      'extendedKeyUsage=serverAuth,clientAuth',
      'subjectAltName=DNS:mender.example.com,IP:10.0.0.7,URI:urn:site:7,email:ops@example.com',
      'tlsfeature=status_request',
    );
    const plan = await carryOut({ kind: 'renew', service: SERVICE, names: ['new.example.com'] });
    const [made = '', bundle = ''] = plan.create.map(({ path }) => path);
    const renewed = new X509Certificate(await readFile(made));
    expect(renewed.subject).toBe('C=NO\nO=Northern Works\nCN=mender.example.com');
    expect(renewed.subjectAltName).toBe(
      'DNS:mender.example.com, IP Address:10.0.0.7, DNS:new.example.com, DNS:mender-api-gateway, URI:urn:site:7, email:ops@example.com',
    );
    const shown = await openssl('x509', '-in', made, '-noout', '-text');
    expect(shown).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature, Key Agreement/);
    expect(shown).toMatch(/TLS Feature:\s+status_request/);
    expect(plan.effects.join(' ')).not.toContain('Not taken over');
    // Old and new have one name and one key: devices have to tell them apart.
    for (const each of [made, at('ssl', 'mender-api-gateway', 'cert.pem')])
      expect(await openssl('verify', '-purpose', 'sslserver', '-CAfile', bundle, each)).toContain('OK');
  });

  it('is for servers, where the old one was not and a fix renews it', async () => {
    await replaced(
      '/CN=mender.example.com',
      'basicConstraints=CA:FALSE',
      'extendedKeyUsage=clientAuth',
      'keyUsage=critical,keyCertSign',
      'subjectAltName=DNS:mender.example.com,DNS:mender-api-gateway',
    );
    expect(await codes()).toContain('certificate-wrong-usage');
    const lines = (await text('docker-compose.yml')).split('\n');
    const line = lines.findIndex((each) => each.includes('cert.pem:'));
    const place = { line, character: (lines[line] ?? '').indexOf('./') + 2 };
    const [fix] = await service.fixes(compose, { start: place, end: place });
    expect(fix?.title).toBe('Renew the certificate of mender-api-gateway with the same key');
    const plan = await service.plan(compose, fix?.id ?? '');
    if (plan === undefined) throw new Error('no plan');
    await perform(plan);
    expect(await codes()).toEqual([]);
    // A plan for everything leaves it alone: devices know the certificate.
    const all = await service.planAll(compose, { generate: true });
    expect(all.create).toEqual([]);
  });

  it('is no authority though the old one was, and says what else it lacks', async () => {
    await replaced(
      '/CN=mender.example.com',
      'keyUsage=digitalSignature,keyCertSign',
      'extendedKeyUsage=clientAuth',
      'subjectAltName=DNS:mender.example.com,DNS:a_b..example.com',
      'crlDistributionPoints=URI:http://crl.example.com/',
      '1.2.3.4=ASN1:NULL',
    );
    const plan = await carryOut({ kind: 'renew', service: SERVICE, force: true });
    expect(plan.effects.find((effect) => effect.startsWith('Not taken over'))).toBe(
      'Not taken over from the old certificate: that it is one of an authority (CA:TRUE), which no server needs; its key usage (digitalSignature, keyCertSign); where its revocation list is; its extension 1.2.3.4; the name a_b..example.com, which is not a host name.',
    );
    const shown = await openssl('x509', '-in', plan.create[0]?.path ?? '', '-noout', '-text');
    expect(shown).toContain('CA:FALSE');
    // A server's has to be for servers.
    expect(shown).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
    expect(await text('docker-compose.yml')).toContain('cert-2.pem');
  });
});
