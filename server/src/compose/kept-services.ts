/**
 * Services read once for as long as what they are read from stays: their mapping, the variables, and the top-level
 * elements that they name.
 */
import type { Lookup } from './interpolation';
import type { ComposeProblem, Service, Span } from './model';
import type { Sources } from './mounts';
import { movedSpan, originOf } from './moved';
import { movedService } from './moved-service';
import { readService, type ServiceContext } from './service-reader';
import type { Tree } from './tree';

interface Kept {
  readonly name: string;
  readonly lookup: Lookup;
  readonly declared: Span;
  /** Top-level elements that it asked for and that aren't there. */
  readonly lacked: readonly (readonly [kind: Parameters<Sources['topLevel']>[0], name: string])[];
  readonly service: Service;
  readonly problems: readonly ComposeProblem[];
}

const kept = new WeakMap<Tree, Kept>();

/** As `readService`; the problems are told anew each time. */
export function keptService(name: string, tree: Tree, context: ServiceContext): Service {
  const { tree: origin, by } = originOf(tree);
  const [declared, ...others] = context.declarations;
  // What was put together of several places, or from files around it, is read anew.
  const isOfOnePlace =
    declared?.file === origin.span.file &&
    others.length === 0 &&
    context.environmentFiles.size === 0 &&
    !context.damaged &&
    context.isIntact(declared.file);
  if (!isOfOnePlace) return readService(name, tree, context);
  const known = kept.get(origin);
  const isSame =
    known !== undefined &&
    known.name === name &&
    known.lookup === context.lookup &&
    known.declared.start + by === declared.start &&
    known.lacked.every(([kind, element]) => context.sources.topLevel(kind, element) === undefined);
  const answer = isSame ? known : readOrigin(name, origin, movedSpan(declared, -by), context);
  if (!answer) return readService(name, tree, context);
  kept.set(origin, answer);
  for (const { message, span } of answer.problems)
    context.problems.push({ message, span: by === 0 ? span : movedSpan(span, by) });
  return movedService(answer.service, by);
}

/** undefined where it rests on a top-level element, which is in another place. */
function readOrigin(name: string, origin: Tree, declared: Span, context: ServiceContext): Kept | undefined {
  const lacked: Kept['lacked'][number][] = [];
  const problems: ComposeProblem[] = [];
  let isAlone = true;
  const sources: Sources = {
    hostPath: context.sources.hostPath,
    topLevel(kind, element) {
      const found = context.sources.topLevel(kind, element);
      if (found) isAlone = false;
      else lacked.push([kind, element]);
      return found;
    },
  };
  const service = readService(name, origin, { ...context, sources, declarations: [declared], problems });
  return isAlone ? { name, lookup: context.lookup, declared, lacked, service, problems } : undefined;
}
