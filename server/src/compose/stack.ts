/** One file's services with everything's place. */
import type { PlatformPath } from 'node:path';
import { isMap, isScalar, type Node } from 'yaml';
import type { Lookup } from './interpolation';
import type { ComposeProblem, Service, SourceFile, Span } from './model';
import { createReader, type HostPaths, type Reader } from './reader';
import { describe, readService } from './service-reader';
import { parseYaml } from './yaml-document';

/** The services of one file's text. */
export function readFile(
  source: Pick<SourceFile, 'file' | 'text'>,
  lookup: Lookup,
  paths: HostPaths,
  problems: ComposeProblem[],
): Service[] {
  const { file, text } = source;
  const yaml = parseYaml(text);
  for (const { message, start, end } of yaml.problems) problems.push({ message, span: { file, start, end } });
  const damage = yaml.problems.map((problem) => problem.start);
  const root = yaml.roots.find((node) => !(isScalar(node) && node.value === null));
  const reader: Reader = createReader({
    yaml,
    file,
    lookup,
    paths,
    problems,
    topLevelFile(kind, name) {
      const section = isMap(root) ? reader.fields(root).node(`${kind}s`) : undefined;
      const entry = isMap(section) ? reader.fields(section).node(name) : undefined;
      const path = isMap(entry) ? reader.fields(entry).string('file') : undefined;
      return path?.text(0, path.value.length);
    },
  });
  const refuse = (message: string, node: Node | undefined) => {
    if (damage.length === 0) {
      problems.push({ message, span: reader.span(node, { file, start: 0, end: Math.min(1, text.length) }) });
    }
  };
  if (root === undefined) {
    refuse('This compose file is empty: it needs `services:`.', undefined);
    return [];
  }
  if (!isMap(root)) {
    refuse(`A compose file is a mapping with \`services:\`; this one is ${describe(root)}.`, root);
    return [];
  }
  const list = reader.fields(root).entry('services');
  if (list?.value === undefined) return [];
  if (!isMap(list.value)) {
    refuse(`\`services\` must be a mapping of service names, not ${describe(list.value)}.`, list.value);
    return [];
  }
  const entries = yaml.entries(list.value);
  const profiles = (lookup('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  const ends = entries.map((entry) => entry.keyNode.range?.[0] ?? 0).sort((a, b) => a - b);
  let refused = false;
  const refuseService = (message: string, span: Span) => {
    if (!refused) reader.problem(message, span);
    refused = true;
  };
  return entries.flatMap((entry) => {
    const start = entry.keyNode.range?.[0] ?? 0;
    const end = (ends.find((other) => other > start) ?? text.length + 1) - 1;
    return readService(entry, end, { reader, profiles, shell: lookup, damage, refuseService }) ?? [];
  });
}

/** Host paths against a project directory, as Compose resolves them: `~` is the home directory. */
export function hostPathsOf(
  paths: PlatformPath,
  projectDirectory: string | undefined,
  home: string,
): HostPaths {
  return {
    resolve(source) {
      if (source === '') return undefined;
      if (source === '~' || source.startsWith('~/') || source.startsWith('~\\'))
        return paths.join(home, source.slice(1));
      if (paths.isAbsolute(source)) return paths.normalize(source);
      // Another host's absolute path (`C:\…` read on Linux) can't be looked at here, and must not be made relative.
      if (/^[A-Za-z]:[\\/]/.test(source) || source.startsWith('\\\\')) return source;
      return projectDirectory === undefined ? undefined : paths.resolve(projectDirectory, source);
    },
  };
}
