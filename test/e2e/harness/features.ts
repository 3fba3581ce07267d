// A deployment that has one of each: a certificate that ends soon, a key of two services, and a key that is missing.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { COMPOSE_FILE, folderOf, openssl } from './deployment';

export const COMPOSE = `services:
  mender-api-gateway:
    image: traefik:v2.10
    environment:
      STORAGE_URL: https://s3.example.com
    volumes:
      - \${CERTS}/mender.crt:/etc/traefik/certs/cert.crt:ro
      - \${CERTS}/mender.key:/etc/traefik/certs/private.key:ro

  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./keys/shared.pem:/etc/useradm/rsa/private.pem:ro

  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ./site:/etc/deviceauth/site:ro

  mender-tenantadm:
    image: registry.mender.io/mendersoftware/tenantadm:mender-3.7.0
    volumes:
      - ./keys/shared.pem:/etc/tenantadm/rsa/private.pem:ro

  mender-deployments:
    image: mendersoftware/deployments:mender-3.7.0
    environment:
      DEPLOYMENTS_AWS_URI: https://mender.example.com
      STORAGE_BACKEND_CERT: /etc/ssl/certs/docker.mender.io.crt
    volumes:
      - ./certs/mender.crt:/etc/ssl/certs/docker.mender.io.crt:ro

  web:
    image: nginx:1.27
    volumes:
      - ./site:/usr/share/nginx/html:ro
`;

/** Where Mender's own text puts the key of device-auth. */
export const KEY_PATH = './production/keys-generated/keys/deviceauth/private.key';

/** The folder with it, its keys made now and kept from others, for the test that runs. `more`: further files. */
export function deployment(more: Readonly<Record<string, string>> = {}): string {
  const folder = folderOf({
    [COMPOSE_FILE]: COMPOSE,
    '.env': 'CERTS=./certs\n',
    '.vscode/settings.json': '{}\n',
    'site/index.html': '<p>made by a test</p>\n',
    ...more,
  });
  for (const directory of ['certs', 'keys']) mkdirSync(join(folder, directory), { mode: 0o700 });
  const names = 'subjectAltName=DNS:mender.example.com,DNS:s3.example.com';
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '21', '-subj', '/CN=mender.example.com'],
    ...[
      '-addext',
      names,
      '-keyout',
      join(folder, 'certs/mender.key'),
      '-out',
      join(folder, 'certs/mender.crt'),
    ],
  );
  openssl('genrsa', '-traditional', '-out', join(folder, 'keys/shared.pem'), '2048');
  chmodSync(join(folder, 'certs/mender.key'), 0o600);
  chmodSync(join(folder, 'keys/shared.pem'), 0o644);
  return folder;
}
