/** The grammar that is injected into YAML, as the table of layouts has it today. */
import { layouts, roles, targetsOf } from '../../server/src/mender/releases/index';

/** The words of compose files that Mender alone has. */
interface MenderWords {
  /** Service names that mean a role in any stack. Those that other software uses as well aren't among them. */
  readonly services: readonly string[];
  /** Container paths of certificates and keys, of all releases. */
  readonly paths: readonly string[];
  /** Environment variables that name such a path, or a pattern for one. */
  readonly variables: readonly string[];
}

/** All of them, each once, sorted. */
function menderWords(): MenderWords {
  const requirements = layouts.flatMap((layout) => layout.requirements);
  return {
    services: sorted(roles.flatMap(({ names }) => names)),
    paths: sorted(requirements.flatMap(targetsOf)),
    variables: sorted(
      requirements.flatMap(({ pathVariable, fallbackVariable, rotation }) => [
        pathVariable,
        fallbackVariable,
        rotation?.patternVariable,
      ]),
    ),
  };
}

function sorted(words: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(words.filter((word) => word !== undefined))].sort();
}

/** Any of these words, the longest first, as a regular expression. */
function anyOf(words: readonly string[]): string {
  const escaped = words.map((word) => word.replaceAll(/[.\\/$]/g, '\\$&').replaceAll('\\/', '/'));
  return `(?:${escaped.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|')})`;
}

/**
 * It looks into strings alone, which keys are too, at what the YAML grammar has no rule for: so it gives words a scope more, and
 * takes none away.
 */
export function injectionGrammar(): object {
  const { services, paths, variables } = menderWords();
  return {
    name: 'Mender in compose files',
    scopeName: 'source.yaml.mender-compose',
    injectionSelector: 'R:source.yaml string - string.unquoted.block - comment',
    patterns: [{ include: '#variable' }, { include: '#path' }, { include: '#service' }],
    repository: {
      variable: {
        comment: 'Variables that name a certificate or key.',
        match: `(?<![\\w.-])${anyOf(variables)}(?![\\w.-])`,
        name: 'variable.other.env.mender',
      },
      path: {
        comment: 'Paths in containers: alone, or after the host path of a mount.',
        match: `(?<![^\\s:=,"'])${anyOf(paths)}(?![^\\s:,"'])`,
        name: 'variable.other.constant.path.mender',
      },
      service: {
        comment: 'Names of services, whole words that are no part of an image, a path or a host.',
        match: `(?<![\\w./@:=-])${anyOf(services)}(?![\\w./@=-])`,
        name: 'support.class.service.mender',
      },
    },
  };
}
