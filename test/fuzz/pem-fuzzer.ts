/** Damaged certificates and keys behind the mounts of a compose file, through the façade. */
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { FILE } from '../rules/marked';
import { askEverything } from './ask';
import type { Fault, Fuzzer, FuzzInput } from './kind';
import type { Material } from './material';
import { mutateBytes } from './mutate-bytes';
import { timed } from './stopwatch';

/** The damaged file in every place that Mender has for one. */
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:mender-2.6.0
    networks: {mender: {aliases: [mender.example.com]}}
    volumes:
      - ./keys/damaged.pem:/var/www/mendersoftware/cert/cert.crt:ro
      - ./keys/key.pem:/var/www/mendersoftware/cert/private.key:ro
  mender-useradm:
    image: mendersoftware/useradm:mender-2.6.0
    volumes: [./keys/damaged.pem:/etc/useradm/rsa/private.pem:ro]
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-2.6.0
    volumes: [./keys/pkcs1.pem:/etc/deviceauth/rsa/private.pem:ro]
  mender-deployments:
    image: mendersoftware/deployments:mender-2.6.0
    environment: {STORAGE_BACKEND_CERT: /etc/ssl/certs/storage-proxy.crt, DEPLOYMENTS_AWS_URI: "https://s3.example.com"}
    volumes: [./keys/certificate.pem:/etc/ssl/certs/storage-proxy.crt:ro]
  storage-proxy:
    image: openresty/openresty:1.13
    networks: {mender: {aliases: [s3.example.com]}}
    volumes:
      - ./keys/certificate.pem:/var/www/storage-proxy/cert/cert.crt:ro
      - ./keys/damaged.pem:/var/www/storage-proxy/cert/private.key:ro
`;
const MOUNT_LINES = TEXT.split('\n').flatMap((line, i) => (line.includes('damaged.pem') ? [i] : []));
/** Characters of a key's text that are too many to be there by chance. */
const WINDOW = 20;

/** Mutates certificates and keys of every form. */
export function pemFuzzer(material: Material): Fuzzer {
  const names = Object.keys(material.bases);
  const windows = material.secrets.flatMap((line) => [0, 10].map((from) => line.slice(from, from + WINDOW)));
  const seen = (answer: unknown): Fault | undefined => {
    const text = JSON.stringify(answer) ?? '';
    return windows.some((part) => text.includes(part))
      ? { kind: 'wrong', message: 'an answer holds a line of a private key' }
      : undefined;
  };
  return {
    generate: (random) => ({
      salt: random.below(2 ** 31),
      recipe: { base: random.pick(names), seed: random.below(2 ** 31) },
    }),
    async run({ recipe, salt }: FuzzInput) {
      const base = material.bases[recipe?.base ?? ''] ?? Buffer.alloc(0);
      const host = memoryHost({ files: { [FILE]: TEXT } });
      host.put('/project/keys/damaged.pem', mutateBytes(base, recipe?.seed ?? 0), 0o600);
      for (const name of ['key', 'pkcs1', 'certificate'])
        host.put(`/project/keys/${name}.pem`, material.bases[name] ?? '', 0o600);
      const serviceWith = (open: ReadonlyMap<string, string>) => {
        const service = timed(createLanguageService(host));
        for (const [file, text] of open) service.open(file, text, 1);
        return service;
      };
      const open = new Map([[FILE, TEXT]]);
      const service = serviceWith(open);
      for (const line of MOUNT_LINES) {
        const found = await service.describe(FILE, {
          line,
          character: (TEXT.split('\n')[line] ?? '').indexOf('damaged'),
        });
        if (!found) return { kind: 'wrong', message: 'nothing is described at a mount' };
        const fault = seen(found);
        if (fault) return fault;
      }
      return askEverything({ service, host, file: FILE, open, fresh: serviceWith, seen }, salt);
    },
    async stop() {},
  };
}
