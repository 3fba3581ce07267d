/** Everything that an editor asks of the façade about one file, and whether the answers can be true. */
import { applyEdits } from '../../server/src/cli/apply/text-edits';
import type {
  CheckAnswer,
  FileEdits,
  Finding,
  LanguageService,
  Plan,
  Range,
} from '../../server/src/language-service/api/index';
import { type Random, seeded } from '../pki/agreement/random';
import type { MemoryHost } from '../platform/memory-host';
import type { Fault } from './kind';
import { keepsAll, parses } from './yaml-facts';

export interface Asked {
  readonly service: LanguageService;
  readonly host: MemoryHost;
  readonly file: string;
  /** The texts of open documents, by path; what isn't open is on the host's disk. */
  readonly open: ReadonlyMap<string, string>;
  /** A service that never saw anything, over the same disk with these documents open. */
  fresh(open: ReadonlyMap<string, string>): LanguageService;
  /** What stands in a file that a plan would create; without it, plans are looked at and not carried out. */
  made?(kind: 'private-key' | 'certificate' | 'token-key'): string;
  /** Sees every answer: what must never be in one is looked for here. */
  seen?(answer: unknown): Fault | undefined;
}

const EVERYWHERE: Range = {
  start: { line: 0, character: 0 },
  end: { line: Number.MAX_SAFE_INTEGER, character: 0 },
};
/** Plans tried of one input. */
const MAX_PLANS = 4;
const POSITIONS = 6;

const wrong = (message: string): Fault => ({ kind: 'wrong', message });

