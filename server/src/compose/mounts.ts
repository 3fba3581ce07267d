/**
 * Volumes, secrets and configs of a service as mounts, in every syntax of the Compose specification:
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes
 * The short syntax is split as compose-go's `format.ParseVolume` splits it.
 */
import { posix } from 'node:path';
import { isMap, isScalar, type Node, type YAMLMap } from 'yaml';
import type { Mount, Span, Text } from './model';
import type { Reader } from './reader';
import type { SourcedString } from './sourced-string';

export type MountAnswer = { readonly mount: Mount } | { readonly problem: string; readonly span: Span };

interface Section {
  readonly from: number;
  readonly to: number;
}

/** Splits `source:target:mode` at its colons; a drive letter's colon and those inside variables don't count. */
export function splitShortVolume(value: string, emptyAllowed = false): readonly Section[] | undefined {
  const sections: Section[] = [];
  let from = 0;
  for (let i = 0; i <= value.length; i++) {
    if (i < value.length && value[i] !== ':') continue;
    if (i < value.length && i - from === 1 && /[A-Za-z]/.test(value[from] ?? '')) continue;
    if (i === from && !emptyAllowed) return undefined;
    sections.push({ from, to: i });
    from = i + 1;
  }
  return sections.length > 3 ? undefined : sections;
}

/** True where Compose takes the source of the short syntax for a path rather than a volume's name. */
export function looksLikePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^[A-Za-z]:/.test(source);
}

/** One entry of `volumes`. */
export function readVolume(node: Node | undefined, written: Span, reader: Reader): MountAnswer {
  if (isScalar(node) && typeof node.value === 'string')
    return shortVolume(reader.string(node), written, reader);
  if (isMap(node)) return longVolume(node, written, reader);
  const what =
    node === undefined
      ? 'nothing'
      : isScalar(node)
        ? `the ${typeof node.value} ${String(node.value)}`
        : 'a list';
  return {
    problem: `A volume is text such as \`./host:/container:ro\`, or a mapping; this is ${what}.`,
    span: written,
  };
}

function shortVolume(text: SourcedString, span: Span, reader: Reader): MountAnswer {
  // A variable without value leaves an empty section; what is around it can still be read.
  const sections = splitShortVolume(text.value, text.unresolved.length > 0);
  if (sections === undefined) {
    // With an unresolved variable the text is not what will be there, so it can't be called wrong.
    if (text.unresolved.length === 0) {
      return {
        problem: `\`${text.value}\` is not a volume: write \`source:target\` or \`source:target:mode\`.`,
        span,
      };
    }
  }
  const [first, second, third] = sections ?? [{ from: 0, to: text.value.length }];
  const part = (section: Section | undefined) => (section ? text.text(section.from, section.to) : undefined);
  const whole = text.text(0, text.value.length);
  const sourceText = second ? part(first) : undefined;
  const targetText = part(second ?? first) ?? whole;
  const isPath = sourceText !== undefined && looksLikePath(sourceText.value);
  const modeText = part(third);
  const modes = modeText?.value.split(',') ?? [];
  return {
    mount: {
      type: isPath ? 'bind' : 'volume',
      source: isPath ? reader.hostPath(sourceText.value) : sourceText?.value,
      sourceText,
      target: cleanTarget(targetText.value),
      targetText,
      readOnly: modes.lastIndexOf('ro') > modes.lastIndexOf('rw'),
      modeSpan: modeText?.span,
      syntax: 'short',
      span,
      unresolved: text.unresolved,
    },
  };
}

const TYPES: readonly Mount['type'][] = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'];

function longVolume(map: YAMLMap, span: Span, reader: Reader): MountAnswer {
  const fields = reader.fields(map);
  const typeText = fields.string('type')?.value;
  const type = TYPES.find((known) => known === typeText) ?? 'unknown';
  const source = fields.string('source') ?? fields.string('src');
  const target = fields.string('target');
  if (target === undefined && type !== 'unknown') {
    return { problem: 'This volume lacks its `target`, the path in the container.', span };
  }
  if (typeText === undefined)
    return { problem: 'This volume lacks its `type`, for example `type: bind`.', span };
  const readOnly = fields.string('read_only');
  const sourceText = source?.text(0, source.value.length);
  return {
    mount: {
      type,
      source: sourceText && type === 'bind' ? reader.hostPath(sourceText.value) : sourceText?.value,
      sourceText,
      target: cleanTarget(target?.value ?? ''),
      targetText: target?.text(0, target.value.length) ?? { value: '', raw: '', span },
      readOnly: /^true$/i.test(readOnly?.value ?? ''),
      modeSpan: readOnly?.spanOf(0, readOnly.value.length),
      syntax: 'long',
      span,
      unresolved: [...(source?.unresolved ?? []), ...(target?.unresolved ?? [])],
    },
  };
}

/** One entry of a service's `secrets` or `configs`. */
export function readSecretOrConfig(
  node: Node | undefined,
  written: Span,
  kind: 'secret' | 'config',
  reader: Reader,
): MountAnswer {
  const defaultDirectory = kind === 'secret' ? '/run/secrets/' : '/';
  let name: SourcedString | undefined;
  let target: SourcedString | undefined;
  if (isScalar(node) && typeof node.value === 'string') name = reader.string(node);
  else if (isMap(node)) {
    const fields = reader.fields(node);
    name = fields.string('source');
    target = fields.string('target');
  }
  if (name === undefined) {
    return { problem: `A ${kind} is a name, or a mapping with \`source\` and \`target\`.`, span: written };
  }
  const path = target?.value ?? name.value;
  const absolute = path.startsWith('/') ? path : `${defaultDirectory}${path}`;
  const named = name.text(0, name.value.length);
  const file = reader.topLevelFile(kind, name.value);
  const targetText: Text = target?.text(0, target.value.length) ?? named;
  return {
    mount: {
      type: kind,
      source: file ? reader.hostPath(file.value) : undefined,
      sourceText: file ?? named,
      target: cleanTarget(absolute),
      targetText,
      readOnly: true,
      modeSpan: undefined,
      syntax: kind,
      span: written,
      unresolved: [...name.unresolved, ...(target?.unresolved ?? [])],
    },
  };
}

/** As compose-go cleans targets: `path.Clean`. */
export function cleanTarget(target: string): string {
  if (target === '') return '';
  const clean = posix.normalize(target);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
