/** One service's mapping as a `Service`. What can't be read is told as a problem, and the rest is read on. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { EnvironmentVariable, Mount, Service, Span, Text } from './model';
import { readSecretOrConfig, readVolume } from './mounts';
import type { Fields, Reader } from './reader';
import type { Entry } from './yaml-document';

export interface ServiceContext {
  readonly reader: Reader;
  /** Compose profiles that are switched on (`COMPOSE_PROFILES`); `*` means all. */
  readonly profiles: readonly string[];
  /** A variable of the shell, for environment entries without a value. */
  readonly shell: (name: string) => string | undefined;
  /** Told one by one: a name left out makes every field of a service look like a service. */
  readonly refuseService: (message: string, span: Span) => void;
  /** Offsets of syntax errors: a service that holds one can't be judged for what is missing. */
  readonly damage: readonly number[];
}

/** Reads the entry of `services`; undefined (and a problem) when it is no mapping at all. */
export function readService(entry: Entry, end: number, context: ServiceContext): Service | undefined {
  const { reader } = context;
  const nameSpan = reader.span(entry.keyNode);
  const node = entry.value;
  // After a syntax error the tree is the parser's guess: what looks wrong in it is no second mistake.
  const intact = context.damage.length === 0;
  const damaged = context.damage.some((at) => at >= nameSpan.start && at <= end);
  if (node !== undefined && !isMap(node)) {
    if (intact) {
      context.refuseService(
        `The service ${entry.key} must be a mapping (\`image:\`, \`volumes:\`, …), not ${describe(node)}.`,
        reader.span(node),
      );
    }
    return undefined;
  }
  let partial = damaged;
  const fields = node ? reader.fields(node) : emptyFields();
  const refuse = (message: string, span: Span) => {
    partial = true;
    if (intact) reader.problem(message, span);
  };
  const mounts = [
    ...readMounts(fields, 'volumes', reader, refuse),
    ...readMounts(fields, 'secrets', reader, refuse),
    ...readMounts(fields, 'configs', reader, refuse),
  ];
  const image = fields.string('image');
  for (const error of image?.errors ?? []) refuse(error.message, error.span);
  return {
    name: entry.key,
    declarations: [nameSpan],
    image: image?.text(0, image.value.length),
    hasBuild: fields.node('build') !== undefined,
    mounts,
    environment: readEnvironment(fields, context, refuse),
    environmentKey: fields.entry('environment') && reader.span(fields.entry('environment')?.keyNode),
    aliases: readAliases(entry, fields, reader),
    inactive: isInactive(fields, context),
    get partial() {
      return partial;
    },
    command: readStrings(fields.node('command'), reader).map((text) => text.value),
  };
}

function emptyFields(): Fields {
  return { entries: [], entry: () => undefined, node: () => undefined, string: () => undefined };
}

type Refuse = (message: string, span: Span) => void;

function readMounts(
  fields: Fields,
  key: 'volumes' | 'secrets' | 'configs',
  reader: Reader,
  refuse: Refuse,
): Mount[] {
  const entry = fields.entry(key);
  const node = entry?.value;
  if (entry === undefined || node === undefined) return [];
  if (!isSeq(node)) {
    refuse(
      `\`${key}\` must be a list, each line starting with \`-\`, not ${describe(node)}.`,
      reader.span(node),
    );
    return [];
  }
  // Compose merges volumes by target: the later entry of one target counts.
  const byTarget = new Map<string, Mount>();
  for (const item of node.items as Node[]) {
    const value = reader.yaml.resolve(item);
    const filled = isScalar(value) && value.value === null ? undefined : value;
    const span = reader.span(item, reader.span(node));
    const answer =
      key === 'volumes'
        ? readVolume(filled, span, reader)
        : readSecretOrConfig(filled, span, key === 'secrets' ? 'secret' : 'config', reader);
    if ('problem' in answer) refuse(answer.problem, answer.span);
    else byTarget.set(answer.mount.target === '' ? `?${byTarget.size}` : answer.mount.target, answer.mount);
  }
  return [...byTarget.values()];
}

