/** Reads the user's settings: what is wrong in them is left out and named, the rest holds. */
import { posix, win32 } from 'node:path';
import type { RuleInfo, Severity, StackSetting } from '../../language-service/api/index';

const SEVERITIES: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];
const STACK_PROPERTIES: readonly string[] = ['name', 'files', 'projectDirectory', 'envFiles'];

/** What understands the setting `mender.release`. */
export interface Releases {
  isRelease(text: string): boolean;
  readonly examples: readonly string[];
}

export interface ReadRules {
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** One sentence that names what was ignored, or undefined. */
  readonly complaint: string | undefined;
}

/**
 * Reads `rules` out of the section `mender`, or out of an object that holds that section. Codes that no rule has
 * and values that are no severity are left out and named in `complaint`.
 */
export function readRules(value: unknown, known: readonly RuleInfo[]): ReadRules {
  const given = settingOf(value, 'rules');
  if (given === undefined || given === null) return { rules: {}, complaint: undefined };
  if (typeof given !== 'object' || Array.isArray(given)) {
    return {
      rules: {},
      complaint: 'The setting mender.rules is ignored: it must be an object of rule codes.',
    };
  }
  const codes = new Set(known.map((rule) => rule.code));
  const ignored: string[] = [];
  const rules: [string, Severity | 'off'][] = [];
  for (const [code, severity] of Object.entries(given)) {
    if (!codes.has(code)) ignored.push(`${code} (no such rule)`);
    else if (isSeverity(severity)) rules.push([code, severity]);
    else ignored.push(`${code}: ${JSON.stringify(severity)} (use ${SEVERITIES.join(', ')})`);
  }
  const complaint =
    ignored.length === 0 ? undefined : `Ignored in the setting mender.rules: ${ignored.join('; ')}.`;
  return { rules: Object.fromEntries(rules), complaint };
}

export interface ReadStacks {
  /** Paths absolute. */
  readonly stacks: readonly StackSetting[];
  readonly complaint: string | undefined;
}

/**
 * Reads `stacks` likewise. A relative path counts from each of `folders` (absolute), an absolute one as it is. Entries
 * that can't be understood are left out and named in `complaint`, counted from 1.
 */
export function readStacks(value: unknown, folders: readonly string[]): ReadStacks {
  const given = settingOf(value, 'stacks');
  if (given === undefined || given === null) return { stacks: [], complaint: undefined };
  if (!Array.isArray(given)) {
    return {
      stacks: [],
      complaint: 'The setting mender.stacks is ignored: it must be a list of objects with "files".',
    };
  }
  const ignored: string[] = [];
  const stacks = given.flatMap((entry: unknown, index): StackSetting[] => {
    const read = readEntry(entry);
    if ('stack' in read) {
      const everywhere = folders.flatMap((folder) => placed(read.stack, folder) ?? []);
      if (everywhere.length > 0) return everywhere;
      const alone = placed(read.stack, undefined);
      if (alone !== undefined) return [alone];
      ignored.push(`entry ${index + 1} (its paths are relative, and no folder is open)`);
    } else ignored.push(`entry ${index + 1} (${read.fault})`);
    return [];
  });
  const complaint =
    ignored.length === 0 ? undefined : `Ignored in the setting mender.stacks: ${ignored.join('; ')}.`;
  return { stacks: unique(stacks), complaint };
}

function readEntry(entry: unknown): { readonly stack: StackSetting } | { readonly fault: string } {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return { fault: 'it must be an object such as {"files": ["docker-compose.yml", "prod.yml"]}' };
  }
  const { name, files, projectDirectory, envFiles } = entry as Record<string, unknown>;
  const unknown = Object.keys(entry).find((property) => !STACK_PROPERTIES.includes(property));
  if (unknown !== undefined) return { fault: `${unknown} is unknown: use ${STACK_PROPERTIES.join(', ')}` };
  if (!isPaths(files) || files.length === 0) return { fault: 'files must be a list of at least one path' };
  if (name !== undefined && typeof name !== 'string') return { fault: 'name must be a text' };
  if (projectDirectory !== undefined && !isPath(projectDirectory)) {
    return { fault: 'projectDirectory must be the path of a directory' };
  }
  if (envFiles !== undefined && !isPaths(envFiles)) return { fault: 'envFiles must be a list of paths' };
  return {
    stack: {
      files,
      ...(name !== undefined && { name }),
      ...(projectDirectory !== undefined && { projectDirectory }),
      ...(envFiles !== undefined && { envFiles }),
    },
  };
}

