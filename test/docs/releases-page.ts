/** The page about releases, written from the table of layouts. */
import type { Layout, Requirement } from '../../server/src/mender/model/layout';
import { layouts, rangeOf } from '../../server/src/mender/releases/index';
import { roles } from '../../server/src/mender/releases/roles';

const head = () => `# Releases

Which file a Mender server needs where has changed with almost every release. Mender Compose knows ${count()} layouts. It checks a deployment as one of them, and shows which one and why.

This page is written from the table in \`server/src/mender/releases\`; a test keeps the two alike.

## How the release is recognised

1. **You say it.** The setting \`mender.release\` or the option \`--release\` comes before all else: \`3.7\`, \`3.7.0\`, \`v4.0.1\`, \`mender-3.7\`, or an id of the table below.
2. **By the images.** Most of the Mender images decide; a stray one doesn't.
   - \`mender-3.7.0\` and \`v4.0.1\` name the release, in any registry, with or without \`-enterprise\`.
   - Up to 2.3 every component had a version of its own: \`useradm:1.9.0\` means 2.3 or earlier.
${variables()}
   - \`latest\`, \`main\` and \`master\` say nothing.
   - A release that isn't known yet is checked as the newest one before it.
3. **By the mounts.** Paths of certificates and keys, path variables, configuration files, the gateway's image and the names of services: the layout that most of them fit. Where several fit alike, it is the newest of them.
4. **Else** the layout of Mender's documentation before release 1.0.

## When a file is needed

| word in the tables below | meaning |
| ------------------------ | ------- |
| always | in every deployment |
| with TLS | unless the API gateway is set to serve plain HTTP: \`SSL: "false"\` for nginx; for Traefik a command line without a file provider |
| with a storage proxy | where a service \`storage-proxy\` is part of the deployment and has its usual configuration |
| with Minio | where the gateway stands before the Minio of the same deployment |
| with storage by https | where the deployments service reaches storage by https under a certificate of the same deployment |
| if you like | never asked for; what is there is checked |

What the compose files do not show is not reported.
`;

const NEEDS: Readonly<Record<Requirement['need'], string>> = {
  always: 'always',
  'gateway-tls': 'with TLS',
  'storage-proxy-tls': 'with a storage proxy',
  'storage-behind-gateway': 'with Minio',
  'storage-trust': 'with storage by https',
  never: 'if you like',
};

const FORMATS: Readonly<Record<string, string>> = {
  'pkcs1-rsa': 'RSA in PKCS#1',
  'pkcs8-rsa': 'RSA in PKCS#8',
  'pkcs8-ed25519': 'Ed25519 in PKCS#8',
};

const NUMBERS = ['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen'];

function count(): string {
  return NUMBERS[layouts.length - 12] ?? `${layouts.length}`;
}

/** A line for each set of variables in the names of images, with the releases that it is of. */
function variables(): string {
  const sets = new Map<string, Layout[]>();
  for (const layout of layouts) {
    const example = layout.imageVariables.find((name) => name.endsWith('_TAG'));
    if (example) sets.set(example, [...(sets.get(example) ?? []), layout]);
  }
  return [...sets]
    .map(([example, some]) => `   - \`${example}\` and its like are those of ${rangeOf(some)}.`)
    .join('\n');
}

/** The whole page. */
export function releasesPage(): string {
  return [head(), overview(), ...layouts.map(section)].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function releasesOf({ releases }: Layout): string {
  if (!releases) return 'before 1.0';
  if (releases.from === releases.to) return releases.from;
  return `${releases.from} to ${releases.to}`;
}

function overview(): string {
  const rows = layouts.map((layout) => [
    `[\`${layout.id}\`](#${layout.id.replaceAll('.', '')})`,
    releasesOf(layout),
    layout.gateway === 'nginx' ? 'nginx' : `Traefik ${layout.traefik.join(', ')}`,
    layout.tokenKeyFormats.map((format) => FORMATS[format]).join(', '),
    layout.containerUid === undefined ? 'root' : `uid ${layout.containerUid}, group ${layout.containerGid}`,
    { path: 'a path', text: 'PEM text', unused: 'not read' }[layout.storageBackendCert],
  ]);
  const head = [
    'id',
    'releases',
    'API gateway',
    'token keys',
    'token services run as',
    '`STORAGE_BACKEND_CERT`',
  ];
  return `## The layouts\n\n${table(head, rows)}\n`;
}

function section(layout: Layout): string {
  const rows = layout.requirements.map((requirement) => [
    roles.find(({ id }) => id === requirement.role)?.title ?? requirement.role,
    requirement.title,
    pathsOf(requirement),
    requirement.pathVariable ? `\`${requirement.pathVariable}\`` : '',
    NEEDS[requirement.need],
  ]);
  const notes = layout.notes.map((note) => `- ${note}\n`).join('');
  const head = ['service', 'file', 'path in the container', 'variable', 'needed'];
  return `## ${layout.id}

Releases ${releasesOf(layout)}. Recognised by the versions of images, or by: ${layout.recognisedBy.join('; ')}.

${table(head, rows)}
${notes ? `\n${notes}` : ''}
Sources: ${sourcesOf(layout)}.
`;
}

function pathsOf(requirement: Requirement): string {
  const { target, alternatives, imageDefault, enterprise } = requirement;
  const others = alternatives.filter((path) => path !== enterprise?.imageDefault);
  return [
    `\`${target}\``,
    ...others.map((path) => `or \`${path}\``),
    ...(imageDefault === target ? [] : [`without the variable \`${imageDefault}\``]),
    ...(enterprise ? [`Enterprise \`${enterprise.imageDefault}\``] : []),
  ].join(', ');
}

function sourcesOf(layout: Layout): string {
  const all = new Set(layout.requirements.flatMap(({ sources }) => sources));
  return [...all].map((source) => `\`${source}\``).join(', ');
}