function readEnvironment(
  fields: Fields,
  context: ServiceContext,
  refuse: Refuse,
): Map<string, EnvironmentVariable> {
  const { reader, shell } = context;
  const result = new Map<string, EnvironmentVariable>();
  const entry = fields.entry('environment');
  const node = entry?.value;
  if (node === undefined) return result;
  if (isMap(node)) {
    for (const item of reader.yaml.entries(node)) {
      const nameSpan = reader.span(item.keyNode);
      if (item.value !== undefined && !isScalar(item.value)) {
        refuse(
          `The value of ${item.key} must be text, not ${describe(item.value)}.`,
          reader.span(item.value),
        );
        continue;
      }
      const text = item.value && reader.string(item.value);
      result.set(item.key, {
        name: item.key,
        value: text ? text.value : shell(item.key),
        nameSpan,
        valueSpan: text ? text.spanOf(0, text.value.length) : nameSpan,
        span: { file: nameSpan.file, start: nameSpan.start, end: reader.span(item.value, nameSpan).end },
        unresolved: text?.unresolved ?? [],
      });
    }
    return result;
  }
  if (!isSeq(node)) {
    refuse(`\`environment\` must be a mapping or a list, not ${describe(node)}.`, reader.span(node));
    return result;
  }
  for (const item of node.items as Node[]) {
    const value = reader.yaml.resolve(item);
    const span = reader.span(item, reader.span(node));
    if (!isScalar(value) || typeof value.value !== 'string') {
      refuse('An entry of `environment` is text such as `NAME=value`.', span);
      continue;
    }
    const text = reader.string(value);
    const equals = text.value.indexOf('=');
    const nameEnd = equals < 0 ? text.value.length : equals;
    const name = text.value.slice(0, nameEnd);
    const nameSpan = text.spanOf(0, nameEnd);
    result.set(name, {
      name,
      value: equals < 0 ? shell(name) : text.value.slice(equals + 1),
      nameSpan,
      valueSpan:
        equals < 0 || equals + 1 === text.value.length
          ? nameSpan
          : text.spanOf(equals + 1, text.value.length),
      span,
      unresolved: text.unresolved,
    });
  }
  return result;
}

function readAliases(entry: Entry, fields: Fields, reader: Reader): Text[] {
  const result: Text[] = [{ value: entry.key, raw: entry.key, span: reader.span(entry.keyNode) }];
  for (const key of ['container_name', 'hostname']) {
    const text = fields.string(key);
    if (text) result.push(text.text(0, text.value.length));
  }
  const networks = fields.node('networks');
  if (!isMap(networks)) return result;
  for (const network of reader.yaml.entries(networks)) {
    if (isMap(network.value))
      result.push(...readStrings(reader.fields(network.value).node('aliases'), reader));
  }
  return result;
}

function readStrings(node: Node | undefined, reader: Reader): Text[] {
  const items = isSeq(node) ? (node.items as Node[]) : node === undefined ? [] : [node];
  return items.flatMap((item) => {
    const value = reader.yaml.resolve(item);
    if (!isScalar(value) || value.value === null) return [];
    const text = reader.string(value);
    return text.text(0, text.value.length);
  });
}

function isInactive(fields: Fields, context: ServiceContext): boolean {
  const { reader, profiles } = context;
  const wanted = readStrings(fields.node('profiles'), reader).map((text) => text.value);
  if (wanted.length > 0 && !profiles.includes('*') && !wanted.some((profile) => profiles.includes(profile)))
    return true;
  if (Number(fields.string('scale')?.value ?? 1) === 0) return true;
  const deploy = fields.node('deploy');
  return isMap(deploy) && Number(reader.fields(deploy as YAMLMap).string('replicas')?.value ?? 1) === 0;
}

/** What a node is, for messages. */
export function describe(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return 'an alias';
  if (node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'text' : `the ${typeof node.value} ${String(node.value)}`;
}
