/** Texts to begin with: fixtures, the examples, and Mender's own files where they lie beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hangs } from '../../bench/src/hangs.mjs';

export interface Seeds {
  readonly compose: readonly string[];
  readonly dotenv: readonly string[];
}

/** Characters: larger files are slow to check and teach nothing new. */
const MAX_SEED = 16_000;

/** All that lies below the repository's root `root`. */
export function readSeeds(root: string): Seeds {
  const directories = ['test/fixtures', 'examples', '../shared/corpus'].map((name) => join(root, name));
  const files = directories.filter((directory) => existsSync(directory)).flatMap(filesBelow);
  const texts = (pattern: RegExp) =>
    files
      .filter((file) => pattern.test(file))
      .sort()
      .map((file) => readFileSync(file, 'utf8'))
      .filter((text) => text.length <= MAX_SEED);
  return { compose: [...texts(/\.ya?ml$/), ...OWN, ...HANGS], dotenv: [...texts(/\.env$/), ...DOTENV] };
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What once stopped a server, in a size that leaves time for others. */
const HANGS = hangs(() => '', 0.02).flatMap(({ files }) => Object.values(files));

/** Shapes that the fixtures lack. */
const OWN: readonly string[] = [
  `x-image: &image {image: "mendersoftware/useradm:mender-3.7"}
x-volumes: &volumes
  - &one ./keys/a.pem:/etc/useradm/rsa/private.pem
services:
  mender-useradm:
    <<: *image
    volumes: *volumes
  mender-device-auth:
    <<: [*image, {image: mendersoftware/deviceauth:mender-3.7}]
    volumes: [*one, "./keys/b.pem:/etc/deviceauth/rsa/private.pem:ro"]
`,
  `services: {mender-useradm: {image: 'mendersoftware/useradm:mender-3.4', volumes: []}}
`,
  `services:
  mender-api-gateway:
    image: traefik:v2.5
    command: [--providers.file.directory=/config]
    volumes:
      - type: bind
        source: \${CERTS:?none}/cert.pem
        target: /certs/mender.crt
        read_only: true
      - ./certs/key.pem:/certs/mender.key:\${MODE-ro}
  mender-useradm:
    extends: {file: other.yml, service: base}
`,
  'include:\n  - other.yml\n  - {path: [more.yml, other.yml], env_file: .env}\nservices:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.6\n',
  '? services\n: ? mender-useradm\n  : ? image\n    : mendersoftware/useradm:mender-3.7\n    ? volumes\n    : - |-\n        ./a.pem:/etc/useradm/rsa/private.pem\n',
  'services:\r\n  mender-useradm:\r\n    image: mendersoftware/useradm:mender-3.7\r\n    volumes:\r\n    - ./a.pem:/etc/useradm/rsa/private.pem\r\n',
  'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n---\nservices:\n  mender-useradm:\n    volumes: !reset []\n  mender-device-auth: !override\n    image: mendersoftware/deviceauth:mender-3.7\n',
];

const DOTENV: readonly string[] = [
  'CERTS=./certs\nMODE=ro\nRELEASE=mender-3.7\n',
  `export CERTS="a b" # comment\nMODE='r\\'o'\nRELEASE=\${MODE:-x\${CERTS}}\nEMPTY=\nTWO="line\nline"\nCOLON: yaml\n`,
];
