/** A stack before and after each plan for it, and what differs beside what the plan names. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { applyChanges, lineIndex } from '../../server/src/compose/syntax/line-index';
import type { FileEdits, Plan, Settings } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import type { Answer, AnswerService } from './answer';
import { type Case, HOME, writtenCase } from './cases';
import { type Material, plansOfTasks, type State, type TaskPlan } from './key-tasks';

/** Who trusts storage's certificate gets the new one with it. */
const TRUSTING = ['mender-deployments', 'deployments'];

/** Where Mender's services look for keys and certificates. */
const MENDER_TARGET =
  /^\/certs\/|useradm|deviceauth|tenantadm|mendersoftware|storage-proxy|traefik|ssl\/certs|mtls/;

interface Edited {
  readonly after: Case;
  /** `fix`, or the task's kind. */
  readonly kind: string;
  /** The services that the plan is for. */
  readonly services: ReadonlySet<string>;
  /** What its edits say, and what stood there. */
  readonly words: string;
}

export interface Stack {
  readonly before: Case;
  readonly edited: readonly Edited[];
  /** The kind of each plan, those without edits too. */
  readonly planned: readonly string[];
}

/** All text files below a directory. */
function filesOf({ directory }: Case): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (at: string, depth: number) => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory() && depth < 4) walk(path, depth + 1);
      else if (status?.isFile() && status.size < 500_000) files[path] = readFileSync(path, 'utf8');
    }
  };
  walk(directory, 0);
  return files;
}

/** The plans for a case, each applied to a copy of it below `to`: all fixes, and all tasks over `material` in each of `states`. */
export async function editedStack(
  each: Case,
  to: string,
  material: Material,
  states: readonly State[],
): Promise<Stack> {
  const files = filesOf(each);
  const at = (path: string) => join(each.directory, path);
  const main = at(each.files[0] ?? '');
  const settings: Settings = {
    rules: {},
    trusted: true,
    stacks: [
      {
        files: each.files.map(at),
        ...(each.projectDirectory === undefined ? {} : { projectDirectory: at(each.projectDirectory) }),
        ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles.map(at) }),
      },
    ],
  };
  const project = () => {
    const { environment } = each;
    const host = memoryHost({ files, environment, homeDirectory: HOME, now: material.now });
    const service = createLanguageService(host);
    service.configure(settings);
    return { host, service, main };
  };

  /** Beside a copy lies nothing of the case's own. */
  const copied = (name: string, directory: string, changed: Readonly<Record<string, string>>) =>
    writtenCase(
      name,
      join(to, directory, 'copy'),
      Object.fromEntries(
        Object.entries({ ...files, ...changed }).map(([path, text]) => [
          relative(each.directory, path),
          text,
        ]),
      ),
      {
        files: each.files,
        environment: each.environment,
        ...(each.projectDirectory === undefined ? {} : { projectDirectory: each.projectDirectory }),
        ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles }),
      },
    );

  const tasks: TaskPlan[] = [];
  for (const state of states) tasks.push(...(await plansOfTasks(project(), state, material)));
  const fixes = await plansOfFixes(project());
  const known = new Set<string>();
  const edited: Edited[] = [];
  for (const { kind, plan, services } of [...fixes, ...tasks.map(withServices)]) {
    // What is made is of no concern here: plans with the same edits are one.
    const key = JSON.stringify([plan.edits, [...services]]);
    if (plan.edits.length === 0 || known.has(key)) continue;
    known.add(key);
    const changed = plan.edits.map((edits) => [edits.file, applied(files[edits.file] ?? '', edits)]);
    const name = `${each.name}: ${kind}: ${plan.title}`;
    const words = plan.edits.map((edits) => wordsOf(files[edits.file] ?? '', edits)).join('\n');
    const after = copied(name, String(edited.length), Object.fromEntries(changed));
    edited.push({ after, kind, services, words });
  }
  const planned = [...fixes, ...tasks].map(({ kind }) => kind);
  return { before: copied(each.name, 'before', {}), edited, planned };
}

interface ServicesPlan {
  readonly kind: string;
  readonly plan: Plan;
  readonly services: ReadonlySet<string>;
}

