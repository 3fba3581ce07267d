/** The façade's methods over the folders. Everything is computed from today's text; nothing stale can be applied. */

import { ignoreTexts } from '../git/ignore-file';
import { gitViewOf } from '../git/tracking';
import type { Deployment } from '../mender/model/deployment';
import { createFactsCache } from '../pki/files/file-facts-cache';
import type { KeyRequest } from '../pki/generate/requests';
import { steady } from '../platform/never-rejects';
import { isGivenUp } from '../platform/pace';
import type { Host } from '../platform/platform';
import type {
  ApplyAnswer,
  CheckAnswer,
  Finding,
  FixSummary,
  LanguageService,
  OfferedFix,
  Plan,
  Position,
  Range,
  Settings,
  TextChange,
} from './api/index';
import { createLastCheck } from './check/check-cache';
import { type CheckedStack, createChecker } from './check/check-file';
import { hasEnvName } from './check/is-relevant-file';
import type { CodedFinding } from './check/run-rules';
import { presentFinding } from './check/to-finding';
import { createEditorFeatures } from './create-editor-features';
import { rangeOf } from './edits/to-text-edits';
import { createDraftChecker } from './features/completion/check-without-entry';
import { createTexts } from './files/document-texts';
import { createHostFiles } from './files/host-files';
import { fenced } from './files/untrusted';
import { mapOf } from './key-map/build-key-map';
import type { Planner, Proposal } from './plans/planner';
import type { PlanScope } from './plans/write-bounds';
import { createDeploymentFinder } from './workspace/deployments';

const FIX_ALL = 'fix-all';
const GENERATE_ALL = 'generate-all';

