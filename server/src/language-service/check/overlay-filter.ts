/**
 * What overlays beside a stack meet: where it isn't known for sure which files are merged, nothing that one of them
 * brings may be called missing.
 */
import { memo } from '../../cache/memo';
import type { RequirementState } from '../../mender/model/deployment';
import { statesOf } from '../../mender/model/queries';
import type { Pace } from '../../platform/pace';
import { rules } from '../../rules/index';
import type { Analysis, CodedFinding } from './run-rules';
import { findingsOf, NOTHING_INSIDE } from './run-rules';

/** What an overlay can bring; other findings hold whatever is merged on top. */
const ABSENT: ReadonlySet<string> = new Set(
  rules.flatMap(({ code, isAboutAbsence }) => (isAboutAbsence ? code : [])),
);

/** Holds an answer once there is one: who gives up a run gives it up for nobody else. */
const absences = memo((_: Analysis): { findings?: readonly CodedFinding[] } => ({}));

/** What is missing in a stack with an overlay, as far as its compose files tell. */
async function absentIn(merged: Analysis, pace: Pace): Promise<readonly CodedFinding[]> {
  const kept = absences(merged);
  kept.findings ??= await findingsOf(merged, NOTHING_INSIDE, pace, ABSENT);
  return kept.findings;
}

export interface BesideOptions {
  /** The file that was asked for. */
  readonly file: string;
  readonly beside: readonly string[];
  /** Whether the file is itself merged on top of others. */
  readonly isOverlay: boolean;
  /** Overlays of other directories: they count for a file that isn't itself the one with the keys. */
  readonly farther: readonly string[];
  readonly pace: Pace;
  /** The stack with one more file merged on top. */
  readonly withOverlay: (overlay: string) => Promise<Analysis>;
}

/**
 * The findings that hold whichever overlays are merged on top. One that would be put right in an overlay is answered
 * as it is told there.
 */
export async function whateverIsMerged(
  findings: readonly CodedFinding[],
  { file, isOverlay, beside, farther, pace, withOverlay }: BesideOptions,
): Promise<readonly CodedFinding[]> {
  let absent = findings.filter(({ code }) => ABSENT.has(code));
  if (absent.some(({ analysis }) => analysis.withheld))
    return findings.filter(({ code }) => !ABSENT.has(code));
  if (beside.length + farther.length === 0) return findings;
  const before = findings[0]?.analysis;
  const ownKeys = before ? keysWrittenIn(file, before) : [];
  const overlays = servicesOf(ownKeys).size >= 2 ? beside : [...beside, ...farther];
  const reported = new Map<CodedFinding, CodedFinding>();
  const met = new Set<CodedFinding>();
  const files = findings.filter(
    ({ finding: { data } }) => data.kind === 'file' || data.kind === 'key-in-git',
  );
  for (const overlay of overlays) {
    if (absent.length === 0 && files.length === 0) break;
    const merged = await withOverlay(overlay);
    const keys = keysWrittenIn(overlay, merged);
    const alternative = isAlternative(ownKeys, keys);
    // A base's files are replaced by any overlay; an overlay's own are not by another deployment's.
    if (!alternative || !isOverlay) for (const coded of files) if (isReplaced(coded, merged)) met.add(coded);
    if (alternative) continue;
    const left = absent.length > 0 ? await absentIn(merged, pace) : [];
    for (const coded of absent) {
      const still = left.find((other) => isSame(coded, other));
      // A file that mounts keys itself is made for a deployment with them: switching TLS off is another one.
      if (!still && (ownKeys.length === 0 || stillNeeded(coded, merged))) met.add(coded);
      else if (still?.finding.span.file === overlay && keys.length > 0 && !reported.has(coded))
        reported.set(coded, still);
    }
    absent = absent.filter((coded) => !met.has(coded));
  }
  return findings.flatMap((coded) => (met.has(coded) ? [] : (reported.get(coded) ?? coded)));
}

/** Whether an overlay mounts another file there: then what is wrong with this one is no concern of that deployment. */
function isReplaced(coded: CodedFinding, { deployment }: Analysis): boolean {
  const before = stateOf(coded.finding.data);
  const now = statesOf(deployment).find(
    ({ service, requirement }) =>
      service.name === coded.finding.service && requirement.id === before?.requirement.id,
  );
  const [a, b] = [before?.mount?.span, now?.mount?.span];
  return a !== undefined && b !== undefined && (a.file !== b.file || a.start !== b.start);
}

interface WrittenKey {
  readonly service: string;
  readonly id: string;
}

/** The private keys that mounts written in `file` bring. */
function keysWrittenIn(file: string, { deployment }: Analysis): WrittenKey[] {
  return deployment.services.flatMap(({ service, states }) =>
    states.flatMap(({ mount, requirement: { id, kind } }) =>
      mount?.span.file === file && (kind === 'private-key' || kind === 'token-key')
        ? { service: service.name, id }
        : [],
    ),
  );
}

function servicesOf(keys: readonly WrittenKey[]): ReadonlySet<string> {
  return new Set(keys.map(({ service }) => service));
}

/** Two files that mount keys of several services at the same places are never merged: they serve two deployments. */
function isAlternative(own: readonly WrittenKey[], others: readonly WrittenKey[]): boolean {
  const both = own.filter(({ service, id }) =>
    others.some((other) => other.service === service && other.id === id),
  );
  return servicesOf(both).size >= 2;
}

function isSame(a: CodedFinding, b: CodedFinding): boolean {
  return (
    a.code === b.code &&
    a.finding.service === b.finding.service &&
    requirementOf(a) === requirementOf(b) &&
    (a.finding.data.kind !== 'misplaced' || a.finding.target === b.finding.target)
  );
}

function requirementOf({ finding: { data } }: CodedFinding): string | undefined {
  if (data.kind === 'misplaced') return data.requirement.id;
  return stateOf(data)?.requirement.id;
}

function stateOf(data: CodedFinding['finding']['data']): RequirementState | undefined {
  return 'state' in data ? data.state : undefined;
}

/** Whether the requirement of a finding is one in the merged deployment too. */
function stillNeeded(coded: CodedFinding, { deployment }: Analysis): boolean {
  const id = requirementOf(coded);
  return deployment.services.some(
    ({ service, states }) =>
      service.name === coded.finding.service && states.some(({ requirement }) => requirement.id === id),
  );
}
