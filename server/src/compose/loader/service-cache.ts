/**
 * Services read once for as long as what they are read from stays: their mapping, the variables, and the top-level
 * elements that they name.
 */

import { memo } from '../../cache/memo';
import type { Tree } from '../node/node';
import { isInSameText, type Locate } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import type { ComposeProblem, Service, Span } from '../types';
import { locatedService } from './located-service';
import { readService, type ServiceContext } from './read-service';
import type { Sources } from './read-volumes';

interface Kept {
  readonly name: string;
  readonly lookup: Lookup;
  readonly declarations: readonly Span[];
  /** Top-level elements that it asked for; undefined for one that isn't there. */
  readonly elements: readonly {
    readonly kind: Parameters<Sources['topLevel']>[0];
    readonly name: string;
    readonly found: Tree | undefined;
  }[];
  readonly service: Service;
  readonly problems: readonly ComposeProblem[];
}

const kept = memo((_: Tree): { last?: Kept } => ({}));

/** As `readService`, with spans counted from the start of their files; the problems are reported each time. */
export function keptService(name: string, tree: Tree, context: ServiceContext, locate: Locate): Service {
  // What rests on other files, or on what a parser guessed, is read anew.
  const isKept =
    context.environmentFiles.size === 0 &&
    !context.isPartial &&
    context.declarations.every(({ file }) => context.isIntact(file));
  const { service, problems } = isKept ? keptAt(name, tree, context) : readOf(name, tree, context);
  for (const { message, span } of problems) context.problems.push({ message, span: locate(span) });
  return locatedService(service, locate);
}

function keptAt(name: string, tree: Tree, context: ServiceContext): Kept {
  const before = kept(tree).last;
  if (before && isCurrent(before, name, context)) return before;
  const answer = readOf(name, tree, context);
  kept(tree).last = answer;
  return answer;
}

function isCurrent(known: Kept, name: string, { lookup, declarations, sources }: ServiceContext): boolean {
  return (
    known.name === name &&
    known.lookup === lookup &&
    known.declarations.length === declarations.length &&
    known.declarations.every((span, index) => {
      const other = declarations[index];
      return other?.start === span.start && isInSameText(other, span);
    }) &&
    known.elements.every((element) => sources.topLevel(element.kind, element.name) === element.found)
  );
}

function readOf(name: string, tree: Tree, context: ServiceContext): Kept {
  const elements: Kept['elements'][number][] = [];
  const problems: ComposeProblem[] = [];
  const sources: Sources = {
    hostPath: context.sources.hostPath,
    isForeign: context.sources.isForeign,
    topLevel(kind, element) {
      const found = context.sources.topLevel(kind, element);
      elements.push({ kind, name: element, found });
      return found;
    },
  };
  const service = readService(name, tree, { ...context, sources, problems });
  const { lookup, declarations } = context;
  return { name, lookup, declarations, elements, service, problems };
}
