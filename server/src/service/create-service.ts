/** The façade's verbs over the rooms. Everything is computed from today's text; nothing stale can be applied. */

import type { LineIndex } from '../compose/text';
import { completeDeployment } from '../fixes/complete';
import {
  createWorking,
  type Draft,
  type FixContext,
  joinParts,
  type KeyJob,
  type Part,
} from '../fixes/draft';
import { fixes as fixesByCode } from '../fixes/index';
import type { Host } from '../host/host';
import { createFactsCache } from '../pki/facts';
import type { KeyOrder } from '../pki/orders';
import {
  type Analysis,
  analyse,
  analyseUnreadable,
  type CodedFinding,
  findingsOf,
  hasComposeName,
  isOurs,
  mightBeMender,
  projectDirectoryOf,
} from './analysis';
import { plannedFiles, plannedNames, rangeOf, renderEdits } from './render';
import { pageOf } from './rule-info';
import type {
  ApplyAnswer,
  Finding,
  FixSummary,
  MenderService,
  Plan,
  Position,
  Range,
  Settings,
} from './service';
import { createSurroundings, keyMarks } from './surroundings';
import { createTexts } from './texts';

const FIX_ALL = 'fix-all';
const GENERATE_ALL = 'generate-all';

interface Judged {
  readonly analysis: Analysis;
  readonly findings: readonly CodedFinding[];
}

/** A draft with the finding that it was proposed for. */
interface Proposal {
  readonly id: string;
  readonly coded: CodedFinding;
  readonly draft: Draft;
}

