/**
 * A façade for testing the wire alone: every word BAD is a finding, whose fixes write GOOD, or create a key and
 * write KEY. A text with the word SLOW is checked when the test lets go, one with THROW makes every verb throw.
 * `together` puts files into one stack: the check of each of them tells what is in all of them.
 */
import type {
  ApplyAnswer,
  ApplyOptions,
  Finding,
  FixSummary,
  LanguageService,
  OfferedFix,
  Plan,
  PlannedFile,
  Range,
  Settings,
  StackInfo,
  StackOffer,
} from '../../server/src/language-service/api/index';
import { noEditor } from '../fixes/no-editor';

export interface FakeService extends LanguageService {
  /** Of the open documents. */
  readonly texts: Map<string, string>;
  /** Of the files on disk. */
  readonly disk: Map<string, string>;
  readonly settings: Settings[];
  /** The files checked so far, in order. */
  readonly checks: string[];
  /** Signals of the checks that wait, oldest first. */
  readonly waiting: { readonly signal: AbortSignal | undefined; readonly release: () => void }[];
  readonly applied: { readonly plan: Plan; readonly names: ReadonlyMap<string, readonly string[]> }[];
  /** While set, `apply` waits until it is aborted. */
  holdApply: boolean;
  /** Called when `apply` has begun to wait. */
  onHold: () => void;
  cleanedUp: boolean;
  /** What `changed` was told, in order. */
  readonly news: (readonly string[] | undefined)[];
  /** Has files checked together; `info` adds to what is told of their stack. */
  together(files: readonly string[], info?: Partial<StackInfo>): void;
  stackOffer: StackOffer | undefined;
}

