/**
 * Volumes, secrets and configs of a service as mounts, in every syntax of the Compose specification:
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes
 */
import type { Mount, Span, Text } from './model';
import { cleanTarget, looksLikePath, splitShortVolume } from './short-volume';
import { fieldOf, type ScalarTree, type Tree, textOf } from './tree';

export type MountAnswer = { readonly mount: Mount } | { readonly problem: string; readonly span: Span };

/** What a mount's source means: paths on the host, and the model's top-level volumes, secrets and configs. */
export interface Sources {
  /** Absolute path of what is written in a file of `directory`; undefined where nothing to resolve against is known. */
  hostPath(source: string, directory: string | undefined): string | undefined;
  /** The top-level element of a name; undefined where there is none. */
  topLevel(kind: 'volumes' | 'secrets' | 'configs', name: string): Tree | undefined;
}

/** One entry of `volumes`. */
export function readVolume(item: Tree, sources: Sources): MountAnswer {
  if (item.kind === 'scalar' && item.type === 'string') return shortVolume(item, sources);
  if (item.kind === 'map') return longVolume(item, sources);
  const what =
    item.kind === 'null'
      ? 'nothing'
      : item.kind === 'scalar'
        ? `the ${item.type} ${item.text.value}`
        : 'a list';
  return {
    problem: `A volume is text such as \`./host:/container:ro\`, or a mapping; this is ${what}.`,
    span: item.span,
  };
}

function shortVolume({ text, span, directory }: ScalarTree, sources: Sources): MountAnswer {
  // A variable without value leaves an empty section; what is around it can still be read.
  const sections = splitShortVolume(text.value, text.unresolved.length > 0);
  // With an unresolved variable the text is not what will be there, so it can't be called wrong.
  if (sections === undefined && text.unresolved.length === 0) {
    return {
      problem: `\`${text.value}\` is not a volume: write \`source:target\` or \`source:target:mode\`.`,
      span,
    };
  }
  const [first, second, third] = sections ?? [{ from: 0, to: text.value.length }];
  const part = (section: { from: number; to: number } | undefined) =>
    section ? text.text(section.from, section.to) : undefined;
  const whole = text.text(0, text.value.length);
  const sourceText = second ? part(first) : undefined;
  const targetText = part(second ?? first) ?? whole;
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
  return { mount: behindName(mount, sources) };
}

const TYPES: readonly Mount['type'][] = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'];

function longVolume(map: Tree, sources: Sources): MountAnswer {
  const { span } = map;
  const typeText = textOf(map, 'type')?.text.value;
  const type = TYPES.find((known) => known === typeText) ?? 'unknown';
  const source = textOf(map, 'source') ?? textOf(map, 'src');
  const target = textOf(map, 'target');
  if (target === undefined && type !== 'unknown')
    return { problem: 'This volume lacks its `target`, the path in the container.', span };
  if (typeText === undefined)
    return { problem: 'This volume lacks its `type`, for example `type: bind`.', span };
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
  return { mount: behindName(mount, sources) };
}

/** A named volume that is itself a bind mount: `driver_opts` with `o: bind` and `device`. */
function behindName(mount: Mount, sources: Sources): Mount {
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
    };
  const path = target?.text.value ?? name.text.value;
  const absolute = path.startsWith('/') ? path : `${defaultDirectory}${path}`;
  const named = wholeText(name);
  const file = textOf(sources.topLevel(`${kind}s`, name.text.value), 'file');
  return {
    mount: {
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
  };
}

function wholeText({ text }: ScalarTree): Text {
  return text.text(0, text.value.length);
}
