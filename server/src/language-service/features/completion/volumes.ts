/** Mounts that a service still needs, host files that fit, and the paths that it looks at. */

import { documentedPath, shownPath } from '../../../changes/file-paths';
import { candidatesFor, isOfKind } from '../../../changes/fitting-files';
import { mountOperation, writtenSource } from '../../../changes/mount-operations';
import { servedCertificate } from '../../../changes/trust-storage';
import type { NewMount } from '../../../compose/edit/operations';
import { scalarText } from '../../../compose/edit/style';
import { flowMount, mountLines, shortMount } from '../../../compose/edit/volumes';
import type { RequirementState } from '../../../mender/model/deployment';

import { missingCertificateMount } from '../../../rules/missing-certificate-mount';
import { missingPrivateKeyMount } from '../../../rules/missing-private-key-mount';
import { missingStorageCertificateMount } from '../../../rules/missing-storage-certificate-mount';
import { missingTokenKeyMount } from '../../../rules/missing-token-key-mount';
import type { Rule } from '../../../rules/support/rule';

import { withoutIt } from '../../../rules/support/words';

import { code, plain } from '../../../text/markdown';
import { findingsAbout } from '../../key-state/key-status';
import { shortName } from '../../key-state/short-state';
import type { EntryCursor, Stretch } from './cursor/types';
import type { EntryContext, Proposal } from './types';

/** Files proposed for one requirement. */
const MAX_FILES = 3;

const MISSING: Readonly<Record<RequirementState['requirement']['kind'], Rule>> = {
  certificate: missingCertificateMount,
  'private-key': missingPrivateKeyMount,
  'token-key': missingTokenKeyMount,
  'trusted-certificate': missingStorageCertificateMount,
};

export interface Open {
  readonly state: RequirementState;
  /** 0: it is missing. 1: it might be needed. */
  readonly rank: number;
}

interface HostFile {
  readonly path: string;
  readonly exists: boolean;
}

export async function volumeProposals(context: EntryContext): Promise<readonly Proposal[]> {
  const { cursor } = context;
  if (cursor.field) return fieldProposals(context, cursor.field);
  const parts = sectionsOf(cursor.body);
  const [source, target] = parts;
  if (!source || !target) return wholeEntries(context);
  const { character } = cursor;
  if (character <= source.to) return sourceProposals(context, target.text, source);
  if (character > target.to || character < target.from) return [];
  return targetProposals(context, source.text, target, parts.length === 2);
}

/** What is not mounted, and wanted: a rule or a comment can say that it isn't. */
export function openStates({
  mender,
  checked,
  settings,
}: Pick<EntryContext, 'mender' | 'checked' | 'settings'>): readonly Open[] {
  return mender.states.flatMap((state): Open[] => {
    if (state.mount !== undefined || settings.rules[MISSING[state.requirement.kind].code] === 'off')
      return [];
    const isMissing = findingsAbout(state, checked).some(
      ({ finding }) => finding.data.kind === 'missing' || finding.data.kind === 'storage-variable-wrong',
    );
    if (isMissing) return [{ state, rank: 0 }];
    return state.how === 'unknown' ? [{ state, rank: 1 }] : [];
  });
}

async function wholeEntries(context: EntryContext): Promise<readonly Proposal[]> {
  const { cursor, mender, fix } = context;
  const proposals: Proposal[] = [];
  for (const { state, rank } of openStates(context)) {
    for (const file of await filesFor(state, context, true)) {
      const { operation } = mountOperation(state, file.path, mender, fix);
      if (operation.op !== 'add-mount') continue;
      const { mount } = operation;
      proposals.push({
        ...about(state, file, context),
        // The whole entry is wider than the list: its end, and what it is for, could not be seen.
        label: mount.source,
        detail: shortName(state),
        kind: 'mount',
        at: cursor.body,
        newText: cursor.lead + entryText(mount, cursor),
        words: state.requirement.title,
        rank,
      });
    }
  }
  return proposals;
}

function entryText(mount: NewMount, cursor: EntryCursor): string {
  const { body, dash, eol, isLong, quote, flow } = cursor;
  const isFree = body.text === '' && quote === '';
  if (flow && quote === '')
    return flowMount(mount, { syntax: isLong && isFree ? 'long' : 'short', quote: '', gap: 2 });
  if (isLong && isFree) {
    const column = dash + 2;
    const gap = cursor.lead === '- ' || cursor.lead === ' ' ? 2 : Math.max(2, body.from - dash);
    const lines = mountLines(mount, column - 2, { syntax: 'long', quote: '', gap });
    return [lines[0]?.replace(/^\s*-\s*/, ''), ...lines.slice(1)].join(eol);
  }
  const text = `${mount.source}:${mount.target}${mount.readOnly ? ':ro' : ''}`;
  return quote === '' ? shortMount(mount, '', false) : text;
}

/** Files that fit, best first; where none does, with `orNew`, the place where one belongs. */
async function filesFor(
  state: RequirementState,
  { fix }: Pick<EntryContext, 'fix'>,
  orNew: boolean,
): Promise<readonly HostFile[]> {
  const served = state.requirement.kind === 'trusted-certificate' ? servedCertificate(fix) : undefined;
  if (served !== undefined) return [{ path: served, exists: await fix.around.exists(served) }];
  const candidates = (await candidatesFor(state, fix, MAX_FILES)).filter(({ demo }) => !demo);
  if (candidates.length > 0 || !orNew) return candidates.map(({ path }) => ({ path, exists: true }));
  const path = documentedPath(state, fix) ?? state.requirement.documentedSource;
  // Something is there, and it doesn't fit.
  if (await fix.around.exists(path)) return [];
  return [{ path, exists: false }];
}

