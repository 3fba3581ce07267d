/** How a command line asks for files to be checked, as the façade's settings have it. */

import type { Settings, Severity, StackSetting } from '../../language-service/api/index';
import type { Host } from '../../platform/platform';
import { type Context, type Engine, UsageError } from '../core/context';
import { didYouMean } from './did-you-mean';
import { type Parsed, splitOnce } from './parse';

const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;

/**
 * The settings that the options of a command ask for.
 * @throws UsageError for what they can't mean, such as an unknown rule or release.
 */
export function readSettings(parsed: Parsed, { engine, host, streams }: Context): Settings {
  const stack = readStack(parsed, streams.cwd, host);
  const release = readRelease(parsed, engine);
  return {
    rules: readRules(
      parsed,
      engine.listRules().map(({ code }) => code),
    ),
    trusted: true,
    ...(stack && { stacks: [stack] }),
    ...(release !== undefined && { release }),
  };
}

/** The stack that `-f` names, or undefined. */
function readStack({ values, paths }: Parsed, cwd: string, host: Host): StackSetting | undefined {
  const absolute = (path: string) => host.paths.resolve(cwd, path);
  const files = values.get('file');
  const [projectDirectory] = values.get('project-directory') ?? [];
  const envFiles = values.get('env-file');
  if (files === undefined) {
    for (const option of ['project-directory', 'env-file']) {
      if (values.has(option))
        throw new UsageError(`Pass --${option} with -f, which names the files that are checked together.`);
    }
    return undefined;
  }
  if (paths.length > 0) {
    throw new UsageError(
      `${paths.join(' ')}: no path can be passed with -f. Write -f before each file of the stack.`,
    );
  }
  return {
    files: files.map(absolute),
    ...(projectDirectory !== undefined && { projectDirectory: absolute(projectDirectory) }),
    ...(envFiles && { envFiles: envFiles.map(absolute) }),
  };
}

function readRelease({ values }: Parsed, engine: Engine): string | undefined {
  const given = values.get('release')?.[0];
  if (given === undefined || given === 'auto') return undefined;
  if (engine.isRelease(given)) return given;
  throw new UsageError(
    `--release ${given}: unknown release. Examples: ${engine.releaseExamples.join(', ')}; auto detects it.`,
  );
}

/** What `--rule CODE=SEVERITY` asks for. A later one wins. */
function readRules(parsed: Parsed, codes: readonly string[]): Settings['rules'] {
  const rules: Record<string, Severity | 'off'> = {};
  for (const given of parsed.values.get('rule') ?? []) {
    const [code = '', word] = splitOnce(given, '=');
    if (word === undefined) {
      throw new UsageError(`--rule ${given} has no severity. Write --rule ${given}=${SEVERITIES.join('|')}`);
    }
    if (!codes.includes(code)) {
      throw new UsageError(
        `--rule ${given}: no rule ${code || '""'}${didYouMean(code, codes)} See --list-rules.`,
      );
    }
    const severity = SEVERITIES.find(
      (candidate) => candidate === word || (word === 'info' && candidate === 'information'),
    );
    if (severity === undefined) {
      throw new UsageError(
        `--rule ${given}: use one of ${SEVERITIES.join(', ')}${didYouMean(word, SEVERITIES)}`,
      );
    }
    rules[code] = severity;
  }
  return rules;
}

/** What `--color` or `--no-color` asks for. */
export function colourOption({ switches }: Parsed): 'color' | 'no-color' | undefined {
  if (switches.has('no-color')) return 'no-color';
  return switches.has('color') ? 'color' : undefined;
}
