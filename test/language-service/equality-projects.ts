/** The projects whose files `compareAnswers` edits. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { generateStacks } from '../conformance/generate';
import { sharedPath } from '../shared';
import type { Project } from './equality';

/** Text files below a folder by their paths in it. */
function filesBelow(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    if (statSync(join(folder, path)).isDirectory()) Object.assign(found, filesBelow(folder, path));
    else found[path] = readFileSync(join(folder, path), 'utf8');
  }
  return found;
}

/** Our own stacks of Mender's releases, and Mender's where they are at hand: each file edited in turn, with its base. */
export function releaseProjects(): Project[] {
  return [join(import.meta.dirname, '../fixtures/mender'), sharedPath('corpus/mender')]
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((release) => join(root, release)))
    .filter((directory) => existsSync(join(directory, 'docker-compose.yml')))
    .flatMap((directory) => {
      const files = filesBelow(directory);
      const main = [
        'docker-compose.yml',
        'docker-compose.demo.yml',
        'production/config/prod.yml',
        'template/prod.yml',
      ];
      return main
        .filter((file) => files[file] !== undefined)
        .map((file) => ({
          title: `${directory} ${file}`,
          files: { ...files, '.env': 'MENDER_IMAGE_TAG=v4.0.1\n' },
          edited: [file, 'docker-compose.yml', '.env'],
        }));
    });
}

/** Stacks as `npm run conformance` makes them: extends, include, reset, profiles, variables. */
export function generatedProjects(seed: number, count: number): Project[] {
  return generateStacks(seed, count).map(({ files, call }, index) => ({
    title: `generated ${seed} ${index}`,
    files: { ...files, 'docker-compose.yml': menderLike(files['docker-compose.yml'] ?? '') },
    edited: [...call.files, ...Object.keys(files).filter((file) => file === '.env')],
  }));
}

/** With services that rules have something to say of. */
function menderLike(text: string): string {
  return text.replace(/^services:\n/m, `services:\n${SERVICES}`);
}

const SERVICES = `  mender-api-gateway:
    image: traefik:v2.5
    networks:
      mender:
        aliases: [docker.mender.io]
    volumes:
      - ./certs/cert.crt:/certs/cert.crt:ro
      - "./certs/\${KEY}:/certs/private.key"
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - type: bind
        source: ./keys/useradm.key
        target: /etc/useradm/rsa/private.pem
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes: [./keys/useradm.key:/etc/deviceauth/rsa/private.pem]
`;

/** Files so short that most edits touch what matters, alone and with an overlay. */
export function shortProjects(): Project[] {
  const tail = `  plain:
    image: nginx
    environment: {A: "1"}
volumes:
  named:
  bound: {driver: local, driver_opts: {type: none, o: bind, device: ./bound}}
`;
  const main = `services:\n${SERVICES}${tail}`;
  const files = { '.env': 'KEY=private.key\n', 'certs/cert.crt': '', 'keys/useradm.key': 'no key\n' };
  const edited = ['docker-compose.yml', '.env'];
  const overlay = `services:
  mender-useradm:
    volumes:
      - ./other.key:/etc/useradm/rsa/private.pem
  storage-proxy:
    image: openresty/openresty
`;
  const anchored = `x-logging: &logging
  driver: json-file
x-service: &service
  logging: *logging
  networks: {mender: {aliases: [docker.mender.io]}}
  environment: &env {A: "\${KEY}"}
x-key: &key ./keys/useradm.key:/etc/useradm/rsa/private.pem
x-mounts: &mounts [*key, "./more:/more"]

services:
  base: &base
    <<: *service
    image: mendersoftware/useradm:mender-3.7.0
    volumes: *mounts
  mender-useradm:
    <<: [*base, {environment: *env}]
    volumes:
      - *key
  mender-device-auth:
    <<: *service
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes: [./keys/useradm.key:/etc/deviceauth/rsa/private.pem]
${tail}`;
  const bound = main.replace('    image: nginx\n', '    image: nginx\n    volumes: [bound:/b, named:/n]\n');
  return [
    { title: 'short', files: { ...files, 'docker-compose.yml': main }, edited },
    {
      title: 'short, CRLF',
      files: { ...files, 'docker-compose.yml': main.replaceAll('\n', '\r\n') },
      edited,
    },
    { title: 'short, with anchors', files: { ...files, 'docker-compose.yml': anchored }, edited },
    {
      title: 'short, with anchors and an overlay',
      files: { ...files, 'docker-compose.yml': anchored, 'over.yml': overlay },
      edited: ['docker-compose.yml', 'over.yml'],
    },
    { title: 'short, with a bound volume', files: { ...files, 'docker-compose.yml': bound }, edited },
    {
      title: 'short, services last',
      files: {
        ...files,
        'docker-compose.yml': `name: p\n\n${tail.slice(tail.indexOf('volumes'))}\nservices:\n${SERVICES}`,
      },
      edited,
    },
    {
      title: 'short, with an overlay',
      files: { ...files, 'docker-compose.yml': main, 'over.yml': overlay },
      edited: ['docker-compose.yml', 'over.yml', '.env'],
    },
  ];
}

/** Many services in one file, some of them Mender's. */
export function longProject(): Project {
  const services = Array.from(
    { length: 25 },
    (_, i) => `  service-${i}:
    image: example/app:${i}
    environment:
      - URL=https://docker.mender.io/${i}
      - "TAG=\${TAG_${i % 3}:-none}"
    volumes:
      - ./data/${i}:/data
      - named:/var/lib

`,
  );
  const text = `# Many services\nversion: "3.8"\n\nservices:\n${SERVICES}${services.join('')}\nvolumes:\n  named:\n`;
  return {
    title: 'many services',
    files: {
      'docker-compose.yml': text,
      '.env': 'KEY=private.key\nTAG_1=one\n',
      'certs/cert.crt': 'no certificate\n',
      'keys/useradm.key': '',
    },
    edited: ['docker-compose.yml', '.env'],
  };
}
