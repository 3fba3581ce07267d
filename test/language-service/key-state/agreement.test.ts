/** How a key or certificate stands is one thing, wherever it is shown: no two answers of the façade disagree. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { keyFiles } from '../../rules/key-files';
import { daysAfter, HOST, type Made, makeCertificates } from '../../rules/made-certificates';

const FILE = '/project/docker-compose.yml';
let made: Made;
let putKeys: Awaited<ReturnType<typeof keyFiles>>;
beforeAll(async () => {
  made = await makeCertificates();
  putKeys = await keyFiles();
}, 60_000);

interface Stack {
  /** Names of made certificates and keys. */
  readonly certificate?: string;
  readonly key?: string;
  readonly useradm?: string;
  readonly deviceauth?: string;
  /** Days after the certificates were made. */
  readonly day?: number;
  readonly modes?: Readonly<Record<string, number>>;
}

/** Readable for the service, in a directory that nobody else enters. */
const OWN = './token/own.pem';

function textOf({ certificate = 'good.crt', key = 'good.key', useradm = OWN, deviceauth }: Stack): string {
  return `services:
  mender-api-gateway:
    image: traefik:v2.10
    networks:
      mender:
        aliases:
          - ${HOST}
    volumes:
      - ./tls/${certificate}:/etc/traefik/certs/cert.crt:ro
      - ./tls/${key}:/etc/traefik/certs/private.key:ro
    command:
      - --providers.file.directory=/config
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ${useradm}:/etc/useradm/rsa/private.pem:ro
${
  deviceauth === undefined
    ? ''
    : `  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ${deviceauth}:/etc/deviceauth/rsa/private.pem:ro
`
}`;
}

/** What each surface says of each service: `fine`, `attention` or `wrong`. */
async function surfaces(stack: Stack) {
  const host = memoryHost({
    files: { [FILE]: textOf(stack) },
    now: daysAfter(made, stack.day ?? 1),
  });
  putKeys(host);
  host.putDirectory('/project/token', 0o700);
  host.put('/project/token/own.pem', host.text('/project/keys/rsa.pem') ?? '', 0o644);
  for (const [name, pem] of Object.entries(made.files)) {
    const mode = stack.modes?.[name] ?? (name.endsWith('.key') ? 0o600 : 0o644);
    host.put(`/project/tls/${name}`, pem, mode);
  }
  const service = createLanguageService(host);
  const checked = await service.check(FILE);
  if (!checked || 'problem' in checked) throw new Error('not checked');
  const [map] = await service.map(FILE);
  const targets = await service.targets(FILE);
  service.configure({ rules: {}, trusted: true, folders: ['/project'] });
  const found = await service.deployments();
  const lenses = await service.lenses(FILE);
  const outline = await service.outline(FILE);
  const lines = textOf(stack).split('\n');
  const of: Record<string, Record<string, unknown>> = {};
  for (const { service: name, level, certificateLevel, keyLevel, state } of targets) {
    const id = map?.services.find((each) => each.name === name)?.id;
    const mounts = map?.mounts.filter((mount) => mount.service === id) ?? [];
    const line = lines.indexOf(`  ${name}:`);
    const hover = await service.describe(FILE, { line, character: 4 });
    const severities = checked.findings
      .filter((finding) => finding.service === name && ['error', 'warning'].includes(finding.severity))
      .map(({ severity }) => severity);
    const tree = found?.deployments
      .flatMap((deployment) => deployment.targets)
      .find((target) => target.service === name);
    const details = outline.find((item) => item.name === name)?.children.map(({ detail }) => detail) ?? [];
    of[name] = {
      rules: classOf(severities),
      targets: classOf([certificateLevel, keyLevel, level]),
      tree: classOf([tree?.level]),
      map: classOf(mounts.map((mount) => mount.state)),
      lens: lenses.some((lens) => lens.key.includes(`"${name}"`) && lens.fixable),
      // The words of the outline are those of the hover's table.
      hover: details.every((detail) => hover?.markdown.includes(`| ${detail.replaceAll('_', '\\_')} |`)),
      state,
    };
  }
  return of;
}

