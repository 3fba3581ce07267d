/** From findings to plans: fixes proposed one by one, and one plan for all that can be fixed. */
import { completeDeployment } from '../fixes/complete';
import {
  createWorking,
  type Draft,
  type FixContext,
  joinParts,
  type KeyJob,
  type Part,
  type Surroundings,
} from '../fixes/draft';
import { fixes as fixesByCode } from '../fixes/index';
import type { Host } from '../host/host';
import type { Analysis, CodedFinding } from './analysis';
import { pathsOf, putsRight } from './claims';
import type { Judged } from './judge';
import { presentFinding } from './present';
import { plannedFiles, plannedNames, renderEdits } from './render';
import type { FixSummary, Plan, Settings } from './service';

/**
 * What no plan for everything puts right: there is more than one way, or a certificate that devices know would be
 * replaced.
 */
const ONE_BY_ONE: readonly string[] = [
  'invalid-compose',
  'unresolved-variable',
  'certificate-key-mismatch',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-expires-soon',
  'certificate-host-mismatch',
  'certificate-without-san',
  'weak-signature',
  'storage-certificate-differs',
  'published-private-key',
];

/** A draft with the finding that it was proposed for. */
export interface Proposal {
  readonly id: string;
  readonly coded: CodedFinding;
  readonly draft: Draft;
}

/** What `apply` needs beside the plan that was shown: the keys to make, and below which directory. */
export interface PlannedWork {
  readonly jobs: readonly KeyJob[];
  readonly root: string | undefined;
}

export interface Planner {
  proposals(coded: CodedFinding): Promise<readonly Proposal[]>;
  /** The plan of one proposal; of `judged`, it names the findings that it settles. */
  planOf(proposal: Proposal, judged: readonly Judged[]): Promise<Plan>;
  /** The parts that put right all that can be, by the deployment that they are for. With `generate`, keys are made. */
  completion(
    judged: readonly Judged[],
    generate: boolean,
    codes?: readonly string[],
  ): Promise<readonly (Part & { readonly analysis: Analysis })[]>;
  planAll(judged: readonly Judged[], generate: boolean, codes?: readonly string[]): Promise<Plan>;
  workOf(plan: Plan): PlannedWork | undefined;
}

export interface PlannerOptions {
  readonly host: Host;
  readonly around: Surroundings;
  readonly settings: () => Settings;
  readonly readText: (file: string) => Promise<string | undefined>;
}