function about(
  state: RequirementState,
  file: HostFile,
  { fix }: Pick<EntryContext, 'fix'>,
): Pick<Proposal, 'markdown'> {
  const { requirement, service, target } = state;
  const what = `The ${requirement.title} of ${code(service.name)}, read from ${code(target)}.`;
  const where = file.exists
    ? `${code(shownPath(file.path, fix))} fits.`
    : `${code(shownPath(file.path, fix))} does not exist yet: *Mender: Generate Mender Keys…* creates it.`;
  return {
    markdown: [what, plain(withoutIt(state)), where].filter((text) => text !== '').join('\n\n'),
  };
}

/** Host files for a container path that stands there already, or for whatever is open. */
async function sourceProposals(
  context: EntryContext,
  target: string | undefined,
  at: Pick<Stretch, 'from' | 'to'>,
): Promise<readonly Proposal[]> {
  const { mender } = context;
  const open = openStates(context);
  const wanted =
    target === undefined || target === ''
      ? open
      : mender.states.filter((state) => state.target === target).map((state) => ({ state, rank: 0 }));
  return sourcesFor(wanted, context, at);
}

/** What a source is written into. */
interface SourceContext extends Pick<EntryContext, 'mender' | 'fix'> {
  readonly cursor: Pick<EntryCursor, 'lead' | 'quote' | 'field' | 'flow'> & { readonly kind: string };
}

/** Host files for requirements, those that fit first. */
export async function sourcesFor(
  wanted: readonly Open[],
  context: SourceContext,
  at: Pick<Stretch, 'from' | 'to'>,
): Promise<readonly Proposal[]> {
  const { cursor, mender, fix } = context;
  // A part of the short syntax is quoted with the rest of it.
  const isWhole = cursor.quote === '' && (cursor.field !== undefined || cursor.kind === 'element');
  const proposals: Proposal[] = [];
  for (const { state, rank } of wanted) {
    for (const file of await filesFor(state, context, true)) {
      const source = writtenSource(file.path, mender, fix);
      proposals.push({
        ...about(state, file, context),
        label: source,
        detail: file.exists ? shortName(state) : `${shortName(state)}, does not exist yet`,
        kind: 'file',
        at,
        newText: cursor.lead + (isWhole ? scalarText(source, '', cursor.flow) : source),
        words: state.requirement.title,
        rank: rank + (file.exists ? 0 : 1),
      });
    }
  }
  return proposals;
}

/** Container paths for a source as it is written. */
function targetProposals(
  context: EntryContext,
  source: string,
  at: Pick<Stretch, 'from' | 'to'>,
  addsMode: boolean,
): Promise<readonly Proposal[]> {
  const { fix } = context;
  const project = fix.deployment.stack.projectDirectory;
  const path =
    project === undefined || source.includes('$') ? undefined : fix.around.paths.resolve(project, source);
  return targetsFor(context, path, source, at, addsMode);
}

/** Container paths; those first that are for what the host file at `path` holds. */
export async function targetsFor(
  context: EntryContext,
  path: string | undefined,
  source: string,
  at: Pick<Stretch, 'from' | 'to'>,
  addsMode: boolean,
): Promise<readonly Proposal[]> {
  const { cursor, fix, mender } = context;
  const view = path === undefined ? undefined : await fix.around.view(path);
  const proposals: Proposal[] = [];
  for (const { state, rank } of openStates(context)) {
    const fits = view === undefined || isOfKind(view, state.requirement);
    const { operation } = mountOperation(state, path ?? source, mender, fix);
    const mode = addsMode && operation.op === 'add-mount' && operation.mount.readOnly ? ':ro' : '';
    proposals.push({
      label: state.target,
      detail: shortName(state),
      markdown: [`Where ${code(state.service.name)} looks for its ${state.requirement.title}.`]
        .concat(view !== undefined && !fits ? ['The host file contains something else.'] : [])
        .join('\n\n'),
      kind: 'path',
      at,
      newText: cursor.lead + state.target + mode,
      words: state.requirement.title,
      rank: fits ? rank : rank + 2,
    });
  }
  return proposals;
}

function fieldProposals(
  context: EntryContext,
  { key, fields }: NonNullable<EntryCursor['field']>,
): Promise<readonly Proposal[]> | readonly Proposal[] {
  const { body } = context.cursor;
  if (/^(volume|tmpfs|npipe|cluster|image)$/.test(fields.get('type') ?? '')) return [];
  if (key === 'target') {
    return targetProposals(context, fields.get('source') ?? fields.get('src') ?? '', body, false);
  }
  return key === 'source' || key === 'src' ? sourceProposals(context, fields.get('target'), body) : [];
}

/** The parts between colons; those of variables and of drive letters don't count. */
function sectionsOf(body: Stretch): readonly Stretch[] {
  const sections: Stretch[] = [];
  let from = 0;
  let open = 0;
  for (let i = 0; i <= body.text.length; i++) {
    if (body.text.startsWith('${', i)) open++;
    else if (body.text[i] === '}' && open > 0) open--;
    const isEnd = i === body.text.length;
    if (!isEnd && (body.text[i] !== ':' || open > 0)) continue;
    if (!isEnd && i - from === 1 && /[A-Za-z]/.test(body.text[from] ?? '')) continue;
    sections.push({ from: body.from + from, to: body.from + i, text: body.text.slice(from, i) });
    from = i + 1;
  }
  return sections;
}
