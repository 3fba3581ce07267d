/**
 * Volumes, secrets and configs of a service as mounts, in every syntax of the Compose specification:
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes
 */

import { fieldOf, type MapTree, type ScalarTree, type Tree, textOf } from '../node/node';
import { literalText } from '../node/source-string';
import {
  begunVolume,
  cleanTarget,
  looksLikePath,
  type Section,
  splitShortVolume,
} from '../syntax/short-volume';
import type { Mount, Span, Text } from '../types';

/** An entry as a mount, or why it is none. */
export type MountAnswer = { readonly mount: Mount } | RefusedEntry;

/** An entry that Compose refuses. */
export interface RefusedEntry {
  readonly problem: string;
  readonly span: Span;
  /** What it says nonetheless: an entry that is being typed is refused again and again until it is whole. */
  readonly mount?: Mount;
  /** True where it may mount what can't be known, so that nothing of its service can be called missing. */
  readonly hides: boolean;
}

/** What a mount's source means: paths on the host, and the model's top-level volumes, secrets and configs. */
export interface Sources {
  /** Absolute path of what is written in a file of `directory`; undefined where nothing to resolve against is known. */
  hostPath(source: string, directory: string | undefined): string | undefined;
  /** Whether a path of `hostPath` is one of another kind of host: `C:\…` read on Linux. */
  isForeign(path: string): boolean;
  /** The top-level element of a name; undefined where there is none. */
  topLevel(kind: 'volumes' | 'secrets' | 'configs', name: string): Tree | undefined;
}

/** One entry of `volumes`. */
export function readVolume(item: Tree, sources: Sources): MountAnswer {
  if (item.kind === 'scalar' && item.type === 'string') return shortVolume(item, sources);
  if (item.kind === 'map') return shortBegun(item, sources) ?? longVolume(item, sources);
  const what =
    item.kind === 'null'
      ? 'nothing'
      : item.kind === 'scalar'
        ? `the ${item.type} ${item.text.value}`
        : 'a list';
  return {
    problem: `A volume is text such as \`./host:/container:ro\`, or a mapping; this is ${what}.`,
    span: item.span,
    // Nothing, a number and `true` are beginnings: they mount nothing yet.
    hides: item.kind !== 'null' && !(item.kind === 'scalar' && item.type !== 'other'),
  };
}

/** Whether the braces of a variable hold what looks like the end of a source. */
function hidesTarget(volume: string): boolean {
  let isOpen = false;
  for (let at = 0; at < volume.length; at++) {
    if (volume.startsWith('${', at)) isOpen = true;
    else if (volume[at] === '}') isOpen = false;
    else if (isOpen && volume.startsWith(':/', at)) return true;
  }
  return false;
}

function shortVolume(item: ScalarTree, sources: Sources): MountAnswer {
  const { text, span } = item;
  // A variable without value leaves an empty section; what is around it can still be read.
  const sections = splitShortVolume(text.value, text.unresolved.length > 0);
  const whole: Section = { from: 0, to: text.value.length };
  // With an unresolved variable the text is not what will be there, so it can't be called wrong.
  if (sections === undefined && text.unresolved.length === 0) {
    const begun = begunVolume(text.value);
    return {
      problem: notAVolume(text.value),
      span,
      // A variable that isn't closed swallows the target.
      hides: !begun && hidesTarget(text.value),
      ...(begun && { mount: shortMount(begun, item, sources) }),
    };
  }
  return { mount: shortMount(sections ?? [whole], item, sources) };
}

/** `source:target:` without quotes, which to YAML is a key without a value. */
function shortBegun(item: MapTree, sources: Sources): MountAnswer | undefined {
  const [entry, ...others] = item.entries;
  if (!entry || others.length > 0) return undefined;
  const [name, { key, value }] = entry;
  const begun = begunVolume(`${name}:`);
  if (!begun || value.kind !== 'null' || key.end - key.start !== name.length || name.includes('$'))
    return undefined;
  const { span } = item;
  const mount = { ...shortMount(begun, { ...item, text: literalText(name, key) }, sources), span };
  return { problem: notAVolume(`${name}:`), span, hides: false, mount };
}

function notAVolume(text: string): string {
  return `\`${text}\` is not a volume: use \`source:target\` or \`source:target:mode\`.`;
}

function shortMount(
  [first, second, third]: readonly Section[],
  { text, span, directory }: Pick<ScalarTree, 'text' | 'span' | 'directory'>,
  sources: Sources,
): Mount {
  const part = (section: { from: number; to: number } | undefined) =>
    section ? text.text(section.from, section.to) : undefined;
  const sourceText = second ? part(first) : undefined;
  const targetText = part(second ?? first) ?? text.text(0, text.value.length);
  const isPath = sourceText !== undefined && looksLikePath(sourceText.value);
  const modeText = part(third);
  const modes = modeText?.value.split(',') ?? [];
  const mount: Mount = {
    type: isPath ? 'bind' : 'volume',
    source: isPath ? sources.hostPath(sourceText.value, directory) : sourceText?.value,
    sourceText,
    target: cleanTarget(targetText.value),
    targetText,
    readOnly: modes.lastIndexOf('ro') > modes.lastIndexOf('rw'),
    modeSpan: modeText?.span,
    syntax: 'short',
    span,
    unresolved: text.unresolved,
  };
  return behindName(mount, sources);
}