function classOf(states: readonly (string | undefined)[]): 'fine' | 'attention' | 'wrong' | 'unknown' {
  const has = (...wanted: readonly string[]) => states.some((state) => state && wanted.includes(state));
  if (has('error', 'bad', 'missing')) return 'wrong';
  if (has('warning', 'soon')) return 'attention';
  return has('unknown') ? 'unknown' : 'fine';
}

const FINE: Stack = {};

describe.each<[string, Stack, Readonly<Record<string, 'fine' | 'attention' | 'wrong'>>]>([
  ['all is well', FINE, { 'mender-api-gateway': 'fine', 'mender-useradm': 'fine' }],
  [
    'an expired certificate',
    { certificate: 'short.crt', key: 'short.key', day: 101 },
    { 'mender-api-gateway': 'wrong' },
  ],
  [
    'one that ends soon',
    { certificate: 'short.crt', key: 'short.key', day: 80 },
    { 'mender-api-gateway': 'attention' },
  ],
  ['one that is not valid yet', { day: -2 }, { 'mender-api-gateway': 'wrong' }],
  [
    'an issuer that ends soon',
    { certificate: 'chain.crt', key: 'leaf.key', day: 80 },
    { 'mender-api-gateway': 'attention' },
  ],
  ['a key of another certificate', { key: 'other.key' }, { 'mender-api-gateway': 'wrong' }],
  [
    'no alternative names',
    { certificate: 'no-san.crt', key: 'no-san.key' },
    { 'mender-api-gateway': 'wrong' },
  ],
  ['a SHA-1 signature', { certificate: 'sha1.crt', key: 'sha1.key' }, {}],
  ['a missing certificate', { certificate: 'nowhere.crt' }, { 'mender-api-gateway': 'wrong' }],
  ['a missing key', { key: 'nowhere.key' }, { 'mender-api-gateway': 'wrong' }],
  ['a certificate in the place of the key', { key: 'good.crt' }, { 'mender-api-gateway': 'wrong' }],
  ['a key that everybody reads', { modes: { 'good.key': 0o644 } }, { 'mender-api-gateway': 'attention' }],
  ['an EC token key', { useradm: './keys/ec.pem' }, { 'mender-useradm': 'wrong' }],
  ['a token key that is too short', { useradm: './keys/weak.pem' }, {}],
  ['a token key with a passphrase', { useradm: './keys/encrypted.pem' }, { 'mender-useradm': 'wrong' }],
  ['no PEM', { useradm: './keys/notes.pem' }, { 'mender-useradm': 'wrong' }],
  ['a directory', { useradm: './keys/folder.pem' }, { 'mender-useradm': 'wrong' }],
  ['a key in git', { useradm: './repository/key.pem' }, { 'mender-useradm': 'attention' }],
  [
    'one file for two services',
    { useradm: OWN, deviceauth: OWN },
    { 'mender-useradm': 'attention', 'mender-device-auth': 'attention' },
  ],
  [
    'a link to a copy of the key of another service',
    { useradm: OWN, deviceauth: './keys/link.pem' },
    { 'mender-useradm': 'attention', 'mender-device-auth': 'attention' },
  ],
  [
    'the key of another service in another format',
    { useradm: './keys/open.pem', deviceauth: './keys/pkcs8.pem' },
    {},
  ],
])('%s', (_, stack, expected) => {
  it('is the same in lens, hover, outline, tree, targets and map, and what the rules say', async () => {
    const all = await surfaces(stack);
    expect(Object.keys(all).length).toBeGreaterThanOrEqual(2);
    for (const [name, { rules, state, ...shown }] of Object.entries(all)) {
      expect([name, shown, state]).toEqual([
        name,
        { targets: rules, tree: rules, map: rules, lens: rules !== 'fine', hover: true },
        state,
      ]);
      if (name in expected) expect([name, rules]).toEqual([name, expected[name]]);
    }
  });
});
