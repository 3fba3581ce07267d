/** A deployment whose deployments service trusts a copy of storage's certificate, made at run time. */
import { make } from '../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../platform/memory-host';
import { FILE } from './stacks';

export const TRUSTED_TEXT = `services:
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.example.com]
    volumes:
      - ./storage.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./storage.key:/var/www/storage-proxy/cert/key.pem:ro
  mender-deployments:
    image: mendersoftware/deployments:latest
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://s3.example.com
    volumes:
      - ./trusted.crt:/etc/ssl/certs/storage.crt:ro
`;

/** Days that storage's certificate is valid from the host's first clock on. */
export const VALID_DAYS = 100;

/** A host with `text`, its keys made some days after the first clock; `moveOn` brings the end of the certificate nearer. */
export async function trustedHost(text = TRUSTED_TEXT, madeAfter = 0): Promise<MemoryHost> {
  const host = memoryHost({ files: { [FILE]: text } });
  moveOn(host, madeAfter);
  const order = {
    kind: 'tls-pair',
    keyPath: '/p/storage.key',
    certificatePath: '/p/storage.crt',
    names: ['s3.example.com'],
    bits: 2048,
    days: VALID_DAYS,
  } as const;
  const answer = await make([order], host, { root: '/p' });
  if (!answer.ok) throw new Error(answer.message);
  host.put('/p/trusted.crt', host.text('/p/storage.crt') ?? '');
  return host;
}

/** Moves the host's clock on from when the certificate was made. */
export function moveOn(host: MemoryHost, days: number): void {
  host.setNow(Date.UTC(2025, 0, 15, 12) + days * 86_400_000);
}
