/** Compose texts and `.env` files, through the façade. */

import type { LanguageService } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import type { Random } from '../pki/agreement/random';
import { memoryHost } from '../platform/memory-host';
import { FILE, MOUNTS_ONLY } from '../rules/marked';
import { askEverything } from './ask';
import type { Fault, Fuzzer, FuzzInput } from './kind';
import type { Material } from './material';
import { mutateText } from './mutate-text';
import { createPool } from './pool';
import type { Seeds } from './seeds';
import { timed } from './stopwatch';

/** The text that the document had before, in an input's files: what is kept of it must not show. */
const EARLIER = `${FILE}.earlier`;
const DOTENV = '/project/.env';
const COMPANIONS = ['/project/docker-compose.prod.yml', '/project/other.yml', '/project/more.yml'];

/** Mutates compose files, sometimes with companions beside them. */
export function composeFuzzer({ compose, dotenv }: Seeds, material: Material): Fuzzer {
  const pool = createPool();
  return {
    keep: pool.keep,
    generate(random): FuzzInput {
      const base = pool.pick(random);
      if (base) return varied(base, random);
      const files: Record<string, string> = {};
      const text = mutateText(random.pick(compose), random, compose);
      files[FILE] = text;
      if (random.oneIn(2))
        files[EARLIER] = random.oneIn(4) ? random.pick(compose) : mutateText(text, random, compose);
      if (random.oneIn(3)) files[random.pick(COMPANIONS)] = mutateText(random.pick(compose), random, compose);
      if (random.oneIn(4)) files[DOTENV] = random.pick(dotenv);
      return { salt: random.below(2 ** 31), files };
    },
    run: (input) => askAbout(input, material),
    async stop() {},
  };

  /** One file of a kept input changed a little; sometimes it is the text before or after an edit. */
  function varied({ files = {}, salt }: FuzzInput, random: Random): FuzzInput {
    const { [FILE]: text = '', [EARLIER]: earlier, ...others } = files;
    const changed = mutateText(text, random, compose);
    const name = random.pick([FILE, FILE, FILE, ...Object.keys(others)]);
    const parts =
      name === FILE
        ? { [FILE]: changed, ...(random.oneIn(3) ? { [EARLIER]: text } : {}) }
        : {
            [FILE]: text,
            ...(earlier === undefined ? {} : { [EARLIER]: earlier }),
            [name]: mutateText(files[name] ?? '', random, name === DOTENV ? dotenv : compose),
          };
    return { salt: random.oneIn(2) ? salt : random.below(2 ** 31), files: { ...others, ...parts } };
  }
}

const WITH_VARIABLES = `services:
  mender-api-gateway:
    image: traefik:v2.5
    volumes:
      - \${CERTS}/cert.pem:/certs/mender.crt:\${MODE}
      - "\${CERTS:-./certs}/\${NAME?}:/certs/mender.key"
  mender-useradm:
    image: mendersoftware/useradm:\${RELEASE}
    env_file: [.env]
    volumes: ["\${A:-\${B-\${C:+x}}}:/etc/useradm/rsa/private.pem:ro"]
  mender-deployments:
    image: mendersoftware/deployments:mender-3.4
    environment: [STORAGE_BACKEND_CERT=$EMPTY$TWO]
`;

/** Mutates `.env` beside a compose file that uses its variables. */
export function dotenvFuzzer({ compose, dotenv }: Seeds, material: Material): Fuzzer {
  const pool = createPool();
  return {
    keep: pool.keep,
    generate(random: Random): FuzzInput {
      const base = pool.pick(random);
      if (base) {
        const { [DOTENV]: before = '', ...others } = base.files ?? {};
        const after = mutateText(before, random, [...dotenv, ...ENV_LINES]);
        return { salt: random.below(2 ** 31), files: { ...others, [DOTENV]: after } };
      }
      const env = mutateText(random.pick(dotenv), random, [...dotenv, ...ENV_LINES]);
      const text = random.oneIn(3) ? random.pick(compose) : WITH_VARIABLES;
      return { salt: random.below(2 ** 31), files: { [FILE]: text, [DOTENV]: env } };
    },
    run: (input) => askAbout(input, material),
    async stop() {},
  };
}

const ENV_LINES = [
  'A="${B}"\nB="${A}"',
  'A=${A:-${A}}',
  "C='unclosed\nD=1",
  'export\nexport =\n=x\nE',
  'A="\\u00e9\\n\\$X"',
  'A=$(id)`id`',
  'MODE: ro\nCOMPOSE_FILE=other.yml:docker-compose.yml\nCOMPOSE_PATH_SEPARATOR=:',
  'COMPOSE_FILE=docker-compose.yml\nCOMPOSE_PROFILES=*\nCOMPOSE_ENV_FILES=.env',
];

async function askAbout({ files = {}, salt }: FuzzInput, material: Material): Promise<Fault | undefined> {
  const { [FILE]: text = '', [EARLIER]: earlier, ...others } = files;
  const host = memoryHost({ files: others });
  host.putDirectory('/project');
  const wholly = salt % 4 === 0;
  const serviceWith = (open: ReadonlyMap<string, string>): LanguageService => {
    const service = timed(createLanguageService(host));
    if (!wholly) service.configure(MOUNTS_ONLY);
    for (const [file, content] of open) service.open(file, content, 1);
    return service;
  };
  const open = new Map([[FILE, text]]);
  const service = serviceWith(earlier === undefined ? open : new Map([[FILE, earlier]]));
  if (earlier !== undefined) {
    await service.check(FILE);
    service.open(FILE, text, 2);
  }
  return askEverything(
    { service, host, file: FILE, open, fresh: serviceWith, made: (kind) => material.made[kind] },
    salt,
  );
}
