/** From findings to plans: fixes proposed one by one, and one plan for all that can be fixed. */

import {
  createPlannedState,
  type Draft,
  type FixContext,
  type HostFiles,
  joinParts,
  type KeyJob,
  type ModeChange,
  type Part,
  whole,
} from '../../changes/types';
import { completeDeployment } from '../../fixes/fix-all';
import { fixes } from '../../fixes/index';
import { type IgnorePlan, planIgnores } from '../../git/ignore-file';
import type { GitView } from '../../git/tracking';
import type { Host } from '../../platform/platform';
import { ruleOf } from '../../rules/index';
import type { Rule } from '../../rules/support/rule';
import type { FixSummary, Plan, PlannedMode, Settings } from '../api/index';
import type { KeyOptions, KeyTask, TaskAnswer } from '../api/tasks';
import type { CheckedStack } from '../check/check-file';
import type { Analysis, CodedFinding } from '../check/run-rules';
import { presentFinding } from '../check/to-finding';
import { plannedFiles, plannedNames, renderEdits } from '../edits/to-text-edits';
import { codesOfTask } from '../info/rules';
import type { Effects } from './effects';
import { analysedTexts, isFeasible, undoneOf, withoutUndone } from './feasibility';
import { keyOptionsOf, privateKeysOf, withOptions } from './key-options';
import { settledBy, settles } from './resolved-findings';
import { generateTitle, NOTHING, unknownService } from './titles';
import {
  type Bounds,
  boundsFor,
  directoriesToAllow,
  outsideOf,
  type PlanScope,
  sayOutside,
} from './write-bounds';

/** A draft with the finding that it was proposed for. */
export interface Proposal {
  readonly id: string;
  readonly coded: CodedFinding;
  readonly draft: Draft;
}

/** What `apply` needs beside the plan that was shown. */
export interface PlannedWork {
  /** the keys to make */
  readonly jobs: readonly KeyJob[];
  readonly modes: readonly ModeChange[];
  /** The directory below which they are made; undefined for a file that isn't saved yet. */
  readonly root: string | undefined;
  /** Further ones. */
  readonly also: readonly string[];
  /** What keeps the private keys out of git, as the disk is at the moment. */
  ignores(): Promise<IgnorePlan>;
}

export interface Planner {
  proposals(coded: CodedFinding, scope: PlanScope): Promise<readonly Proposal[]>;
  /** The plan of one proposal; of `checked`, it names the findings that it settles. */
  planOf(proposal: Proposal, checked: readonly CheckedStack[], scope: PlanScope): Promise<Plan>;
  /** The parts that put right all that can be, by the deployment that they are for. */
  completion(checked: readonly CheckedStack[], scope: PlanScope, wish: Wish): Promise<readonly Completion[]>;
  planAll(checked: readonly CheckedStack[], scope: PlanScope, wish: Wish): Promise<Plan>;
  /** One plan for what somebody wants done with keys. */
  planTask(checked: readonly CheckedStack[], task: KeyTask, scope: PlanScope): Promise<TaskAnswer>;
  workOf(plan: Plan): PlannedWork | undefined;
}

/** What is to be put right. */
export interface Wish {
  /** Keys and certificates are made as well. */
  readonly generate: boolean;
  /** Only findings of these rules. */
  readonly codes?: readonly string[];
  /** Services that share a certificate's key get one of their own, though it works. */
  readonly splits?: boolean;
  /** How new keys are made, and for which service alone. */
  readonly keys?: KeyOptions & { readonly service?: string };
}

export type Completion = Part & {
  readonly analysis: Analysis;
  /** Files outside of the bounds; what needs them is left out. */
  readonly outside?: readonly string[];
  /** Compose files that can't be edited as would be needed. */
  readonly byHand?: readonly string[];
};

export interface PlannerOptions {
  readonly host: Host;
  readonly around: HostFiles;
  readonly git: GitView;
  readonly effects: Effects;
  readonly settings: () => Settings;
  readonly readText: (file: string) => Promise<string | undefined>;
}