/** Checks, describes, looks for fixes and carries them out on copies. */
export async function askEverything(asked: Asked, salt: number): Promise<Fault | undefined> {
  const { service, file, open } = asked;
  const random = seeded(salt);
  const answer = await service.check(file, undefined, { fixes: true });
  if (answer === undefined) return wrong('check answers undefined though nobody cancelled');
  if ('problem' in answer) return asked.seen?.(answer);
  const textOf = textsOf(asked);
  for (const { code, file: place, range, related, message } of answer.findings) {
    for (const each of [{ file: place, range }, ...related]) {
      if (!isInside(each.range, textOf(each.file))) return wrong(`${code}: a range outside of its file`);
    }
    if (!/[.!?)`]$/.test(message)) return wrong(`${code}: a message that is no sentence`);
  }
  const differs = await comparedWithFresh(asked, answer);
  const described = await describeSome(asked, random, textOf(file) ?? '');
  return (
    differs ??
    described ??
    asked.seen?.(answer) ??
    (open.size > 0 ? await tryPlans(asked, answer, random) : undefined)
  );
}

function textsOf({ host, open }: Asked): (file: string) => string | undefined {
  // A byte order mark is part of the text, and of its places.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (file) => {
    const bytes = host.bytes(file);
    return open.get(file) ?? (bytes && decoder.decode(bytes));
  };
}

/** True when both ends are places of the text, in their order. */
function isInside({ start, end }: Range, text: string | undefined): boolean {
  const lines = (text ?? '').split(/\r\n|\n|\r/);
  const fits = ({ line, character }: Range['start']) =>
    Number.isInteger(line) &&
    Number.isInteger(character) &&
    character >= 0 &&
    character <= (lines[line]?.length ?? -1);
  return (
    fits(start) &&
    fits(end) &&
    (start.line < end.line || (start.line === end.line && start.character <= end.character))
  );
}

async function comparedWithFresh(asked: Asked, answer: CheckAnswer): Promise<Fault | undefined> {
  const again = await asked.fresh(asked.open).check(asked.file, undefined, { fixes: true });
  if (JSON.stringify(again) === JSON.stringify(answer)) return undefined;
  return wrong('a service that saw an earlier text answers otherwise than one that did not');
}

async function describeSome(asked: Asked, random: Random, text: string): Promise<Fault | undefined> {
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < POSITIONS; i++) {
    const line = random.oneIn(20) ? lines.length + random.below(5) : random.below(lines.length);
    const length = lines[line]?.length ?? 0;
    const character = random.oneIn(20) ? length + random.below(50) : random.below(length + 1);
    const found = await asked.service.describe(asked.file, { line, character });
    if (found && !isInside(found.range, text)) return wrong('a description of a range outside of the file');
    const fault = asked.seen?.(found);
    if (fault) return fault;
  }
  return undefined;
}

async function tryPlans(asked: Asked, before: CheckAnswer, random: Random): Promise<Fault | undefined> {
  const { service, file } = asked;
  const offered = await service.fixes(file, EVERYWHERE);
  const ids = offered.map(({ id }) => id);
  while (ids.length > MAX_PLANS) ids.splice(random.below(ids.length), 1);
  for (const id of ids) {
    const plan = await service.plan(file, id);
    if (plan === undefined) return wrong(`no plan for a fix that is offered: ${codeOf(id)}`);
    // In damaged text the tree is a guess, and whether it can be edited is known only when somebody asks for it.
    const sound = [...asked.open.values()].every(parses);
    if (sound && plan.edits.length + plan.create.length + plan.modes.length === 0)
      return wrong(`a fix that is offered does nothing: ${codeOf(id)}`);
    const fault = await carriedOut(asked, plan, before, codeOf(id));
    if (fault) return fault;
  }
  for (const generate of [true, false]) {
    const plan = await service.planAll(file, { generate });
    const fault = await carriedOut(asked, plan, before, `planAll ${generate}`);
    if (fault) return fault;
  }
  return undefined;
}

const codeOf = (id: string) => /^\["([\w-]+)"/.exec(id)?.[1] ?? id;

async function carriedOut(
  asked: Asked,
  plan: Plan,
  before: CheckAnswer,
  name: string,
): Promise<Fault | undefined> {
  const textOf = textsOf(asked);
  const open = new Map(asked.open);
  for (const edits of plan.edits) {
    const fault = editFault(edits, textOf(edits.file), name);
    if (fault) return fault;
    open.set(edits.file, applyEdits(textOf(edits.file) ?? '', edits.edits));
  }
  const seen = asked.seen?.(plan);
  if (seen || !asked.made) return seen;
  const created = plan.create.map(({ path }) => path).filter((path) => asked.host.bytes(path) === undefined);
  for (const { path, kind } of plan.create)
    if (created.includes(path)) {
      const isPublic = kind === 'certificate' || kind === 'bundle' || kind === 'request';
      asked.host.put(path, asked.made(isPublic ? 'certificate' : kind), isPublic ? 0o644 : 0o600);
    }
  for (const { path, mode } of plan.modes) await asked.host.writer.setMode(path, mode);
  try {
    const after = await asked.fresh(open).check(asked.file, undefined, { fixes: true });
    if (after === undefined || 'problem' in after)
      return wrong(`${name}: the file can't be checked after it`);
    // In damaged text the tree is a guess: what an edit does to it can't be promised.
    if (![...asked.open.values()].every(parses)) return undefined;
    // Where nothing but mounts tells the release, new mounts can tell another one, with other needs.
    if (layoutsOf(after) !== layoutsOf(before)) return undefined;
    // All keys made here are the same one.
    const claimed = plan.findings.filter(
      ({ code }) => plan.create.length === 0 || !code.startsWith('shared-'),
    );
    return settled(claimed, before.findings, after.findings, name);
  } finally {
    for (const path of created) asked.host.drop(path);
  }
}

const layoutsOf = ({ stacks }: CheckAnswer) => stacks.map(({ release }) => release?.layout).join();

function editFault({ file, edits }: FileEdits, text: string | undefined, name: string): Fault | undefined {
  if (edits.some(({ range }) => !isInside(range, text))) return wrong(`${name}: an edit outside of the file`);
  if (!/\.ya?ml$/.test(file) || text === undefined || !parses(text)) return undefined;
  const after = applyEdits(text, edits);
  if (!parses(after)) return wrong(`${name}: the text is no YAML after it`);
  const inserts = edits.every(({ range }) => JSON.stringify(range.start) === JSON.stringify(range.end));
  return inserts && !keepsAll(text, after)
    ? wrong(`${name}: something is gone though it only inserts`)
    : undefined;
}

/** Each finding that a plan says it settles makes one of its kind less. */
function settled(
  claimed: readonly Finding[],
  before: readonly Finding[],
  after: readonly Finding[],
  name: string,
): Fault | undefined {
  const kindOf = ({ code, service, target }: Finding) => JSON.stringify([code, service, target]);
  const count = (list: readonly Finding[], kind: string) =>
    list.filter((each) => kindOf(each) === kind).length;
  for (const kind of new Set(claimed.map(kindOf))) {
    if (count(after, kind) > Math.max(0, count(before, kind) - count(claimed, kind)))
      return wrong(`${name}: says that it settles ${codeOf(kind)}, which is still there`);
  }
  return undefined;
}