const TYPES: readonly Mount['type'][] = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'];

function longVolume(map: Tree, sources: Sources): MountAnswer {
  const { span } = map;
  const typeText = textOf(map, 'type')?.text.value;
  const type = TYPES.find((known) => known === typeText) ?? 'unknown';
  const source = textOf(map, 'source') ?? textOf(map, 'src');
  const target = textOf(map, 'target');
  if (target === undefined && type !== 'unknown')
    return { problem: '`target` missing: add the path in the container.', span, hides: false };
  const readOnly = textOf(map, 'read_only')?.text;
  const sourceText = source && wholeText(source);
  const mount: Mount = {
    type,
    source:
      source && type === 'bind' ? sources.hostPath(source.text.value, source.directory) : source?.text.value,
    sourceText,
    target: cleanTarget(target?.text.value ?? ''),
    targetText: target ? wholeText(target) : { value: '', raw: '', span },
    readOnly: /^(true|yes|y|on)$/i.test(readOnly?.value ?? ''),
    modeSpan: readOnly?.spanOf(0, readOnly.value.length),
    syntax: 'long',
    span,
    unresolved: [...(source?.text.unresolved ?? []), ...(target?.text.unresolved ?? [])],
  };
  if (typeText !== undefined) return { mount: behindName(mount, sources) };
  const problem = '`type` missing: add one, such as `type: bind`.';
  return { problem, span, hides: false, ...(target && { mount }) };
}

/** Tells a path of another kind of host. */
function bound(mount: Mount, { isForeign }: Sources): Mount {
  return mount.source !== undefined && isForeign(mount.source) ? { ...mount, isForeign: true } : mount;
}

/** A named volume that is itself a bind mount: `driver_opts` with `o: bind` and `device`. */
function behindName(mount: Mount, sources: Sources): Mount {
  if (mount.type === 'bind') return bound(mount, sources);
  if (mount.type !== 'volume' || mount.source === undefined) return mount;
  const volume = sources.topLevel('volumes', mount.source);
  const driver = textOf(volume, 'driver')?.text.value;
  const options = fieldOf(volume, 'driver_opts');
  const device = textOf(options, 'device');
  const flags = textOf(options, 'o')?.text.value ?? '';
  const binds = flags.split(',').some((flag) => flag === 'bind' || flag === 'rbind');
  if ((driver !== undefined && driver !== 'local') || !device || !binds) return mount;
  // compose-go makes the path absolute only here; otherwise the engine gets it as it is written.
  const isResolved = device.isResolved || (driver === 'local' && flags === 'bind');
  return {
    ...mount,
    device: {
      path: sources.hostPath(device.text.value, isResolved ? device.directory : undefined),
      text: wholeText(device),
      unresolved: device.text.unresolved,
    },
  };
}

/** One entry of a service's `secrets` or `configs`. */
export function readSecretOrConfig(item: Tree, kind: 'secret' | 'config', sources: Sources): MountAnswer {
  const defaultDirectory = kind === 'secret' ? '/run/secrets/' : '/';
  const name = item.kind === 'scalar' && item.type === 'string' ? item : textOf(item, 'source');
  const target = item.kind === 'map' ? textOf(item, 'target') : undefined;
  if (name === undefined)
    return {
      problem: `A ${kind} is a name, or a mapping with \`source\` and \`target\`.`,
      span: item.span,
      hides: item.kind === 'list' || item.kind === 'pair',
    };
  const path = target?.text.value ?? name.text.value;
  const absolute = path.startsWith('/') ? path : `${defaultDirectory}${path}`;
  const named = wholeText(name);
  const file = textOf(sources.topLevel(`${kind}s`, name.text.value), 'file');
  return {
    mount: bound(
      {
        type: kind,
        source: file && sources.hostPath(file.text.value, file.directory),
        sourceText: file ? wholeText(file) : named,
        target: cleanTarget(absolute),
        targetText: target ? wholeText(target) : named,
        readOnly: true,
        modeSpan: undefined,
        syntax: kind,
        span: item.span,
        unresolved: [
          ...name.text.unresolved,
          ...(target?.text.unresolved ?? []),
          ...(file?.text.unresolved ?? []),
        ],
      },
      sources,
    ),
  };
}

function wholeText({ text }: ScalarTree): Text {
  return text.text(0, text.value.length);
}