export function createPlanner({ host, around, git, effects, settings, readText }: PlannerOptions): Planner {
  const works = new WeakMap<Plan, PlannedWork>();

  const contextOf = ({ deployment }: Analysis, keys: KeyOptions = {}): FixContext => ({
    deployment,
    around,
    planned: createPlannedState(),
    directory: keys.directory,
  });

  const boundsOf = (scope: PlanScope) => boundsFor(scope, settings(), host);

  async function proposals(coded: CodedFinding, scope: PlanScope): Promise<readonly Proposal[]> {
    const { code, finding, analysis } = coded;
    const { fix } = ruleOf(code);
    const drafts = fix && (await fixes[fix](finding, contextOf(analysis)));
    const all = (drafts ?? []).map((draft, index) => ({
      id: JSON.stringify([code, finding.span.file, finding.span.start, finding.target ?? '', index]),
      coded,
      draft,
    }));
    const bounds = boundsOf(scope);
    const feasible = await Promise.all(
      all.map(({ draft }) => isFeasible(draft, analysis, bounds, effects, host)),
    );
    return all.filter((_, index) => feasible[index]);
  }

  async function completion(
    checked: readonly CheckedStack[],
    scope: PlanScope,
    { generate, codes, keys = {}, splits = false }: Wish,
  ): Promise<readonly Completion[]> {
    const bounds = boundsOf(allowing(scope, keys.directory));
    const wanted = (code: string) => codes === undefined || codes.includes(code);
    const { service: only } = keys;
    const findings = checked
      .flatMap((stack) => stack.findings)
      .filter(({ code, finding }) => wanted(code) && (only === undefined || finding.service === only));
    // A stack without findings may still lack files behind its mounts.
    const analyses = new Set([
      ...checked.map(({ analysis }) => analysis),
      ...findings.map(({ analysis }) => analysis),
    ]);
    const parts: Completion[] = [];
    for (const analysis of analyses) {
      const own = findings.filter((coded) => coded.analysis === analysis);
      const counts = ({ code }: Rule) => wanted(code) && settings().rules[code] !== 'off';
      const outside = new Set<string>();
      const byHand = new Set<string>();
      const may = async (part: Part) => {
        const files = await outsideOf(part, bounds, host);
        for (const file of files) outside.add(file);
        const undone = await undoneOf(part, analysis, effects);
        for (const { file } of undone) byHand.add(file);
        return files.length + undone.length === 0;
      };
      const options = { generate, wanted: counts, splits, only, may };
      const part = await completeDeployment(own, contextOf(analysis, keys), options);
      const jobs = part.jobs.map((job) => withOptions(job, keys));
      parts.push({ ...part, jobs, analysis, outside: [...outside], byHand: [...byHand] });
    }
    return parts;
  }

  async function render(
    title: string,
    given: readonly Completion[],
    scope: PlanScope,
    settled: (done: Part) => readonly CodedFinding[],
    rootWanted?: string,
  ): Promise<Plan> {
    const bounds = boundsOf(scope);
    const outside = [...new Set(given.flatMap((part) => part.outside ?? []))];
    const seen = new Set<string>();
    const fresh = (key: string) => !seen.has(key) && seen.add(key);
    // Two stacks with one base file want the same of it.
    const operations = given
      .flatMap((part) => part.operations)
      .filter((operation) => fresh(`operation ${JSON.stringify(operation)}`));
    const analysed = analysedTexts(given.map(({ analysis }) => analysis));
    const readToday = async (file: string) => analysed.get(file) ?? readText(file);
    const isSound = effects.of(given.map(({ analysis }) => analysis));
    const { edits, undone } = await renderEdits(operations, readToday, isSound);
    const parts = given.map((part) => ({ ...part, ...withoutUndone(part, undone) }));
    const jobs = parts.flatMap((part) =>
      part.jobs.filter(({ order }) => fresh(`job ${JSON.stringify(order)}`)),
    );
    const modes = parts.flatMap((part) => part.modes ?? []).filter(({ path }) => fresh(`mode ${path}`));
    // A list that another service has too, a key without a place for a value: nothing is promised of those.
    const edited = new Set(edits.map(({ file }) => file));
    const impossible = [...given.flatMap((part) => part.byHand ?? []), ...undone.map(({ file }) => file)];
    const byHand = [...new Set(impossible)].map((file) => {
      const name = host.paths.basename(file);
      return edited.has(file)
        ? `Change the rest of ${name} by hand: it cannot be edited safely as it is written.`
        : `Change ${name} by hand: it cannot be edited safely as it is written.`;
    });
    const done = joinParts(parts);
    const project = parts.find(({ jobs, modes = [] }) => jobs.length + modes.length > 0)?.analysis.deployment
      .stack.projectDirectory;
    const ignores = () => ignoresOf(jobs, project, bounds, scope);
    const { changes, problems } = await ignores();
    const lines = changes.flatMap(({ file, lines }) =>
      lines.map((text) => ({ file, operation: { op: 'append-line', text } as const })),
    );
    const plan: Plan = {
      title,
      findings: settled(done).map((coded) => presentFinding(coded, settings(), [])),
      create: plannedFiles(jobs),
      names: parts.flatMap((part) =>
        plannedNames(
          part.jobs.filter((job) => jobs.includes(job)),
          contextOf(part.analysis),
        ),
      ),
      edits,
      ignores: (await renderEdits(lines, readText)).edits,
      modes: await plannedModes(modes),
      effects: [...new Set(parts.flatMap((part) => part.effects ?? []))],
      reminders: [
        ...new Set(parts.flatMap(({ reminders }) => reminders)),
        ...byHand,
        ...problems,
        ...(outside.length > 0 ? [sayOutside(outside, bounds)] : []),
      ],
      outside: directoriesToAllow(outside, host),
      ...(rootWanted === undefined ? {} : { rootWanted }),
    };
    works.set(plan, { jobs, modes, root: await rootOf(parts, bounds), also: bounds.directories, ignores });
    return plan;
  }

  /** Where what is under way is noted: the project directory, where that lies within the bounds. */
  async function rootOf(parts: readonly Completion[], bounds: Bounds): Promise<string | undefined> {
    const makes = parts.find(({ jobs, modes = [] }) => jobs.length + modes.length > 0) ?? parts[0];
    const project = makes?.analysis.deployment.stack.projectDirectory;
    if (project === undefined || (await bounds.holds(project))) return project;
    return bounds.directories[0];
  }

  /** Lines in ignore files for the private keys that git would take up. */
  async function ignoresOf(
    jobs: readonly KeyJob[],
    home: string | undefined,
    bounds: Bounds,
    { unsaved }: PlanScope,
  ): Promise<IgnorePlan> {
    const keys = [...new Set(jobs.flatMap(({ order }) => privateKeysOf(order)))];
    // Nothing is made in an untrusted workspace, and nothing outside of it is looked at.
    if (!settings().trusted) return { changes: [], problems: [] };
    const avoid = new Set(unsaved);
    return planIgnores(keys, host, git, {
      home,
      avoid,
      mayWrite: async (file) => (await bounds.holds(file)) === true,
    });
  }

  async function plannedModes(modes: readonly ModeChange[]): Promise<PlannedMode[]> {
    const planned: PlannedMode[] = [];
    for (const { path, mode } of modes) {
      const status = await host.files.status(path);
      const before = status.ok ? status.value.mode : undefined;
      if (before !== undefined && before !== mode) planned.push({ path, mode, before });
    }
    return planned;
  }

  async function planTask(
    checked: readonly CheckedStack[],
    task: KeyTask,
    asked: PlanScope,
  ): Promise<TaskAnswer> {
    const scope = allowing(asked, keyOptionsOf(task).directory, outputOf(task));
    if (task.kind === 'generate' || task.kind === 'split') {
      const splits = task.kind === 'split';
      const codes = splits ? codesOfTask('split') : undefined;
      const { service: only } = task;
      const unknown = only === undefined ? undefined : unknownService(checked, only);
      if (unknown !== undefined) return { kind: 'refused', message: unknown };
      const parts = await completion(checked, scope, { generate: true, codes, keys: task, splits });
      if (
        parts.every((part) => part.operations.length + part.jobs.length + (part.modes?.length ?? 0) === 0)
      ) {
        const outside = [...new Set(parts.flatMap((part) => part.outside ?? []))];
        if (outside.length > 0) return refusedOutside(outside, scope);
        const reasons = [...new Set(parts.flatMap(({ reminders }) => reminders))];
        if (reasons.length > 0) return { kind: 'refused', message: reasons.join(' ') };
        return { kind: 'nothing', message: NOTHING[task.kind](only) };
      }
      const title = splits ? `Give ${only ?? 'each service'} its own key` : generateTitle(only);
      const plan = await render(title, parts, scope, (done) => settledBy(done, checked, codes));
      return { kind: 'plan', plan };
    }
    const service = 'service' in task ? task.service : undefined;
    const holds = ({ analysis }: CheckedStack) =>
      analysis.deployment.services.some((mender) => mender.service.name === service);
    const { analysis, inside } = checked.find(holds) ?? checked[0] ?? {};
    if (!analysis?.deployment.isMender || !inside) {
      return { kind: 'refused', message: 'No Mender service in this file.' };
    }
    const { draftTask } = await import('../../tasks/index');
    const drafted = await draftTask(task, {
      ...contextOf(analysis, keyOptionsOf(task)),
      now: inside.now,
      expiresSoonDays: inside.expiresSoonDays,
    });
    if (drafted.kind !== 'plan') return drafted;
    // What it edits rests on what it makes: all of it, or nothing.
    const outside = await outsideOf(drafted.part, boundsOf(scope), host);
    if (outside.length > 0) return refusedOutside(outside, scope);
    const jobs = drafted.part.jobs.map((job) => withOptions(job, keyOptionsOf(task)));
    const findings = checked
      .flatMap((stack) => stack.findings)
      .filter(({ finding }) => finding.service === service && service !== undefined);
    const settled =
      task.kind === 'convert' ? findings.filter(({ code }) => ruleOf(code).task === 'convert') : [];
    return {
      kind: 'plan',
      plan: await render(
        drafted.title,
        [{ ...whole({ ...drafted.part, jobs }), analysis }],
        scope,
        (done) => (done.operations.length === drafted.part.operations.length ? settled : []),
        drafted.rootWanted,
      ),
    };
  }

  function refusedOutside(outside: readonly string[], scope: PlanScope): TaskAnswer {
    const message = sayOutside(outside, boundsOf(scope));
    return { kind: 'refused', message, outside: directoriesToAllow(outside, host) };
  }

  /** With directories that the user names for this plan. */
  function allowing(scope: PlanScope, ...directories: readonly (string | undefined)[]): PlanScope {
    const named = directories.filter((directory) => directory !== undefined);
    return { ...scope, allow: [...(scope.allow ?? []), ...named] };
  }

  /** The directory of a file that the user names for the result. */
  function outputOf(task: KeyTask): string | undefined {
    const output = task.kind === 'bundle' ? task.output : undefined;
    return output === undefined ? undefined : host.paths.dirname(output);
  }

  return {
    proposals,
    completion,
    planOf({ coded, draft }, checked, scope) {
      // Where a file is mounted that somebody else has to make, the mount is there.
      const isWhole = ({ operations, jobs }: Part) =>
        operations.length === draft.operations.length &&
        (operations.length > 0 || jobs.length === draft.jobs.length);
      return render(draft.title, [{ ...whole(draft), analysis: coded.analysis }], scope, (done) =>
        checked
          .flatMap(({ findings }) => findings)
          .filter((other) => (other === coded && isWhole(done)) || settles(done, other)),
      );
    },
    planTask,
    async planAll(checked, asked, wish) {
      const { generate, codes, keys } = wish;
      const scope = allowing(asked, keys?.directory);
      const parts = await completion(checked, scope, wish);
      const title = generate ? generateTitle(keys?.service) : 'Fix all Mender problems that need no new key';
      return render(title, parts, scope, (done) => settledBy(done, checked, codes));
    },
    workOf: (plan) => works.get(plan),
  };
}

export function summaryOf({ id, draft }: Proposal): FixSummary {
  return {
    id,
    title: draft.title,
    kind: 'quickfix',
    generates: draft.jobs.length + (draft.modes?.length ?? 0) > 0,
    preferred: draft.preferred,
  };
}

/** The same for drafts that do the same: one entry that two services mount is made read-only once. */
export function remedyOf({ title, operations, jobs }: Draft): string {
  const edits = operations.map(({ file, operation }) =>
    operation.op === 'make-read-only' ? [file, operation.op, operation.start] : [file, operation],
  );
  return JSON.stringify([title, edits, jobs.map(({ order }) => order)]);
}
