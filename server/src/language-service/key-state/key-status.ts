/**
 * How what a service needs stands, from what the last check found: the one answer for code lens, hover, outline, tree,
 * lists, key map and completion.
 */
import { memo } from '../../cache/memo';
import type { RequirementState } from '../../mender/model/deployment';
import type { Settings, Severity } from '../api/index';
import type { TargetLevel } from '../api/tasks';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding } from '../check/run-rules';
import { severityOf } from '../check/to-finding';

export interface KeyStatus {
  readonly level: TargetLevel;
  /** The worst that is reported; undefined where nothing is. */
  readonly severity: Severity | undefined;
  /** What is reported, the worst first, then in the order of the file. */
  readonly findings: readonly CodedFinding[];
}

const RANK: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export function statusOf(state: RequirementState, checked: CheckedStack, settings: Settings): KeyStatus {
  const rank = (coded: CodedFinding) => RANK.indexOf(severityOf(coded, settings));
  const findings = [...findingsAbout(state, checked)].sort((a, b) => rank(a) - rank(b));
  const severity = findings[0] && severityOf(findings[0], settings);
  return { level: levelOf(state, severity, checked), severity, findings };
}

function levelOf(
  state: RequirementState,
  severity: Severity | undefined,
  { inside }: CheckedStack,
): TargetLevel {
  const found = inside.file(state)?.facts.state;
  const isAbsent = state.mount === undefined || found === 'missing';
  if (severity === 'error' || severity === 'warning') {
    if (isAbsent) return 'missing';
    return severity === 'error' ? 'bad' : 'soon';
  }
  // What is absent and not reported may be elsewhere, or nobody wants to hear of it.
  return found === 'file' ? 'ok' : 'unknown';
}

const LEVELS: readonly TargetLevel[] = ['ok', 'unknown', 'soon', 'missing', 'bad'];

/** The worst of some levels. */
export function worstLevel(...levels: readonly TargetLevel[]): TargetLevel {
  return levels.reduce((a, b) => (LEVELS.indexOf(a) < LEVELS.indexOf(b) ? b : a));
}

/** Names of the other services that have the key or certificate of `state`, by its path or its public key. */
export function otherUsers(state: RequirementState, { analysis, inside }: CheckedStack): readonly string[] {
  const { hostFile } = state;
  if (hostFile === undefined) return [];
  const own = inside.identities(hostFile);
  const users = analysis.deployment.services
    .flatMap(({ states }) => states)
    .filter(
      (other) =>
        other !== state &&
        other.hostFile !== undefined &&
        inside.identities(other.hostFile).some((identity) => own.includes(identity)),
    );
  return [...new Set(users.map(({ service }) => service.name))];
}

interface Tables {
  /** Findings by service, and by requirement or container path. */
  readonly byNeed: ReadonlyMap<string, readonly CodedFinding[]>;
  /** Findings about a file, by where the mount is written: one entry can be of two services, and is told of one. */
  readonly byPlace: ReadonlyMap<string, readonly CodedFinding[]>;
}

/** The findings about a requirement, in the order of the file. Costs a look into a table. */
export function findingsAbout(state: RequirementState, checked: CheckedStack): readonly CodedFinding[] {
  const { byNeed, byPlace } = tables(checked);
  const service = state.service.name;
  const span = state.mount && (state.mount.sourceText?.span ?? state.mount.span);
  const found = new Set([
    ...(byNeed.get(needKey(service, state.requirement.id)) ?? []),
    ...(byNeed.get(needKey(service, state.target)) ?? []),
    ...(span ? (byPlace.get(placeKey(span)) ?? []) : []),
  ]);
  return [...found];
}

const tables = memo(({ findings }: CheckedStack): Tables => {
  const byNeed = new Map<string, CodedFinding[]>();
  const byPlace = new Map<string, CodedFinding[]>();
  const add = (table: Map<string, CodedFinding[]>, key: string, coded: CodedFinding) => {
    const list = table.get(key);
    if (list) list.push(coded);
    else table.set(key, [coded]);
  };
  for (const coded of findings) {
    const { service, target, data, span } = coded.finding;
    if (data.kind === 'file') add(byPlace, placeKey(span), coded);
    const need = 'state' in data && data.state ? data.state.requirement.id : target;
    if (service !== undefined && need !== undefined) add(byNeed, needKey(service, need), coded);
  }
  return { byNeed, byPlace };
});

function needKey(service: string, need: string): string {
  return `${service}\0${need}`;
}

function placeKey({ file, start }: { readonly file: string; readonly start: number }): string {
  return `${file}\0${start}`;
}
