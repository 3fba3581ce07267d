/**
 * A LanguageService of few words, for tests of the command line alone. In its files, `BAD` is an error that an edit
 * fixes (to `GOOD`), `NOKEY name` is an error that needs a key (`KEY name`), `WARN` a warning that nothing fixes.
 * A line `# stack a.yml b.yml` puts a file into a stack of these, relative to `/project`; so does a setting.
 */

import type {
  Finding,
  LanguageService,
  Plan,
  Range,
  RuleInfo,
  Settings,
  StackInfo,
  TextEdit,
} from '../../server/src/language-service/api/index';
import type { KeyTarget, KeyTask, TaskAnswer } from '../../server/src/language-service/api/tasks';
import type { Host } from '../../server/src/platform/platform';
import { noEditor } from '../fixes/no-editor';

/** What the tasks with keys answer. */
export interface TaskScript {
  readonly targets?: (file: string) => readonly KeyTarget[];
  readonly answer?: (task: KeyTask, file: string) => TaskAnswer;
  /** Every task that was planned, with its file. */
  readonly asked?: { readonly file: string; readonly task: KeyTask }[];
}

export const FAKE_RULES: readonly RuleInfo[] = [
  { code: 'bad-word', severity: 'error', summary: 'a word is bad', page: 'https://example.com/bad-word' },
  {
    code: 'missing-token-key-mount',
    severity: 'error',
    summary: 'a key is missing',
    page: 'https://example.com/key',
  },
  { code: 'odd-word', severity: 'warning', summary: 'a word is odd', page: 'https://example.com/odd-word' },
];

const WORDS = /BAD|NOKEY (\w+)|WARN/g;

const NOTHING_RECOVERED = { made: [], finished: [], restored: [], unclear: [] };

