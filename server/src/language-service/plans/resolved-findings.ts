/** Which findings a part puts right: those that it does something about. */
import type { Part } from '../../changes/types';
import type { RequirementState } from '../../mender/model/deployment';
import { pathsToMake } from '../../pki/generate/requests';
import { ruleOf } from '../../rules/index';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding } from '../check/run-rules';

/** The findings that a plan for everything puts right; with `codes`, those of these rules. */
export function settledBy(
  done: Part,
  checked: readonly CheckedStack[],
  codes: readonly string[] | undefined,
): readonly CodedFinding[] {
  const work = workOf(done);
  return checked
    .flatMap(({ findings }) => findings)
    .filter(({ code }) => ruleOf(code).fixAll !== 'never' && (codes === undefined || codes.includes(code)))
    .filter((coded) => putsRight(work, coded));
}

/** What a part does, by what findings ask of it: there can be thousands of both. */
interface Work {
  /** Whether a service gets something at a path in its container. */
  adds(service: string | undefined, target: string | undefined): boolean;
  /** Whether a variable of a service is set. */
  sets(service: string | undefined): boolean;
  makes(hostFile: string | undefined): boolean;
  /** Whether the permissions of a file are set. */
  opens(hostFile: string | undefined): boolean;
  /** Whether the entry of a service that begins there is made read-only. */
  protects(file: string, service: string | undefined, start: number): boolean;
  /** Whether paths inside of a span, or at its edge, change. */
  changes(span: Place): boolean;
  /** Of those who use a key, those whose mounts stay. */
  unmoved(users: readonly RequirementState[]): readonly RequirementState[];
}

interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

function workOf({ operations, jobs, modes = [] }: Part): Work {
  const added = new Set<string>();
  const set = new Set<string | undefined>();
  const readOnly = new Set<string>();
  const places = new Map<string, Place[]>();
  for (const { file, operation } of operations) {
    if (operation.op === 'add-mount') added.add(JSON.stringify([operation.service, operation.mount.target]));
    else if (operation.op === 'set-environment') set.add(operation.service);
    else if (operation.op === 'make-read-only')
      readOnly.add(JSON.stringify([file, operation.service, operation.start]));
    else if ('start' in operation) {
      const { start, end } = operation;
      const known = places.get(file);
      if (known) known.push({ file, start, end });
      else places.set(file, [{ file, start, end }]);
    }
  }
  const changed = new Map([...places].map(([file, each]) => [file, touchingAny(each)]));
  const changes = (span: Place) => changed.get(span.file)?.(span) === true;
  const made = new Set(jobs.flatMap(({ order }) => pathsToMake(order)));
  const opened = new Set(modes.map(({ path }) => path));
  const staying = new Map<readonly RequirementState[], readonly RequirementState[]>();
  return {
    adds: (service, target) => added.has(JSON.stringify([service, target])),
    sets: (service) => set.has(service),
    makes: (hostFile) => hostFile !== undefined && made.has(hostFile),
    opens: (hostFile) => hostFile !== undefined && opened.has(hostFile),
    protects: (file, service, start) => readOnly.has(JSON.stringify([file, service, start])),
    changes,
    unmoved(users) {
      const known = staying.get(users) ?? users.filter(({ mount }) => !(mount && changes(mount.span)));
      staying.set(users, known);
      return known;
    },
  };
}

/** Whether a place meets any of these, at an edge too: the one that begins last before its end, or one that ends later. */
function touchingAny(places: readonly Place[]): (place: Place) => boolean {
  const sorted = [...places].sort((a, b) => a.start - b.start);
  const ends: number[] = [];
  for (const { end } of sorted) ends.push(Math.max(end, ends.at(-1) ?? 0));
  return ({ start, end }) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle]?.start ?? 0) <= end) from = middle + 1;
      else to = middle;
    }
    return from > 0 && (ends[from - 1] ?? 0) >= start;
  };
}

/** Whether what is done mounts what a finding misses, changes what it stands under, or makes the file that it is about. */
function putsRight(work: Work, { finding }: CodedFinding): boolean {
  const { data, service, target, span } = finding;
  switch (data.kind) {
    case 'missing': {
      const { misplaced } = data;
      return work.adds(service, target) || (misplaced !== undefined && work.changes(misplaced.span));
    }
    case 'storage-variable-missing':
    case 'storage-variable-wrong':
      return work.adds(service, target) || work.sets(service) || work.changes(span);
    case 'file': {
      const { hostFile, mount } = data.state;
      return work.makes(hostFile) || work.opens(hostFile) || work.changes(mount?.span ?? span);
    }
    case 'shared-key': {
      // One of those that share the key keeps it.
      const { state, users } = data;
      const stay = work.unmoved(users);
      let left = 0;
      for (const user of stay) {
        if (user === state || user.service !== state.service) left += 1;
        if (left > 1) return false;
      }
      return true;
    }
    case 'writable':
      return work.protects(span.file, service, data.mount.span.start);
    default:
      return work.changes(span);
  }
}

/** A fix of one finding settles another when it adds the mount that the other misses. */
export function settles(draft: Part, { finding }: CodedFinding): boolean {
  if (finding.data.kind !== 'missing') return false;
  return draft.operations.some(
    ({ operation }) =>
      operation.op === 'add-mount' &&
      operation.service === finding.service &&
      operation.mount.target === finding.target,
  );
}
