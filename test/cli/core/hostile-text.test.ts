/** Whatever files are called and hold, what the command line prints is text: for terminals, logs and programs. */
import { beforeAll, describe, expect, it } from 'vitest';
import { clean } from '../../../server/src/cli/core/clean-output';
import { make } from '../../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';

const ACTS =
  '\n::error::INJECTED\nINJECTED \r\u001b[K\u001b[31m\u0007 \u202e\u061c\u200b\u2028\u2029\u0085\u009b1m';
const EVIL = `x ##[error]y ##vso[task.x] ##teamcity[z]${ACTS}`;
const DIRECTORY = `/p/::error::d ${ACTS}`;
const FILE = `${DIRECTORY}/docker-compose.yml`;

const quoted = (text: string) => JSON.stringify(text);
const TEXT = `services:
  ${quoted(`deviceauth ${EVIL}`)}:
    image: mendersoftware/deviceauth:mender-3.7.0
    environment:
      - ${quoted(`DEVICEAUTH_SERVER_PRIV_KEY_PATH=/etc/${EVIL}`)}
    volumes:
      - {type: bind, source: ${quoted(`./keys/${EVIL}.pem`)}, target: /etc/deviceauth/rsa/private.pem}
  ${quoted(`useradm ${EVIL}`)}:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - {type: bind, source: ${quoted(`./keys/${EVIL}.pem`)}, target: /etc/useradm/rsa/private.pem}
  ${quoted(`gateway ${EVIL}`)}:
    image: traefik:v2.10
    command: --providers.file=true
    networks: {default: {aliases: [${quoted(`a.${EVIL}`)}]}}
    volumes:
      - {type: bind, source: ${quoted(`./certs/${EVIL}.crt`)}, target: /etc/traefik/certs/cert.crt}
      - {type: bind, source: ./certs/private.key, target: /etc/traefik/certs/private.key}
      - {type: bind, source: ${quoted(`\${${'NONE'}}/${EVIL}`)}, target: /etc/traefik/certs/x.crt}
`;

let made: MemoryHost;

beforeAll(async () => {
  made = host();
  const key = `${DIRECTORY}/keys/${EVIL}.pem`;
  const tls = { kind: 'tls-pair', keyPath: `${DIRECTORY}/certs/private.key`, bits: 2048 } as const;
  const certificatePath = `${DIRECTORY}/certs/${EVIL}.crt`;
  const orders = [
    { ...tls, certificatePath, names: ['a.example.com'] },
    { kind: 'token-key', keyPath: key, bits: 2048 },
  ];
  const answer = await make(orders as never, made, { root: DIRECTORY });
  expect(answer).toMatchObject({ ok: true });
});

function host(text = TEXT): MemoryHost {
  return memoryHost({ files: { [FILE]: text, [`${DIRECTORY}/.env`]: `A=1\n` } });
}

/** A project with the keys that were made once. */
function project(): MemoryHost {
  const fresh = host();
  for (const name of [`keys/${EVIL}.pem`, `certs/${EVIL}.crt`, 'certs/private.key'])
    fresh.put(`${DIRECTORY}/${name}`, made.text(`${DIRECTORY}/${name}`) ?? '', 0o600);
  return fresh;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are ours
const OURS = /\u001b\[(?:1|2|22|31|32|33|34|39)m|\r\u001b\[K/g;

function expectText(printed: string, what: string): void {
  const lines = printed.replace(OURS, '').split('\n');
  for (const line of lines) {
    expect(line, what).not.toMatch(/^\s*(?:INJECTED|::)/);
    expect(line, what).not.toMatch(/##(?:vso|teamcity)?\[/i);
    expect(line.replaceAll('\t', ''), what).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
}

const SECOND = ['--service', `useradm ${EVIL}`];
const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--quiet'],
  ['check', FILE],
  ['check', '-f', FILE],
  ['check', `${DIRECTORY}/nowhere ${EVIL}`],
  ['check', DIRECTORY, '--release', EVIL],
  ['check', '--rule', EVIL],
  ['check', EVIL],
  [EVIL],
  ['fix', '--dry-run'],
  ['fix', '--generate', '--dry-run'],
  ['fix', '--generate'],
  ['fix', '--generate', '--yes'],
  ['fix', '--generate', '--yes', '--name', `zz ${EVIL}=a.example.com`],
  ['generate', '--yes', '--directory', `/elsewhere ${EVIL}`],
  ['generate', '--yes', ...SECOND],
  ['rotate', '--service', 'zz'],
  ['rotate'],
  ['rotate', ...SECOND, '--requirement', EVIL],
  ['rotate', ...SECOND, '--yes'],
  ['rotate', ...SECOND, '--dry-run'],
  ['split', '--yes'],
  ['convert', ...SECOND, '--yes'],
  ['renew', '--yes', '--force'],
  ['csr', '--yes'],
  ['import', `${DIRECTORY}/certs/${EVIL}.crt`],
  ['import', `${DIRECTORY}/none ${EVIL}.crt`],
  ['sign', '--ca-cert', EVIL, '--ca-key', EVIL],
  ['bundle', '--yes'],
  ['bundle', '--yes', '--output', `out ${EVIL}.crt`],
  ['map'],
  ['map', '--format', 'mermaid'],
  ['map', '--output', FILE, '--force'],
];

describe.each(COMMANDS)('%j %j %j', (...args) => {
  it.each([false, true])('prints text alone, on a terminal: %j', async (isTTY) => {
    const { out, err } = await runReal(args, project(), { cwd: DIRECTORY, isTTY, input: '1\nn\n' });
    expect((out + err).length).toBeGreaterThan(0);
    expectText(out, args.join(' '));
    expectText(err, args.join(' '));
  });
});

it.each([
  [['check', '--format', 'json']],
  [['fix', '--generate', '--dry-run', '--format', 'json']],
  [['fix', '--generate', '--yes', '--format', 'json']],
  [['rotate', ...SECOND, '--yes', '--format', 'json']],
  [['map', '--format', 'json']],
])('%j prints JSON that says the same with escapes', async (args) => {
  const { out, err } = await runReal(args, project(), { cwd: DIRECTORY });
  expectText(out, args.join(' '));
  expectText(err, args.join(' '));
  expect(out).toContain('\\u202e');
  expect(out).toContain('\\u0023#[error]');
  expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(EVIL).slice(1, -1));
});

describe('what is printed', () => {
  it('keeps colours, the progress line and line ends, and nothing else that acts', () => {
    expect(clean('\u001b[31ma\u001b[39m\tb\r\nc\n')).toBe('\u001b[31ma\u001b[39m\tb\r\nc\n');
    expect(clean('\r\u001b[K[1/2] x')).toBe('\r\u001b[K[1/2] x');
    expect(clean('\u001b[2J\u001b]0;x\u0007 \r\u0085\u200b')).toBe('␛[2J␛]0;x␇ ␍\ufffd\ufffd');
  });

  it('is no command to what collects logs', () => {
    expect(clean('::error::a\n  ::warning::b\n\u001b[31m::x\nc ::d')).toBe(
      ': :error::a\n  : :warning::b\n\u001b[31m: :x\nc ::d',
    );
    expect(clean('a ##[error]b ##VSO[c] ##teamcity[d] ## e')).toBe(
      'a # #[error]b # #VSO[c] # #teamcity[d] ## e',
    );
  });
});
