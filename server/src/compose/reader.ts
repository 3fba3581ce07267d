/** What the readers of one file's nodes share: places, strings with variables replaced, host paths. */
import { isScalar, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Lookup } from './interpolation';
import type { ComposeProblem, Span, Text } from './model';
import { type SourcedString, sourcedString } from './sourced-string';
import type { Entry, YamlFile } from './yaml-document';

/** How host paths are made absolute; injected so that Windows is testable anywhere. */
export interface HostPaths {
  /** Absolute path of a source as written in a compose file; undefined where nothing to resolve against is known. */
  resolve(source: string): string | undefined;
}

export interface Fields {
  entry(key: string): Entry | undefined;
  node(key: string): Node | undefined;
  /** The text of a scalar field; undefined when it's missing or not a scalar. */
  string(key: string): SourcedString | undefined;
  readonly entries: readonly Entry[];
}

export interface Reader {
  readonly yaml: YamlFile;
  readonly file: string;
  span(node: Node | null | undefined, fallback?: Span): Span;
  string(node: Scalar): SourcedString;
  fields(map: YAMLMap): Fields;
  hostPath(source: string): string | undefined;
  /** The `file:` of a top-level secret or config. */
  topLevelFile(kind: 'secret' | 'config', name: string): Text | undefined;
  problem(message: string, span: Span): void;
}

export interface ReaderOptions {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly lookup: Lookup;
  readonly paths: HostPaths;
  readonly problems: ComposeProblem[];
  readonly topLevelFile: Reader['topLevelFile'];
}

export function createReader(options: ReaderOptions): Reader {
  const { yaml, file } = options;
  const string = (node: Scalar) => sourcedString(node, file, yaml.text, options.lookup);
  return {
    yaml,
    file,
    string,
    span(node, fallback) {
      const range = node?.range;
      return range ? { file, start: range[0], end: range[1] } : (fallback ?? { file, start: 0, end: 0 });
    },
    fields(map) {
      const entries = yaml.entries(map);
      const entry = (key: string) => entries.find((candidate) => candidate.key === key);
      return {
        entries,
        entry,
        node: (key) => entry(key)?.value,
        string: (key) => {
          const value = entry(key)?.value;
          return isScalar(value) ? string(value) : undefined;
        },
      };
    },
    hostPath: (source) => options.paths.resolve(source),
    topLevelFile: options.topLevelFile,
    problem: (message, span) => options.problems.push({ message, span }),
  };
}
