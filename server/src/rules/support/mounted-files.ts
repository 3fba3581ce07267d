/** The files behind requirements as the rules of the second table see them, each told once. */

import { posix } from 'node:path';
import { runAtEnd } from '../../compose/syntax/line-index';
import type { Span } from '../../compose/types';
import type { RequirementState } from '../../mender/model/deployment';
import { statesOf } from '../../mender/model/queries';
import { recogniseRoles } from '../../mender/recognition/recognise-roles';
import { isNeeded, type Needed } from '../../mender/requirements/is-needed';
import { type Content, contentOf } from './file-content';
import type { FindingData, MountedFile, RuleContext, RuleFinding } from './rule';
import { consequence } from './words';

export interface LookedInto {
  readonly state: RequirementState;
  readonly file: MountedFile;
  readonly content: Content;
  /** The source path, or the whole entry where it has none. */
  readonly place: Span;
  /** The host path as it is written, below a mounted directory with the rest of the way. */
  readonly path: string;
  /** Whether the service can't do without it; a file that is mounted may be of no use. */
  readonly needed: Needed;
}

/**
 * Every file that a service is given and that could be looked into. What one entry says in two services (an anchor,
 * `extends`) is told once, and a file below a mounted directory only where the service needs it.
 */
export function lookedInto(context: RuleContext): readonly LookedInto[] {
  return context.once?.(lookIntoAll) ?? lookIntoAll(context);
}

function lookIntoAll(context: RuleContext): readonly LookedInto[] {
  const { stack, layout } = context.deployment;
  const needs = { stack, layout, roles: recogniseRoles(stack) };
  const seen = new Map<number, string[]>();
  const result: LookedInto[] = [];
  for (const state of statesOf(context.deployment)) {
    const { mount, service, requirement, how, hostFile } = state;
    const file = mount && context.file(state);
    if (!mount || !file) continue;
    const needed = isNeeded(requirement, service, needs);
    if (how === 'directory' && needed !== 'yes') continue;
    const place = mount.sourceText?.span ?? mount.span;
    const key = `${place.file}\0${hostFile}`;
    const told = seen.get(place.start) ?? [];
    if (told.includes(key)) continue;
    told.push(key);
    seen.set(place.start, told);
    const content = contentOf(state, file.facts, context.deployment);
    result.push({ state, file, content, place, path: writtenPath(state), needed });
  }
  return result;
}

/** One finding at the source path of each file that `message` has something to say of. */
export function fileFindings(
  context: RuleContext,
  message: (each: LookedInto) => string | undefined,
  dataOf: (each: LookedInto) => FindingData = ({ state, content }) => ({
    kind: 'file',
    state,
    trouble: content.kind,
    ...(content.kind === 'not-pkcs1' || (content.kind === 'not-loadable' && content.convertible)
      ? { convertible: true }
      : {}),
  }),
): RuleFinding[] {
  return lookedInto(context).flatMap((each) => {
    const said = message(each);
    if (said === undefined) return [];
    const { state, place } = each;
    const data = dataOf(each);
    return {
      message: said,
      span: place,
      service: state.service.name,
      target: state.target,
      related: [],
      data,
    };
  });
}

function writtenPath({ mount, hostFile, target, how }: RequirementState): string {
  const written = mount?.sourceText?.value ?? hostFile ?? '';
  if (how !== 'directory' || !mount) return written;
  return `${written.slice(0, runAtEnd(written, /[\\/]/))}/${posix.relative(mount.target, target)}`;
}

/** ` mender-useradm cannot sign user tokens.`: what happens without the file, where the service needs it. */
export function consequenceOf({ state, needed }: LookedInto): string {
  const sentence = consequence(state);
  return needed === 'yes' && sentence !== '' ? ` ${sentence}` : '';
}