/** The entry with absolute paths; undefined when a path is relative to a folder that isn't there. */
function placed(stack: StackSetting, folder: string | undefined): StackSetting | undefined {
  const style = (folder ?? stack.files[0] ?? '').startsWith('/') ? posix : win32;
  const paths = [
    ...stack.files,
    ...(stack.envFiles ?? []),
    ...(stack.projectDirectory ? [stack.projectDirectory] : []),
  ];
  if (folder === undefined && paths.some((path) => !style.isAbsolute(path))) return undefined;
  const place = (path: string) =>
    folder === undefined ? style.normalize(path) : style.resolve(folder, path);
  return {
    ...stack,
    files: stack.files.map(place),
    ...(stack.projectDirectory !== undefined && { projectDirectory: place(stack.projectDirectory) }),
    ...(stack.envFiles !== undefined && { envFiles: stack.envFiles.map(place) }),
  };
}

/** Without repetitions: an absolute entry is the same in every folder. */
export function unique(stacks: readonly StackSetting[]): StackSetting[] {
  return [...new Map(stacks.map((stack) => [JSON.stringify(stack), stack])).values()];
}

export interface ReadRelease {
  /** Undefined: the release is recognised from the files. */
  readonly release: string | undefined;
  readonly complaint: string | undefined;
}

/** Reads `release` likewise; `auto` and an empty text mean that it is recognised. */
export function readRelease(value: unknown, { isRelease, examples }: Releases): ReadRelease {
  const given = settingOf(value, 'release');
  if (given === undefined || given === null) return { release: undefined, complaint: undefined };
  const text = typeof given === 'string' ? given.trim() : undefined;
  if (text === '' || text?.toLowerCase() === 'auto') return { release: undefined, complaint: undefined };
  if (text !== undefined && isRelease(text)) return { release: text, complaint: undefined };
  const known = examples.join(', ');
  return {
    release: undefined,
    complaint: `The setting mender.release is ignored: ${JSON.stringify(given)} is not a known release. Use auto, or a release such as ${known}.`,
  };
}

export interface ReadExpiresSoonDays {
  /** Undefined: the default. */
  readonly expiresSoonDays: number | undefined;
  readonly complaint: string | undefined;
}

/** Reads `expiresSoonDays` likewise: a number of days, 0 or more. */
export function readExpiresSoonDays(value: unknown): ReadExpiresSoonDays {
  const given = settingOf(value, 'expiresSoonDays');
  if (given === undefined || given === null) return { expiresSoonDays: undefined, complaint: undefined };
  if (typeof given === 'number' && Number.isFinite(given) && given >= 0) {
    return { expiresSoonDays: given, complaint: undefined };
  }
  return {
    expiresSoonDays: undefined,
    complaint: `The setting mender.expiresSoonDays is ignored: ${JSON.stringify(given)} is not a number of days. Use 0 or more, such as 30.`,
  };
}

/** What is shown in the text of compose files, beside findings. */
export interface Shows {
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
}

export interface ReadShows {
  readonly shows: Shows;
  readonly complaint: string | undefined;
}

/** Reads `codeLens.enabled` and `inlayHints.enabled` likewise: lenses are shown unless switched off, hints when switched on. */
export function readShows(value: unknown): ReadShows {
  const wrong: string[] = [];
  const read = (name: keyof Shows, otherwise: boolean) => {
    const outer = settingOf(value, name);
    const given = objectOf(outer).enabled ?? settingOf(value, `${name}.enabled`);
    if (given === undefined || given === null) return otherwise;
    if (typeof given !== 'boolean') wrong.push(`mender.${name}.enabled must be true or false`);
    return typeof given === 'boolean' ? given : otherwise;
  };
  const shows = { codeLens: read('codeLens', true), inlayHints: read('inlayHints', false) };
  return {
    shows,
    complaint: wrong.length === 0 ? undefined : `Ignored in the settings: ${wrong.join('; ')}.`,
  };
}

/** One setting of the section `mender`; clients without a settings tree send dotted names. */
function settingOf(value: unknown, name: string): unknown {
  const outer = objectOf(value);
  const section = 'mender' in outer ? objectOf(outer.mender) : outer;
  return section[name] ?? section[`mender.${name}`];
}

function isSeverity(value: unknown): value is Severity | 'off' {
  return typeof value === 'string' && SEVERITIES.includes(value);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0');
}

function isPaths(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isPath);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