async function plansOfFixes({
  service,
  main,
}: Parameters<typeof plansOfTasks>[0]): Promise<readonly ServicesPlan[]> {
  const answer = await service.check(main, undefined, { fixes: true });
  if (!answer || 'problem' in answer) return [];
  const named = new Set(answer.findings.flatMap((finding) => finding.service ?? []));
  const found: ServicesPlan[] = [];
  for (const generate of [false, true]) {
    const plan = await service.planAll(main, { generate });
    found.push({
      kind: generate ? 'generate all' : 'fix all',
      plan,
      services: new Set([...named, ...namedBy(plan)]),
    });
  }
  for (const id of new Set(answer.findings.flatMap(({ fixes }) => fixes.map((fix) => fix.id)))) {
    const plan = await service.plan(main, id);
    if (!plan) continue;
    const own = answer.findings.filter(({ fixes }) => fixes.some((fix) => fix.id === id));
    const [, giver = '', owner = ''] = /^Move this entry from (.*) to (.*)$/.exec(plan.title) ?? [];
    // One entry that several services have: it is a finding of each.
    const asked = own.map((finding) => finding.service ?? '');
    found.push({
      kind: 'fix',
      plan,
      services: new Set([...asked, giver, owner, ...namedBy(plan), ...TRUSTING]),
    });
  }
  return found;
}

function withServices({ kind, target, plan }: TaskPlan): ServicesPlan {
  const trusting = target.kind === 'tls-pair' ? TRUSTING : [];
  return { kind, plan, services: new Set([target.service, ...namedBy(plan), ...trusting]) };
}

/** Services for which a plan makes something, and those of the findings that it settles. */
function namedBy({ create, findings }: Plan): string[] {
  return [...create.map(({ service }) => service), ...findings.map(({ service }) => service ?? '')];
}

function changesOf(text: string, { edits }: FileEdits) {
  const positions = lineIndex(text);
  return edits.map(({ range, newText }) => ({
    start: positions.offsetAt(range.start.line, range.start.character),
    end: positions.offsetAt(range.end.line, range.end.character),
    newText,
  }));
}

const applied = (text: string, edits: FileEdits) => applyChanges(text, changesOf(text, edits));

/** What the edits of a file write, and the lines that they change. */
function wordsOf(text: string, edits: FileEdits): string {
  return changesOf(text, edits)
    .flatMap(({ start, end, newText }) => {
      const ends = text.indexOf('\n', end);
      return [newText, text.slice(text.lastIndexOf('\n', start - 1) + 1, ends < 0 ? undefined : ends)];
    })
    .join('\n');
}

/** What differs beside what the plan may change. */
export function differences(edited: Edited, before: Case, was: Answer, is: Answer): string[] {
  // What Compose refuses can't be compared.
  if (was.error !== undefined) return [];
  if (is.error !== undefined) return [`is refused after the edit: ${is.error}`];
  const moved = JSON.parse(
    JSON.stringify(is).replaceAll(dirname(edited.after.directory), dirname(before.directory)),
  ) as Answer;
  const [old, now] = [servicesOf(was), servicesOf(moved)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [a, b] = [old[name], now[name]];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    if (!edited.services.has(name) || !a || !b) return [`${name} differs`];
    return ofNamedService(a, b, edited.words).map((what) => `${name} ${what} differs`);
  });
}

/** Mounts in the order of their targets: how they are merged orders them, and nothing depends on it. */
function servicesOf({ services = {} }: Answer): Readonly<Record<string, AnswerService>> {
  const sorted = (each: AnswerService) => ({
    ...each,
    mounts: each.mounts.toSorted((a, b) => (a.target < b.target ? -1 : Number(a.target > b.target))),
  });
  return Object.fromEntries(Object.entries(services).map(([name, each]) => [name, sorted(each)]));
}

/**
 * In a service that a plan names: mounts at Mender's targets may, one that the edit takes from elsewhere, and variables
 * that the edits name or whose value they set; nothing else.
 */
function ofNamedService(old: AnswerService, now: AnswerService, words: string): string[] {
  const found: string[] = [];
  type May = (name: string, value: unknown) => boolean;
  const compare = (what: string, a: object | null, b: object | null, may: May) => {
    const [from, to] = [new Map(Object.entries(a ?? {})), new Map(Object.entries(b ?? {}))];
    for (const name of new Set([...from.keys(), ...to.keys()]))
      if (JSON.stringify(from.get(name)) !== JSON.stringify(to.get(name)) && !may(name, to.get(name)))
        found.push(`${what} ${name}`);
  };
  const mayMount: May = (target, mount) =>
    MENDER_TARGET.test(target) || (mount === undefined && words.includes(target));
  for (const field of ['mounts', 'secrets', 'configs'] as const) {
    const byTarget = (each: AnswerService) => Object.fromEntries(each[field].map((one) => [one.target, one]));
    compare(field, byTarget(old), byTarget(now), mayMount);
  }
  const isSet: May = (name, value) =>
    words.includes(name) || (typeof value === 'string' && value !== '' && words.includes(value));
  compare('environment', old.environment, now.environment, isSet);
  const others = ['mounts', 'secrets', 'configs', 'environment'];
  compare('its', old, now, (field) => others.includes(field));
  return found;
}
