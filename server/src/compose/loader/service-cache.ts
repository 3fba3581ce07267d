/**
 * Services read once for as long as what they are read from stays: their mapping, the variables, and the top-level
 * elements that they name.
 */

import type { Tree } from '../node/node';
import { movedSpan, originOf, reversed, type Shift, shiftsOf } from '../node/shifted-node';
import type { Lookup } from '../syntax/interpolation';
import type { ComposeProblem, Service, Span } from '../types';
import { readService, type ServiceContext } from './read-service';
import type { Sources } from './read-volumes';
import { movedService } from './shifted-service';

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

const kept = new WeakMap<Tree, Kept>();

/** As `readService`; the problems are told each time. */
export function keptService(name: string, tree: Tree, context: ServiceContext): Service {
  // What rests on other files, or on what a parser guessed, is read anew.
  const isPlain = context.environmentFiles.size === 0 && !context.damaged;
  const shifts = shiftsOf(tree);
  const declaredIn = context.declarations.map(({ file }) => file);
  const files = [...declaredIn, ...(shifts?.keys() ?? [])];
  if (!isPlain || !files.every((file) => context.isIntact(file))) return readService(name, tree, context);
  const known = kept.get(tree);
  if (known && isCurrent(known, name, context)) return told(known, 0, context);
  // Declared in another file, or twice in one, it has places that move otherwise.
  if (shifts && declaredIn.every((file, i) => shifts.has(file) && declaredIn.indexOf(file) === i)) {
    const { tree: origin, by } = originOf(tree);
    const declarations = context.declarations.map((span) => movedSpan(span, reversed(by)));
    const there = keptAt(name, origin, { ...context, declarations });
    if (canMove(there)) return told(there, by, context);
  }
  return told(keptAt(name, tree, context), 0, context);
}

/** An element of the file is in a place of its own, which does not move by as much. */
function canMove({ elements }: Kept): boolean {
  return elements.every(({ found }) => found === undefined);
}

function keptAt(name: string, tree: Tree, context: ServiceContext): Kept {
  const before = kept.get(tree);
  if (before && isCurrent(before, name, context)) return before;
  const answer = readOf(name, tree, context);
  kept.set(tree, answer);
  return answer;
}

function isCurrent(known: Kept, name: string, { lookup, declarations, sources }: ServiceContext): boolean {
  return (
    known.name === name &&
    known.lookup === lookup &&
    known.declarations.length === declarations.length &&
    known.declarations.every((span, index) => {
      const other = declarations[index];
      return other?.start === span.start && other.file === span.file;
    }) &&
    known.elements.every((element) => sources.topLevel(element.kind, element.name) === element.found)
  );
}

function told({ service, problems }: Kept, by: Shift, context: ServiceContext): Service {
  for (const { message, span } of problems)
    context.problems.push({ message, span: by === 0 ? span : movedSpan(span, by) });
  return movedService(service, by);
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