export function fakeService(): FakeService {
  const texts = new Map<string, string>();
  const disk = new Map<string, string>();
  const settings: Settings[] = [];
  const news: FakeService['news'] = [];
  const stacks: StackInfo[] = [];
  const checks: string[] = [];
  const waiting: FakeService['waiting'] = [];

  const textOf = (file: string) => {
    const text = texts.get(file) ?? disk.get(file) ?? '';
    if (text.includes('THROW')) throw new Error('the fake was told to throw\nat a second line');
    return text;
  };

  const findingsOf = (file: string): Finding[] => {
    const found: Finding[] = [];
    textOf(file)
      .split('\n')
      .forEach((content, line) => {
        const character = content.indexOf('BAD');
        if (character < 0) return;
        const range = { start: { line, character }, end: { line, character: character + 3 } };
        const severity = settings.at(-1)?.rules['missing-certificate-mount'] ?? 'error';
        if (severity === 'off') return;
        found.push({
          code: 'missing-certificate-mount',
          severity,
          message: `Line ${line} is bad`,
          file,
          range,
          service: 'gateway',
          target: '/cert',
          related: [{ message: 'the first line', file, range: { start: range.start, end: range.start } }],
          fixes: fixesOf(line),
          page: line === 0 ? 'https://example.com/page' : 'docs/rules/missing-certificate-mount.md',
        });
      });
    return found;
  };

  const fixesOf = (line: number): FixSummary[] => [
    {
      id: `good:${line}`,
      title: `Make line ${line} good`,
      kind: 'quickfix',
      generates: false,
      preferred: true,
    },
    {
      id: `make:${line}`,
      title: `Make a key for line ${line}`,
      kind: 'quickfix',
      generates: true,
      preferred: false,
    },
  ];

  const planOf = (file: string, findings: Finding[], word: string, makes: boolean): Plan => ({
    title: `Write ${word}`,
    findings,
    create: makes ? findings.map((finding) => made(file, finding.range.start.line)) : [],
    names: makes ? [{ service: 'gateway', names: [], fallback: ['gateway', 'localhost'] }] : [],
    edits: [{ file, edits: findings.map((finding) => ({ range: finding.range, newText: word })) }],
    ignores: [],
    outside: [],
    modes: [],
    effects: [],
    reminders: makes ? ['Put the certificate into the client.'] : [],
  });

  return {
    texts,
    disk,
    news,
    settings,
    checks,
    waiting,
    applied: [],
    holdApply: false,
    onHold: () => {},
    cleanedUp: false,
    open: (file, text) => void texts.set(file, text),
    close: (file) => void texts.delete(file),
    configure: (next) => void settings.push(next),
    targets: async () => [],
    planTask: async () => ({ kind: 'refused', message: 'Not here.' }),
    ...noEditor,
    map: async () => [],
    deployments: async () => ({ deployments: [], complete: true }),
    changed: (files) => void news.push(files),
    together(files, info) {
      stacks.push({
        name: undefined,
        files,
        reason: 'inferred',
        why: 'They declare the same services.',
        projectDirectory: '/project',
        beside: [],
        release: { layout: 'traefik-3.7', title: 'Mender 3.7.0', why: 'The images say so.' },
        ...info,
      });
    },
    stackOffer: undefined,
    async offer() {
      return this.stackOffer;
    },
    async check(file, signal) {
      if (texts.get(file)?.includes('PROBLEM')) return { problem: 'is too large.' };
      checks.push(file);
      const own = stacks.filter((stack) => stack.files.includes(file));
      const files = [...new Set([file, ...own.flatMap((stack) => stack.files)])];
      const findings = files.flatMap(findingsOf);
      if (textOf(file).includes('SLOW')) {
        await new Promise<void>((release) => waiting.push({ signal, release }));
        if (signal?.aborted) return undefined;
      }
      const mender = own.length > 0 || textOf(file).includes('mender');
      return { findings, mender, stacks: own, dependencies: files };
    },
    async fixes(file, range) {
      const touched = findingsOf(file).filter((finding) => overlaps(finding.range, range));
      const fixes: OfferedFix[] = touched.flatMap((finding) =>
        finding.fixes.map((fix) => ({ ...fix, repairs: [finding] })),
      );
      if (findingsOf(file).length > 0) {
        fixes.push({
          id: 'all',
          title: 'Fix all',
          kind: 'source.fixAll.mender',
          generates: false,
          preferred: false,
          repairs: [],
        });
      }
      return fixes;
    },
    async plan(file, fixId) {
      const findings = findingsOf(file);
      if (fixId === 'all') return planOf(file, findings, 'GOOD', false);
      const [verb, line] = fixId.split(':');
      const own = findings.filter((finding) => finding.range.start.line === Number(line));
      if (own.length === 0) return undefined;
      return planOf(file, own, verb === 'make' ? 'KEY' : 'GOOD', verb === 'make');
    },
    async planAll(file, { generate }) {
      return planOf(file, findingsOf(file), generate ? 'KEY' : 'GOOD', generate);
    },
    recover: async () => ({ made: [], finished: [], restored: [], unclear: [] }),
    async apply(plan: Plan, options: ApplyOptions = {}): Promise<ApplyAnswer> {
      this.applied.push({ plan, names: options.names ?? new Map() });
      options.progress?.(0, 2, 'first key');
      if (this.holdApply) {
        await new Promise<void>((resolve) => {
          options.signal?.addEventListener('abort', () => resolve(), { once: true });
          this.onHold();
        });
        await Promise.resolve();
        this.cleanedUp = true;
        return { ok: false, cancelled: true, message: 'Cancelled. Nothing was created.', edited: [] };
      }
      options.progress?.(1, 2, 'second key');
      return {
        ...{ ok: true, created: plan.create, edited: [], edits: plan.edits, reminders: plan.reminders },
        recovered: { made: [], finished: [], restored: [], unclear: [] },
      } as const;
    },
  };
}

function made(file: string, line: number): PlannedFile {
  const directory = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  return { path: `${directory}/ssl/line-${line}.pem`, kind: 'certificate', service: 'gateway' };
}

function overlaps(a: Range, b: Range): boolean {
  return a.start.line <= b.end.line && b.start.line <= a.end.line;
}