export function fakeService(host: Host, script: TaskScript = {}): LanguageService {
  const open = new Map<string, string>();
  let settings: Settings = { rules: {}, trusted: true };

  async function read(file: string): Promise<string | { problem: string }> {
    const text = open.get(file);
    if (text !== undefined) return text;
    const bytes = await host.files.read(file, 1_000_000);
    if (bytes.ok) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.value);
    return {
      problem: `could not be read (${bytes.problem}).`,
    };
  }

  function find(file: string, text: string): { finding: Finding; word: string; name: string }[] {
    const lines = text.split(/\r?\n/);
    return lines.flatMap((line, number) =>
      [...line.matchAll(WORDS)].flatMap((match) => {
        const rule = FAKE_RULES[match[0] === 'BAD' ? 0 : match[0] === 'WARN' ? 2 : 1];
        const severity = rule && (settings.rules[rule.code] ?? rule.severity);
        if (!rule || !severity || severity === 'off') return [];
        const name = match[1] ?? '';
        const generates = name !== '';
        const range: Range = {
          start: { line: number, character: match.index },
          end: { line: number, character: match.index + match[0].length },
        };
        const title = generates ? `Generate a key for ${name}` : 'Say GOOD instead';
        const finding: Finding = {
          code: rule.code,
          severity,
          message: `${match[0]} is not a good word.`,
          file,
          range,
          service: name || undefined,
          target: generates ? `/etc/${name}.pem` : undefined,
          related: generates
            ? [
                {
                  message: 'the file begins here',
                  file,
                  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
                },
              ]
            : [],
          fixes:
            match[0] === 'WARN' ? [] : [{ id: title, title, kind: 'quickfix', generates, preferred: true }],
          page: rule.page,
        };
        return [{ finding, word: match[0], name }];
      }),
    );
  }

  function stackOf(file: string, text: string): StackInfo[] {
    const told = /^# stack (.*)$/m.exec(text)?.[1]?.split(' ');
    const given = settings.stacks?.find(({ files }) => files.includes(file));
    const files = given?.files ?? told?.map((name) => host.paths.join('/project', name));
    if (files === undefined) return [];
    return [
      {
        name: undefined,
        files,
        reason: given ? 'setting' : 'inferred',
        why: 'They declare the same services.',
        projectDirectory: given?.projectDirectory ?? '/project',
        beside: given ? [] : ['/project/beside.yml'],
        release: {
          layout: 'traefik-3.7',
          title: `Mender ${settings.release ?? '3.7.0'}`,
          why: `Files read: ${given?.envFiles?.join(' ') ?? '.env'}.`,
        },
      },
    ];
  }

  return {
    open: (file, text) => void open.set(file, text),
    close: (file) => void open.delete(file),
    configure: (given) => {
      settings = given;
    },
    async check(file, signal) {
      if (signal?.aborted) return undefined;
      const text = await read(file);
      if (typeof text !== 'string') return text;
      if (text.includes('BUG')) throw new Error('the fake broke\nat length');
      const stacks = stackOf(file, text);
      const files = [...new Set([file, ...stacks.flatMap((stack) => stack.files)])];
      const findings: Finding[] = [];
      for (const each of files) {
        const content = await read(each);
        if (typeof content === 'string') findings.push(...find(each, content).map(({ finding }) => finding));
      }
      return { findings, mender: text.includes('mender'), stacks, dependencies: files };
    },
    changed: () => {},
    offer: async () => undefined,
    ...noEditor,
    deployments: async () => ({ deployments: [], complete: true }),
    map: async () => [],
    fixes: async () => [],
    plan: async () => undefined,
    async planAll(file, { generate, codes }) {
      const text = await read(file);
      const found = typeof text === 'string' ? find(file, text) : [];
      const fixed = found.filter(
        ({ finding }) =>
          finding.fixes.some(({ generates }) => generate || !generates) &&
          (!codes || codes.includes(finding.code)),
      );
      const keys = fixed.filter(({ name }) => name !== '');
      const edits = fixed.map(
        ({ finding, name }): TextEdit => ({ range: finding.range, newText: name ? `KEY ${name}` : 'GOOD' }),
      );
      return {
        title: 'Fix all',
        findings: fixed.map(({ finding }) => finding),
        create: keys.map(({ name }) => ({
          path: host.paths.join(host.paths.dirname(file), 'keys', `${name}.pem`),
          kind: 'certificate',
          service: name,
        })),
        names: keys.map(({ name }) => ({
          service: name,
          names: name === 'told' ? ['told.example.com'] : [],
          fallback: [name, 'localhost'],
        })),
        edits: edits.length > 0 ? [{ file, edits }] : [],
        ignores: [],
        outside: [],
        modes: [],
        effects: [],
        reminders: keys.map(({ name }) => `Tell the client about ${name}.`),
      } satisfies Plan;
    },
    targets: async (file) => script.targets?.(file) ?? [],
    async planTask(file, task) {
      script.asked?.push({ file, task });
      return script.answer?.(task, file) ?? { kind: 'refused', message: 'Not here.' };
    },
    recover: async () => NOTHING_RECOVERED,
    async apply(plan, options) {
      for (const [index, { path, service }] of plan.create.entries()) {
        options?.progress?.(index, plan.create.length, service);
        await host.writer.makeDirectory(host.paths.dirname(path), 0o700);
        const text = `names of ${service}: ${options?.names?.get(service)?.join(' ')}`;
        const written = await host.writer.createFile(path, new TextEncoder().encode(text), 0o600);
        if (!written.ok) return { ok: false, cancelled: false, message: written.message, edited: [] };
      }
      for (const { path, mode } of plan.modes) await host.writer.setMode(path, mode);
      if (options?.signal?.aborted) return { ok: false, cancelled: true, message: 'cancelled', edited: [] };
      for (const { file, before = '', after } of options?.texts ?? []) {
        const bytes = (text: string) => new TextEncoder().encode(text);
        const written = await host.writer.rewrite(file, bytes(after), bytes(before));
        if (!written.ok) return { ok: false, cancelled: false, message: written.message, edited: [] };
      }
      return {
        ...{ ok: true, created: plan.create, edits: plan.edits, reminders: plan.reminders },
        ...{ edited: plan.edits.map(({ file }) => file), recovered: NOTHING_RECOVERED },
      } as const;
    },
  };
}
