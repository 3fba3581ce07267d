/** The tree of the view "Mender Keys": stacks, their services, and the files of each. Pure, without VS Code. */
import type { KeyTarget, StatusParams } from '../../../server/src/language-server/protocol/index';
import { plain } from '../../../server/src/text/markdown';
import { t } from '../l10n/translate';
import { count } from '../ui/messages';

/** How well something stands; the first is the worst. */
export const LEVELS = ['error', 'warning', 'unknown', 'good'] as const;
export type Level = (typeof LEVELS)[number];

export interface KeyNode {
  /** Stays the same as long as it is about the same thing. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Markdown; nothing in it from files is markup. */
  readonly tooltip: string;
  readonly kind: 'folder' | 'stack' | 'service' | 'certificate' | 'key';
  readonly level: Level;
  /** Words that `viewItem` of the manifest's menus is matched with. */
  readonly context: string;
  readonly children: readonly KeyNode[];
  /** Of a compose file of the stack, by which the server knows it; of a folder its own. */
  readonly uri: string;
  /** URIs of all compose files of the stack. */
  readonly files: readonly string[];
  readonly service?: string;
  readonly requirement?: string;
  /** Absolute path of the certificate or key. */
  readonly path?: string;
}

/** A compose file as it was checked, and what the server says can be done with the keys of its stacks. */
export interface CheckedStack {
  readonly status: Pick<StatusParams, 'uri' | 'mender' | 'stacks'>;
  readonly targets: readonly KeyTarget[];
}

/** One tree for all documents; those of the same stacks are one node. */
export function treeOf(checked: readonly CheckedStack[]): KeyNode[] {
  const nodes = new Map<string, KeyNode>();
  for (const one of checked) {
    const files = [...new Set(one.status.stacks.flatMap((stack) => stack.files.map(({ uri }) => uri)))];
    const id = idOf(one);
    if (one.status.mender && one.targets.length > 0 && !nodes.has(id))
      nodes.set(id, stackNode(id, files, one));
  }
  return [...nodes.values()];
}

/** The same for all that is said of the same stacks. */
export function idOf({ status }: CheckedStack): string {
  return status.stacks
    .map(({ name = '', files }) => [name, ...files.map(({ uri }) => uri)].join(' ').trim())
    .join(' + ');
}

function stackNode(id: string, files: readonly string[], { status, targets }: CheckedStack): KeyNode {
  const services = [...new Set(targets.map(({ service }) => service))];
  const children = services.map((service) =>
    serviceNode(
      id,
      files,
      status.uri,
      service,
      targets.filter((target) => target.service === service),
    ),
  );
  const level = worst(children);
  const names = status.stacks.flatMap((stack) => stack.files.map(({ label }) => label));
  const [first] = status.stacks;
  const several = status.stacks.length > 1;
  const own = names.find((_name, index) => files[index] === status.uri) ?? names[0] ?? '';
  const label = several ? own : (first?.name ?? names.join(' + '));
  const title = first?.release?.title ?? '';
  return {
    id,
    label,
    description: several ? count(status.stacks.length, 'stack') : title,
    tooltip: [...new Set(names)].map((name) => `- ${plain(name)}`).join('\n'),
    kind: 'stack',
    level,
    context: targets.some(({ tasks }) => tasks.includes('generate')) ? 'stack generate' : 'stack',
    children,
    uri: status.uri,
    files,
  };
}

function serviceNode(
  stack: string,
  files: readonly string[],
  uri: string,
  service: string,
  targets: readonly KeyTarget[],
): KeyNode {
  const children = targets.flatMap((target) => fileNodes(stack, files, uri, target));
  const level = worst(children);
  const ill = targets.filter((target) => levelOf(target) === level);
  return {
    id: `${stack} ${service}`,
    label: service,
    description: [...new Set(ill.map(({ shortState }) => shortState))].join(', '),
    tooltip: targets.map(tooltipOf).join('\n\n---\n\n'),
    kind: 'service',
    level,
    context: ['service', ...new Set(targets.flatMap(({ tasks }) => tasks))].join(' '),
    children,
    uri,
    files,
    service,
    // With several, the task asks which one.
    requirement: targets.length === 1 ? targets[0]?.requirement : undefined,
  };
}

function fileNodes(stack: string, files: readonly string[], uri: string, target: KeyTarget): KeyNode[] {
  const { service, requirement, certificate, key, tasks } = target;
  const base = { tooltip: tooltipOf(target), children: [], uri, files, service, requirement };
  const id = `${stack} ${service} ${requirement}`;
  const both = tasks.filter((task) => !['renew', 'rotate', 'convert'].includes(task));
  const keyNode: KeyNode = {
    ...base,
    id: `${id} key`,
    label: fileName(key) ?? (target.kind === 'tls-pair' ? t('Private key') : t('Token signing key')),
    description: target.kind === 'token-key' || key === undefined ? target.shortState : t('private key'),
    kind: 'key',
    level: SHOWN_AS[target.keyLevel],
    context: ['key', ...tasks.filter((task) => task !== 'renew')].join(' '),
    path: key,
  };
  if (target.kind === 'token-key') return [keyNode];
  const certificateNode: KeyNode = {
    ...base,
    id: `${id} certificate`,
    label: fileName(certificate) ?? t('Certificate'),
    description: target.shortState,
    kind: 'certificate',
    level: SHOWN_AS[target.certificateLevel ?? target.level],
    context: ['certificate', ...both, ...tasks.filter((task) => task === 'renew')].join(' '),
    path: certificate,
  };
  return [certificateNode, keyNode];
}

const SHOWN_AS: Readonly<Record<KeyTarget['level'], Level>> = {
  ok: 'good',
  soon: 'warning',
  bad: 'error',
  missing: 'error',
  unknown: 'unknown',
};

/** How a target is shown. */
function levelOf({ level }: KeyTarget): Level {
  return SHOWN_AS[level];
}

/** The worst level of some nodes. */
export function worst(nodes: readonly KeyNode[]): Level {
  return LEVELS.find((level) => nodes.some((node) => node.level === level)) ?? 'good';
}

function tooltipOf({ title, state, certificate, key, names, reached }: KeyTarget): string {
  const lines = [`**${plain(title)}**  \n${plain(state)}`];
  if (certificate !== undefined) lines.push(t('Certificate: {0}', plain(certificate)));
  if (key !== undefined) lines.push(t('Private key: {0}', plain(key)));
  if (names.length > 0) lines.push(t('Names: {0}', plain(names.join(', '))));
  const lacking = reached.filter((name) => !names.includes(name));
  if (certificate !== undefined && lacking.length > 0) {
    lines.push(t('Also used, but not in the certificate: {0}', plain(lacking.join(', '))));
  }
  return lines.join('\n\n');
}

function fileName(path: string | undefined): string | undefined {
  return path?.split(/[\\/]/).pop();
}

/** What a screen reader says of a node. */
export function spokenLabel(node: KeyNode): string {
  const words: Readonly<Record<Level, string>> = {
    error: t('Error'),
    warning: t('Warning'),
    unknown: t('Unknown'),
    good: t('OK'),
  };
  const below = node.kind === 'stack' ? `, ${count(node.children.length, 'service')}` : '';
  return [node.label, node.description, words[node.level]].filter((part) => part !== '').join(', ') + below;
}
