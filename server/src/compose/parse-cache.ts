/** Parsed files, kept while their text stays as it is: a keystroke in one file of a stack parses that one. */
import { parseYaml, type YamlFile } from './yaml-document';

export interface ParseCache {
  /** The parse of a file's text; the same object as long as the text is the same. */
  parse(file: string, text: string): YamlFile;
}

/** Files kept: a large stack with all its overlays. */
const MAX_FILES = 256;

export function createParseCache(): ParseCache {
  const known = new Map<string, YamlFile>();
  return {
    parse(file, text) {
      const before = known.get(file);
      if (before?.text === text) return before;
      const yaml = parseYaml(text);
      known.delete(file);
      known.set(file, yaml);
      for (const oldest of known.keys()) {
        if (known.size <= MAX_FILES) break;
        known.delete(oldest);
      }
      return yaml;
    },
  };
}