export function createPlanner({ host, around, settings, readText }: PlannerOptions): Planner {
  const works = new WeakMap<Plan, PlannedWork>();

  const contextOf = ({ deployment }: Analysis): FixContext => ({
    deployment,
    around,
    work: createWorking(),
  });

  async function proposals(coded: CodedFinding): Promise<readonly Proposal[]> {
    const { code, finding, analysis } = coded;
    const drafts = await fixesByCode.get(code)?.(finding, contextOf(analysis));
    return (drafts ?? []).map((draft, index) => ({
      id: JSON.stringify([code, finding.span.file, finding.span.start, finding.target ?? '', index]),
      coded,
      draft,
    }));
  }

  async function completion(judged: readonly Judged[], generate: boolean, codes?: readonly string[]) {
    const wanted = (code: string) => codes === undefined || codes.includes(code);
    const findings = judged.flatMap((stack) => stack.findings).filter(({ code }) => wanted(code));
    // A stack without findings may still lack files behind its mounts.
    const analyses = new Set([
      ...judged.map(({ analysis }) => analysis),
      ...findings.map(({ analysis }) => analysis),
    ]);
    const parts: (Part & { analysis: Analysis })[] = [];
    for (const analysis of analyses) {
      const own = findings.filter((coded) => coded.analysis === analysis);
      const part = await completeDeployment(own, contextOf(analysis), generate, (code) => {
        return wanted(code) && settings().rules[code] !== 'off';
      });
      parts.push({ ...part, analysis });
    }
    return parts;
  }

  /** Jobs outside the project directory aren't carried out, and said so. */
  function withinProject(part: Part, root: string | undefined): Part {
    const inside = ({ order }: KeyJob) =>
      pathsOf(order).every((path) => {
        const relative = root === undefined ? '..' : host.paths.relative(root, path);
        return !relative.startsWith('..') && !host.paths.isAbsolute(relative);
      });
    const left = part.jobs.filter((job) => !inside(job)).flatMap(({ order }) => pathsOf(order));
    if (left.length === 0) return part;
    const reminder = `Outside the project directory nothing is created: make ${left.join(' and ')} yourself.`;
    return { ...part, jobs: part.jobs.filter(inside), reminders: [...part.reminders, reminder] };
  }

  async function render(
    title: string,
    given: readonly (Part & { readonly analysis: Analysis })[],
    findings: readonly CodedFinding[],
  ): Promise<Plan> {
    const root = given.find(({ jobs }) => jobs.length > 0)?.analysis.deployment.stack.projectDirectory;
    const parts = given.map((part) => ({ ...withinProject(part, root), analysis: part.analysis }));
    const seen = new Set<string>();
    const fresh = (key: string) => !seen.has(key) && seen.add(key);
    // Two stacks with one base file want the same of it.
    const jobs = parts.flatMap((part) =>
      part.jobs.filter(({ order }) => fresh(`job ${JSON.stringify(order)}`)),
    );
    const joined: Part = {
      jobs,
      operations: parts
        .flatMap(({ operations }) => operations)
        .filter((operation) => fresh(`operation ${JSON.stringify(operation)}`)),
      reminders: [...new Set(parts.flatMap(({ reminders }) => reminders))],
    };
    const edits = await renderEdits(joined, readText);
    const edited = new Set(edits.map(({ file }) => file));
    // A list behind an alias of another file, a key without a place for a value: nothing is promised of those.
    const untouched = [...new Set(joined.operations.map(({ file }) => file))].filter(
      (file) => !edited.has(file),
    );
    const byHand = untouched.map(
      (file) =>
        `${host.paths.basename(file)} cannot be edited safely the way it is written: change it by hand.`,
    );
    const plan: Plan = {
      title,
      findings: findings
        .filter(({ finding }) => !untouched.includes(finding.span.file))
        .map((coded) => presentFinding(coded, settings(), [])),
      create: plannedFiles(jobs),
      names: parts.flatMap((part) =>
        plannedNames(
          part.jobs.filter((job) => jobs.includes(job)),
          contextOf(part.analysis),
        ),
      ),
      edits,
      reminders: [...joined.reminders, ...byHand],
    };
    works.set(plan, { jobs, root });
    return plan;
  }

  return {
    proposals,
    completion,
    planOf({ coded, draft }, judged) {
      const settled = judged
        .flatMap(({ findings }) => findings)
        .filter((other) => other === coded || settles(draft, other));
      return render(draft.title, [{ ...draft, analysis: coded.analysis }], settled);
    },
    async planAll(judged, generate, codes) {
      const parts = await completion(judged, generate, codes);
      const title = generate
        ? 'Generate and mount what is missing'
        : 'Fix all Mender problems that need no new key';
      const whole = joinParts(parts);
      const settled = judged
        .flatMap(({ findings }) => findings)
        .filter(({ code }) => !ONE_BY_ONE.includes(code) && (codes === undefined || codes.includes(code)))
        .filter((coded) => putsRight(whole, coded));
      return render(title, parts, settled);
    },
    workOf: (plan) => works.get(plan),
  };
}

export function summaryOf({ id, draft }: Proposal): FixSummary {
  return {
    id,
    title: draft.title,
    kind: 'quickfix',
    generates: draft.jobs.length > 0,
    preferred: draft.preferred,
  };
}

/** A fix of one finding settles another when it adds the mount that the other misses. */
function settles(draft: Draft, { finding }: CodedFinding): boolean {
  if (finding.data.kind !== 'missing') return false;
  return draft.operations.some(
    ({ operation }) =>
      operation.op === 'add-mount' &&
      operation.service === finding.service &&
      operation.mount.target === finding.target,
  );
}