export function createLanguageService(given: Host): LanguageService {
  let settings: Settings = { rules: {}, trusted: true };
  const opened = new Set<string>();
  const host = fenced(steady(given), () =>
    settings.trusted ? undefined : (settings.folders ?? [...opened]),
  );
  const texts = createTexts(host);
  const facts = createFactsCache(host);
  const git = gitViewOf(host);
  const around = createHostFiles(host, facts, git, () => settings.trusted);
  const checker = createChecker(texts, host, facts, () => settings);
  const { offer, related, forget: forgetStacks } = checker;
  /** Without a folder, an untrusted file is alone with its directory. */
  const check: typeof checker.check = (file, signal) => {
    if (host.paths.isAbsolute(file)) opened.add(host.paths.dirname(file));
    return checker.check(file, signal);
  };
  const last = createLastCheck(check);
  const drafts = createDraftChecker(texts, host, facts, () => settings);
  const forget = () => {
    forgetStacks();
    drafts.forget();
    last.forget();
  };
  const loadPlanning = async () => {
    const planning = await import('./planning');
    const effects = planning.createEffects(related);
    const planner = planning.createPlanner({
      host,
      around,
      git,
      effects,
      settings: () => settings,
      async readText(file) {
        const answer = await texts.read(file);
        return 'text' in answer ? answer.text : undefined;
      },
    });
    return { ...planning, effects, planner };
  };
  let loaded: ReturnType<typeof loadPlanning> | undefined;
  const planning = () => {
    loaded ??= loadPlanning();
    return loaded;
  };

  const checkedStacks = async (file: string): Promise<readonly CheckedStack[]> => {
    const result = await check(file);
    return result && 'stacks' in result ? result.stacks : [];
  };

  return {
    ...createEditorFeatures({
      host,
      texts,
      around,
      planning,
      last,
      settings: () => settings,
      checkText: drafts.check,
    }),
    open(file, text) {
      // A document that comes hides a file on disk, which may say other things of its place among others; in `.env`,
      // COMPOSE_FILE may say which files belong together.
      if (!texts.isOpen(file) || hasEnvName(file)) forget();
      texts.open(file, text);
      last.forget();
      drafts.changed(file);
    },
    close(file) {
      texts.close(file);
      forget();
    },
    configure(next) {
      settings = next;
      forget();
    },
    changed(files) {
      texts.forget(files);
      forget();
      for (const file of files ?? []) facts.forget(file);
    },
    offer,
    deployments: createDeploymentFinder(texts, host, facts, around, () => settings, planning),
    async check(file, signal, options): Promise<CheckAnswer | { readonly problem: string } | undefined> {
      const result = await last.anew(file, signal).catch((error) => {
        if (!isGivenUp(error)) throw error;
      });
      if (signal?.aborted) return undefined;
      if (result === undefined) return { findings: [], mender: false, stacks: [], dependencies: [file] };
      if ('problem' in result) return { problem: result.problem };
      const findings: Finding[] = [];
      /** By where they begin. */
      const reported = new Map<number, CodedFinding[]>();
      for (const coded of ownFirst(result.stacks, file)) {
        const { start } = coded.finding.span;
        const others = reported.get(start) ?? [];
        // Two stacks with one base tell the same of it.
        if (others.some((other) => tellsTheSame(coded, other))) continue;
        others.push(coded);
        reported.set(start, others);
        const fixes = options?.fixes ? await fixesOf(coded, file) : [];
        if (signal?.aborted) return undefined;
        findings.push(presentFinding(coded, settings, fixes));
      }
      const dependencies = new Set([file]);
      for (const { analysis, info, inside, findings: own } of result.stacks) {
        const analyses = new Set([analysis, ...own.map((coded) => coded.analysis)]);
        for (const { deployment } of analyses)
          for (const path of deployment.stack.dependencies) dependencies.add(path);
        for (const path of lookedAt(analysis.deployment, inside)) dependencies.add(path);
        for (const path of info.beside) dependencies.add(path);
      }
      return {
        findings,
        mender: result.stacks.some(({ analysis }) => analysis.deployment.isMender),
        stacks: result.stacks.map(({ info }) => info),
        dependencies: [...dependencies],
      };
    },
    async map(file) {
      const checked = await checkedStacks(file);
      return checked.flatMap((stack) => mapOf(stack, settings) ?? []);
    },
    async fixes(file, range, within = file) {
      const checked = await last.stacks(file);
      const findings = checked
        .flatMap((stack) => stack.findings)
        .filter(({ finding }) => finding.span.file === within);
      if (findings.length === 0) return [];
      const { changesFiles, effects, joinParts, planner, remedyOf, summaryOf } = await planning();
      // Findings of one service often have one remedy: it is offered once.
      const byRemedy = new Map<string, OfferedFix & { readonly repairs: Finding[] }>();
      const remedies: { readonly title: string; readonly repaired: Finding }[] = [];
      for (const coded of findings) {
        const { finding, analysis } = coded;
        if (!touches(rangeOf(finding.span, analysis.lines(within)), range)) continue;
        const repaired = presentFinding(coded, settings, []);
        for (const proposal of await planner.proposals(coded, { file })) {
          const remedy = remedyOf(proposal.draft);
          if (!byRemedy.has(remedy)) byRemedy.set(remedy, { ...summaryOf(proposal), repairs: [repaired] });
          remedies.push({ title: proposal.draft.title, repaired });
        }
      }
      for (const { title, repairs } of byRemedy.values()) {
        const [own] = repairs;
        for (const other of remedies) {
          const isSame =
            other.title === title && JSON.stringify(other.repaired.range) === JSON.stringify(own?.range);
          if (isSame && !repairs.some((each) => saysTheSame(each, other.repaired)))
            repairs.push(other.repaired);
        }
      }
      const result: OfferedFix[] = [...byRemedy.values()];
      if (within !== file) return result;
      const offer = (fix: Omit<OfferedFix, 'preferred' | 'repairs'>) =>
        result.push({ ...fix, preferred: false, repairs: [] });
      if (result.some((fix) => fix.generates)) {
        const all = joinParts(await planner.completion(checked, { file }, { generate: true }));
        if (all.jobs.length > 1) {
          const title = 'Generate and mount everything that is missing in this deployment';
          offer({ id: GENERATE_ALL, title, kind: 'quickfix', generates: true });
        }
      }
      if (await changesFiles(await planner.completion(checked, { file }, { generate: false }), effects)) {
        const title = 'Fix all Mender problems that need no new key';
        offer({ id: FIX_ALL, title, kind: 'source.fixAll.mender', generates: false });
      }
      return result;
    },
    async plan(file, fixId, options) {
      const checked = await checkedStacks(file);
      const scope = { ...options, file };
      if (checked.length === 0) return undefined;
      const { planner } = await planning();
      if (fixId === FIX_ALL || fixId === GENERATE_ALL) {
        return planner.planAll(checked, scope, { generate: fixId === GENERATE_ALL });
      }
      for (const coded of checked.flatMap(({ findings }) => findings)) {
        const proposal = await proposalOf(coded, fixId, scope, planner);
        if (proposal) return planner.planOf(proposal, checked, scope);
      }
      return undefined;
    },
    async planAll(file, { generate, codes, keys, ...options }) {
      const checked = await checkedStacks(file);
      if (checked.length === 0) return emptyPlan();
      const { planner } = await planning();
      return planner.planAll(checked, { ...options, file }, { generate, codes, keys });
    },
    async targets(file) {
      const { targetsOfAll } = await planning();
      return targetsOfAll(await checkedStacks(file), around, settings);
    },
    async planTask(file, task, options) {
      const { planner } = await planning();
      return planner.planTask(await checkedStacks(file), task, { ...options, file });
    },
    async apply(plan, { names, progress, signal, texts = [], writeProtected } = {}): Promise<ApplyAnswer> {
      const { planner } = await planning();
      const work = planner.workOf(plan);
      const refuse = (message: string): ApplyAnswer => ({ ok: false, cancelled: false, message, edited: [] });
      const reminders = [...plan.effects, ...plan.reminders];
      const done: Extract<ApplyAnswer, { ok: true }> = {
        ...{ ok: true, created: [], edited: [], edits: plan.edits, reminders },
        recovered: { made: [], finished: [], restored: [], unclear: [] },
      };
      if (!work) {
        const { create, edits, ignores, modes } = plan;
        const isEmpty = [create, edits, ignores, modes, texts].every((each) => each.length === 0);
        return isEmpty ? done : refuse('This plan is unknown, so nothing was done. Plan it again.');
      }
      if (!settings.trusted && work.jobs.length + work.modes.length + texts.length === 0) return done;
      if (!settings.trusted) {
        return refuse('No key is created in an untrusted workspace. Trust the workspace first.');
      }
      if (work.root === undefined) {
        if (work.jobs.length + work.modes.length + texts.length === 0) return done;
        return refuse('Save the compose file first: keys are created in its directory.');
      }
      const orders = work.jobs.map(({ order, mender }): KeyRequest => {
        if (!('names' in order)) return order;
        const planned = plan.names.find(({ service }) => service === mender.service.name);
        const chosen = names?.get(mender.service.name);
        const reported = planned && planned.names.length > 0 ? planned.names : planned?.fallback;
        return {
          ...order,
          names: chosen && chosen.length > 0 ? chosen : (reported ?? [mender.service.name]),
        };
      });
      const { make, setModes } = await import('../pki/generate/index');
      // On the disk before anything of a key is; whatever happens then, git takes none of it.
      const { changes, problems } = await work.ignores();
      const [problem] = problems;
      if (problem !== undefined) return refuse(`${problem} Nothing was created.`);
      const modes = await setModes(work.modes, host, [work.root, ...work.also]);
      if (!modes.ok) return refuse(modes.message);
      const answer = await make(orders, host, {
        ...{ root: work.root, also: work.also, signal, progress },
        ignore: await ignoreTexts(changes, host),
        texts: texts.map((text) => bytesOf(text, writeProtected)),
      }).catch(async (error) => {
        await modes.undo();
        throw error;
      });
      if (!answer.ok) {
        await modes.undo();
        return answer;
      }
      const made = new Set(answer.made.map(({ path }) => path));
      const { edited, recovered } = answer;
      return { ...done, created: plan.create.filter(({ path }) => made.has(path)), edited, recovered };
    },
    async recover(directories) {
      if (!settings.trusted) return { made: [], finished: [], restored: [], unclear: [] };
      const { recoverRuns } = await import('../pki/generate/index');
      return recoverRuns(host, directories);
    },
  };

  async function fixesOf(coded: CodedFinding, file: string): Promise<readonly FixSummary[]> {
    const { planner, summaryOf } = await planning();
    return (await planner.proposals(coded, { file })).map(summaryOf);
  }

  async function proposalOf(
    coded: CodedFinding,
    fixId: string,
    scope: PlanScope,
    planner: Planner,
  ): Promise<Proposal | undefined> {
    const { code, finding } = coded;
    const start = JSON.stringify([code, finding.span.file, finding.span.start]).slice(0, -1);
    if (!fixId.startsWith(`${start},`)) return undefined;
    return (await planner.proposals(coded, scope)).find(({ id }) => id === fixId);
  }
}

function saysTheSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message && JSON.stringify(a.range) === JSON.stringify(b.range);
}

/** The host files behind mounts, and where links lead. */
function* lookedAt({ services }: Deployment, { file }: CheckedStack['inside']): Generator<string> {
  for (const { states } of services) {
    for (const state of states) {
      const facts = file(state)?.facts;
      if (!facts) continue;
      yield facts.path;
      if (facts.realPath !== undefined) yield facts.realPath;
    }
  }
}

/** The findings of all stacks, those in `file` before the others. */
function ownFirst(checked: readonly CheckedStack[], file: string): CodedFinding[] {
  const all = checked.flatMap(({ findings }) => findings);
  return [
    ...all.filter(({ finding }) => finding.span.file === file),
    ...all.filter(({ finding }) => finding.span.file !== file),
  ];
}

function tellsTheSame({ code, finding: a }: CodedFinding, other: CodedFinding): boolean {
  const b = other.finding;
  return (
    code === other.code &&
    a.message === b.message &&
    a.span.start === b.span.start &&
    a.span.end === b.span.end &&
    a.span.file === b.span.file
  );
}

function bytesOf({ file, before, after }: TextChange, writeProtected: boolean | undefined) {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    ...{ path: file, before: before === undefined ? undefined : bytes(before), after: bytes(after) },
    ...(writeProtected === undefined ? {} : { writeProtected }),
  };
}

function emptyPlan(): Plan {
  return {
    title: '',
    findings: [],
    create: [],
    names: [],
    edits: [],
    ignores: [],
    modes: [],
    effects: [],
    reminders: [],
    outside: [],
  };
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function touches(a: Range, b: Range): boolean {
  return !before(a.end, b.start) && !before(b.end, a.start);
}