export function createService(host: Host): MenderService {
  const texts = createTexts(host);
  const facts = createFactsCache(host);
  let settings: Settings = { rules: {}, trusted: true };
  const around = createSurroundings(host, facts, () => settings.trusted);
  const analyses = new Map<string, { readonly dotenv: string | undefined; readonly analysis: Analysis }>();
  const jobsOf = new WeakMap<Plan, { readonly jobs: readonly KeyJob[]; readonly root: string | undefined }>();

  const readText = async (file: string) => {
    const answer = await texts.read(file);
    return 'text' in answer ? answer.text : undefined;
  };

  async function analysisOf(file: string): Promise<Analysis | { readonly problem: string }> {
    const answer = await texts.read(file);
    if ('problem' in answer) return answer;
    if ('notText' in answer) return analyseUnreadable(file, answer.notText, host);
    const directory = projectDirectoryOf(file, host);
    const dotenv = directory && (await readText(host.paths.join(directory, '.env')));
    const known = analyses.get(file);
    if (known?.analysis.text === answer.text && known.dotenv === dotenv) return known.analysis;
    const analysis = await analyse({ file, text: answer.text, dotenv }, host);
    if (texts.isOpen(file)) analyses.set(file, { dotenv, analysis });
    return analysis;
  }

  /** Undefined for a file that is no concern of ours. */
  async function judge(file: string): Promise<Judged | { readonly problem: string } | undefined> {
    if (texts.isOpen(file) && !hasComposeName(file) && !mightBeMender((await readText(file)) ?? ''))
      return undefined;
    const analysis = await analysisOf(file);
    if ('problem' in analysis) return analysis;
    if (!isOurs(analysis, texts.isOpen(file))) return undefined;
    const keyFiles = analysis.deployment.services
      .flatMap((service) => service.states)
      .filter(({ requirement }) => requirement.kind === 'token-key' || requirement.kind === 'private-key')
      .flatMap((state) => state.hostFile ?? []);
    const marks = await keyMarks(keyFiles, host, facts, settings.trusted);
    const findings = findingsOf(analysis, marks).filter(({ code }) => settings.rules[code] !== 'off');
    return { analysis, findings };
  }

  const contextOf = (analysis: Analysis): FixContext => ({
    deployment: analysis.deployment,
    around,
    work: createWorking(),
  });

  function present(
    { code, defaultSeverity, finding }: CodedFinding,
    lines: LineIndex,
    fixes: readonly FixSummary[],
  ): Finding {
    const wanted = settings.rules[code];
    return {
      code,
      severity: wanted && wanted !== 'off' ? wanted : defaultSeverity,
      message: finding.message,
      file: finding.span.file,
      range: rangeOf(finding.span, lines),
      service: finding.service,
      target: finding.target,
      related: finding.related.map(({ message, span }) => ({
        message,
        file: span.file,
        range: rangeOf(span, lines),
      })),
      fixes,
      page: pageOf(code),
    };
  }

  async function proposals(coded: CodedFinding, analysis: Analysis): Promise<readonly Proposal[]> {
    const drafts = await fixesByCode.get(coded.code)?.(coded.finding, contextOf(analysis));
    return (drafts ?? []).map((draft, index) => ({
      id: `${coded.code}|${coded.finding.span.start}|${coded.finding.target ?? ''}|${index}`,
      coded,
      draft,
    }));
  }

  const summaryOf = ({ id, draft }: Proposal): FixSummary => ({
    id,
    title: draft.title,
    kind: 'quickfix',
    generates: draft.jobs.length > 0,
    preferred: draft.preferred,
  });

  async function completion(judged: Judged, generate: boolean, codes?: readonly string[]): Promise<Part> {
    const wanted = (code: string) => codes === undefined || codes.includes(code);
    const findings = judged.findings.filter(({ code }) => wanted(code));
    return completeDeployment(findings, contextOf(judged.analysis), generate, (code) => {
      return wanted(code) && settings.rules[code] !== 'off';
    });
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

  async function planOf(
    title: string,
    given: Part,
    findings: readonly CodedFinding[],
    analysis: Analysis,
  ): Promise<Plan> {
    const root = analysis.deployment.stack.projectDirectory;
    const part = withinProject(given, root);
    const plan: Plan = {
      title,
      findings: findings.map((coded) => present(coded, analysis.lines, [])),
      create: plannedFiles(part.jobs),
      names: plannedNames(part.jobs, contextOf(analysis)),
      edits: await renderEdits(part, readText),
      reminders: part.reminders,
    };
    jobsOf.set(plan, { jobs: part.jobs, root });
    return plan;
  }

  /** The findings that a completion puts right: those that are gone once its edits are applied and its files made. */
  async function planAll(judged: Judged, generate: boolean, codes?: readonly string[]): Promise<Plan> {
    const part = await completion(judged, generate, codes);
    const title = generate
      ? 'Generate and mount what is missing'
      : 'Fix all Mender problems that need no new key';
    const fixable = judged.findings.filter(
      ({ code }) => code !== 'invalid-compose' && code !== 'unresolved-variable',
    );
    const concerned = part.operations.length + part.jobs.length > 0 ? fixable : [];
    return planOf(
      title,
      part,
      codes ? concerned.filter(({ code }) => codes.includes(code)) : concerned,
      judged.analysis,
    );
  }

  return {
    open(file, text) {
      texts.open(file, text);
    },
    close(file) {
      texts.close(file);
      analyses.delete(file);
    },
    configure(next) {
      settings = next;
    },
    changed() {
      analyses.clear();
    },
    async offer() {
      return undefined;
    },
    async check(file, signal, options) {
      const judged = await judge(file);
      if (signal?.aborted) return undefined;
      if (judged === undefined) return { findings: [], mender: false, stacks: [], dependencies: [] };
      if ('problem' in judged) return judged;
      const findings: Finding[] = [];
      for (const coded of judged.findings) {
        const fixes = options?.fixes ? (await proposals(coded, judged.analysis)).map(summaryOf) : [];
        if (signal?.aborted) return undefined;
        findings.push(present(coded, judged.analysis.lines, fixes));
      }
      return { findings, mender: judged.analysis.mender, stacks: [], dependencies: [file] };
    },
    async fixes(file, range) {
      const judged = await judge(file);
      if (judged === undefined || 'problem' in judged) return [];
      const { analysis, findings } = judged;
      const touched = findings.filter(({ finding }) => touches(rangeOf(finding.span, analysis.lines), range));
      // Findings of one service often have one remedy: it is offered once.
      const byRemedy = new Map<string, FixSummary>();
      for (const coded of touched) {
        for (const proposal of await proposals(coded, analysis)) {
          const { title, operations, jobs } = proposal.draft;
          const remedy = JSON.stringify([title, operations, jobs.map(({ order }) => order)]);
          if (!byRemedy.has(remedy)) byRemedy.set(remedy, summaryOf(proposal));
        }
      }
      const result = [...byRemedy.values()];
      if (findings.length === 0) return result;
      if (result.some((fix) => fix.generates)) {
        const all = await completion(judged, true);
        if (all.jobs.length > 1) {
          const title = 'Generate and mount everything that is missing in this deployment';
          result.push({ id: GENERATE_ALL, title, kind: 'quickfix', generates: true, preferred: false });
        }
      }
      const part = await completion(judged, false);
      if (part.operations.length > 0) {
        const title = 'Fix all Mender problems that need no new key';
        result.push({ id: FIX_ALL, title, kind: 'source.fixAll.mender', generates: false, preferred: false });
      }
      return result;
    },
    async plan(file, fixId) {
      const judged = await judge(file);
      if (judged === undefined || 'problem' in judged) return undefined;
      if (fixId === FIX_ALL || fixId === GENERATE_ALL) return planAll(judged, fixId === GENERATE_ALL);
      for (const coded of judged.findings) {
        if (!fixId.startsWith(`${coded.code}|${coded.finding.span.start}|`)) continue;
        const proposal = (await proposals(coded, judged.analysis)).find(({ id }) => id === fixId);
        if (!proposal) continue;
        const { draft } = proposal;
        const settled = judged.findings.filter(
          (other) => other === coded || settles(draft, other, judged.analysis),
        );
        return planOf(draft.title, draft, settled, judged.analysis);
      }
      return undefined;
    },
    async planAll(file, { generate, codes }) {
      const judged = await judge(file);
      if (judged === undefined || 'problem' in judged) return emptyPlan();
      return planAll(judged, generate, codes);
    },
    async apply(plan, options = {}): Promise<ApplyAnswer> {
      const known = jobsOf.get(plan);
      const done = { ok: true, created: [], kept: [], edits: plan.edits, reminders: plan.reminders } as const;
      if (!known || known.jobs.length === 0) return done;
      if (!settings.trusted) {
        const message =
          'No key is created in an untrusted workspace. Trust the workspace first, if you know who wrote it.';
        return { ok: false, cancelled: false, message };
      }
      if (known.root === undefined) {
        return {
          ok: false,
          cancelled: false,
          message: 'Save the compose file first: keys are created beside it.',
        };
      }
      const orders = known.jobs.map(({ order, mender }): KeyOrder => {
        if (order.kind === 'token-key') return order;
        const planned = plan.names.find(({ service }) => service === mender.service.name);
        const chosen = options.names?.get(mender.service.name);
        const told = planned && planned.names.length > 0 ? planned.names : planned?.fallback;
        return { ...order, names: chosen && chosen.length > 0 ? chosen : (told ?? [mender.service.name]) };
      });
      const { make } = await import('../pki/generate');
      const answer = await make(orders, host, {
        root: known.root,
        signal: options.signal,
        progress: options.progress,
      });
      if (!answer.ok) return answer;
      const made = new Set(answer.made.map(({ path }) => path));
      return { ...done, created: plan.create.filter(({ path }) => made.has(path)), kept: answer.kept };
    },
  };
}

function emptyPlan(): Plan {
  return { title: '', findings: [], create: [], names: [], edits: [], reminders: [] };
}

function pathsOf(order: KeyOrder): readonly string[] {
  if (order.kind === 'token-key') return [order.keyPath];
  return order.kind === 'certificate' ? [order.certificatePath] : [order.certificatePath, order.keyPath];
}

/** A fix of one finding settles another when it adds the mount or variable that the other misses. */
function settles(draft: Draft, other: CodedFinding, analysis: Analysis): boolean {
  if (other.finding.data.kind !== 'missing') return false;
  const { service, target } = other.finding;
  const part = joinParts([draft]);
  return part.operations.some(
    ({ operation, file }) =>
      file === analysis.file &&
      operation.op === 'add-mount' &&
      operation.service === service &&
      operation.mount.target === target,
  );
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function touches(a: Range, b: Range): boolean {
  return !before(a.end, b.start) && !before(b.end, a.start);
}
