/** Secrets and configs by which files reach Mender's services: their names where a service lists them, their files. */

import { shownPath } from '../../../changes/file-paths';
import { isOfKind } from '../../../changes/fitting-files';
import { knownFiles } from '../../../changes/mounted-files';
import { scalarText } from '../../../compose/edit/style';
import type { FileElement } from '../../../compose/types';
import type { RequirementState } from '../../../mender/model/deployment';
import { code } from '../../../text/markdown';
import { shortName } from '../../key-state/short-state';
import type { Section } from './cursor/sections';
import type { ElementCursor, EntryCursor } from './cursor/types';
import type { DeploymentContext, EntryContext, Proposal } from './types';
import { openStates, sourcesFor, targetsFor } from './volumes';

/** Where an element is mounted that names no target. */
const DIRECTORIES: Readonly<Record<Section, string>> = { secrets: '/run/secrets/', configs: '/' };
/** Services whose files are proposed for one element. */
const MAX_STATES = 10;

/** At an entry of a service's `secrets` or `configs`. */
export async function secretProposals(context: EntryContext, section: Section): Promise<readonly Proposal[]> {
  const { cursor, fix, mender } = context;
  const elements = fix.deployment.stack.elements(section);
  const { field, body } = cursor;
  if (field?.key === 'target') {
    const path = elements.find(({ name }) => name === field.fields.get('source'))?.path;
    return targetsFor(context, path, path ?? '', body, false);
  }
  if (field && field.key !== 'source') return [];
  const target = field?.fields.get('target');
  const wanted = target
    ? mender.states.filter((state) => state.target === target).map((state) => ({ state, rank: 0 }))
    : openStates(context);
  const proposals: Proposal[] = [];
  for (const { state, rank } of wanted) {
    for (const element of elements) {
      const fit = await fitOf(element, state, context);
      const newText = field
        ? scalarText(element.name, '', cursor.flow)
        : entryText(element, state, section, cursor);
      if (fit === undefined || newText === undefined) continue;
      const where =
        element.path === undefined ? '' : ` It is the file ${code(shownPath(element.path, fix))}.`;
      proposals.push({
        label: element.name,
        detail: shortName(state),
        markdown: `The ${state.requirement.title} of ${code(mender.service.name)}, read from ${code(state.target)}.${where}`,
        kind: 'file',
        at: body,
        newText: cursor.lead + newText,
        words: state.requirement.title,
        rank: rank + fit,
      });
    }
  }
  return proposals;
}

/** 0 for an element whose file is what is asked for, 1 where that can't be known; undefined where it isn't. */
async function fitOf(
  { path }: FileElement,
  state: RequirementState,
  { fix }: EntryContext,
): Promise<0 | 1 | undefined> {
  if (path === undefined) return undefined;
  const isShared = knownFiles(fix).uses(path) > (fix.planned.hostFile(state) === path ? 1 : 0);
  if (isShared && state.requirement.kind !== 'trusted-certificate') return undefined;
  const view = await fix.around.view(path);
  if (view) return isOfKind(view, state.requirement) ? 0 : undefined;
  return (await fix.around.exists(path)) ? undefined : 1;
}

/** The name alone where it leads to the right path by itself; undefined where a target has no room. */
function entryText(
  { name }: FileElement,
  { target }: RequirementState,
  section: Section,
  { quote, flow, eol, lead, dash, body }: EntryCursor,
): string | undefined {
  if (target === `${DIRECTORIES[section]}${name}`) return quote === '' ? scalarText(name, '', flow) : name;
  if (quote !== '') return undefined;
  const source = `source: ${scalarText(name, '', flow)}`;
  const place = `target: ${scalarText(target, '', flow)}`;
  if (flow) return `{ ${source}, ${place} }`;
  const column = lead === '' ? Math.max(dash + 2, body.from) : dash + 2;
  return `${source}${eol}${' '.repeat(column)}${place}`;
}

/** At the `file` of a top-level element: what fits the services that use it, else what any of them lacks. */
export async function elementProposals(
  cursor: ElementCursor,
  context: DeploymentContext,
): Promise<readonly Proposal[]> {
  const { services } = context.checked.analysis.deployment;
  const isUse = ({ mount }: RequirementState) =>
    mount?.type === (cursor.section === 'secrets' ? 'secret' : 'config') &&
    mount.sourceText?.value === cursor.name;
  const using = services.flatMap((mender) =>
    mender.states.filter(isUse).map((state) => ({ mender, state, rank: 0 })),
  );
  const open = services.flatMap((mender) =>
    openStates({ ...context, mender }).map(({ state, rank }) => ({ mender, state, rank })),
  );
  const proposals: Proposal[] = [];
  for (const { mender, state, rank } of (using.length > 0 ? using : open).slice(0, MAX_STATES))
    proposals.push(...(await sourcesFor([{ state, rank }], { ...context, cursor, mender }, cursor.body)));
  return proposals;
}
