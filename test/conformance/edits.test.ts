/**
 * Every fix, and the plans for all, over our fixtures, Mender's own stacks and generated ones: after the edit compose-go
 * loads the files as before, and its model differs in what the plan names: mounts and variables of the services whose
 * findings the plan is for. Where Go isn't there, our own loader is asked.
 *
 * CONFORMANCE_EDITS says for how many generated stacks; `npm run conformance` has it for all.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { applyChanges, lineIndex } from '../../server/src/compose/text';
import { createService } from '../../server/src/service/create-service';
import type { Plan } from '../../server/src/service/service';
import { memoryHost } from '../host/memory-host';
import type { Answer, AnswerService } from './answer';
import { type Case, corpusCases, fixtureCases, HOME, hasCorpus, writtenCase } from './cases';
import { generateStacks } from './generate';
import { load } from './ours';
import { buildReference } from './reference';

const seed = Number(process.env.CONFORMANCE_SEED ?? 20_240_229);
const count = Number(process.env.CONFORMANCE_EDITS ?? 20);
const root = mkdtempSync(join(tmpdir(), 'mender-compose-edits-'));
const built = count > 20 ? buildReference() : { missing: 'a sample asks our own loader' };
const reference = 'missing' in built ? undefined : built;
const lines: string[] = [];

afterAll(() => {
  reference?.dispose();
  rmSync(root, { recursive: true, force: true });
  console.log(lines.join('\n'));
});

/** Who trusts storage's certificate gets the new one with it. */
const TRUSTING = ['mender-deployments', 'deployments'];

/** All text files below a directory, and what is beside it that the case names. */
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

interface Edited {
  readonly before: Case;
  readonly after: Case;
  readonly plan: Plan;
  /** The services that the plan is for. */
  readonly services: ReadonlySet<string>;
}

/** The plans for a case, each applied to a copy of it. */
async function editsOf(each: Case, number: number): Promise<readonly Edited[]> {
  const files = filesOf(each);
  const at = (path: string) => join(each.directory, path);
  const host = memoryHost({ files, environment: each.environment, homeDirectory: HOME });
  const service = createService(host);
  service.configure({
    rules: {},
    trusted: true,
    stacks: [
      {
        files: each.files.map(at),
        ...(each.projectDirectory === undefined ? {} : { projectDirectory: at(each.projectDirectory) }),
        ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles.map(at) }),
      },
    ],
  });
  const main = at(each.files[0] ?? '');
  const answer = await service.check(main, undefined, { fixes: true });
  if (!answer || 'problem' in answer) return [];
  const plans: Plan[] = [];
  for (const generate of [false, true]) plans.push(await service.planAll(main, { generate }));
  for (const id of new Set(answer.findings.flatMap(({ fixes }) => fixes.map((fix) => fix.id)))) {
    const plan = await service.plan(main, id);
    if (plan) plans.push(plan);
  }
  const named = new Set(answer.findings.flatMap((finding) => finding.service ?? []));
  return plans
    .filter(({ edits }) => edits.length > 0)
    .map((plan, index) => {
      const texts = { ...files };
      for (const { file, edits } of plan.edits) {
        const text = texts[file] ?? '';
        const positions = lineIndex(text);
        const changes = edits.map(({ range, newText }) => ({
          start: positions.offsetAt(range.start.line, range.start.character),
          end: positions.offsetAt(range.end.line, range.end.character),
          newText,
        }));
        texts[file] = applyChanges(text, changes);
      }
      // Beside the copy lies nothing of the case's own.
      const copied = Object.fromEntries(
        Object.entries(texts).map(([path, text]) => [relative(each.directory, path), text]),
      );
      const directory = join(root, String(number), String(index), 'copy');
      const unedited = join(root, String(number), 'before', 'copy');
      const original = Object.fromEntries(
        Object.entries(files).map(([path, text]) => [relative(each.directory, path), text]),
      );
      const call = {
        files: each.files,
        environment: each.environment,
        ...(each.projectDirectory === undefined ? {} : { projectDirectory: each.projectDirectory }),
        ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles }),
      };
      const name = `${each.name}: ${plan.title}`;
      return {
        before: writtenCase(name, unedited, original, call),
        after: writtenCase(name, directory, copied, call),
        plan,
        services:
          plan.findings.length === 1
            ? new Set([...plan.findings.map(({ service: own }) => own ?? ''), ...TRUSTING])
            : named,
      };
    });
}

/** What differs beside what the plan may change. */
function differences({ before, after, services }: Edited, was: Answer, is: Answer): string[] {
  // What Compose refuses can't be compared.
  if (was.error !== undefined) return [];
  if (is.error !== undefined) return [`is refused after the edit: ${is.error}`];
  const moved = JSON.parse(
    JSON.stringify(is).replaceAll(dirname(after.directory), dirname(before.directory)),
  ) as Answer;
  const found: string[] = [];
  const [old, now] = [was.services ?? {}, moved.services ?? {}];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const rest = (each: AnswerService | undefined) =>
      services.has(name) && each ? { ...each, mounts: [], environment: {}, secrets: [], configs: [] } : each;
    if (JSON.stringify(rest(old[name])) !== JSON.stringify(rest(now[name]))) found.push(`${name} differs`);
    const kept = (each: AnswerService | undefined) =>
      new Map((each?.mounts ?? []).map((mount) => [mount.target, JSON.stringify(mount)]));
    for (const [target, mount] of kept(old[name]))
      if (
        !/^\/certs\/|useradm|deviceauth|tenantadm|mendersoftware|storage-proxy|traefik|ssl\/certs|mtls/.test(
          target,
        ) &&
        kept(now[name]).get(target) !== mount
      )
        found.push(`${name} ${target} differs`);
  }
  return found;
}

async function prove(what: string, cases: readonly Case[]): Promise<void> {
  const edited: Edited[] = [];
  for (const [index, each] of cases.entries()) edited.push(...(await editsOf(each, index)));
  const all = [...edited.map(({ before }) => before), ...edited.map(({ after }) => after)];
  const answers: readonly Answer[] = reference
    ? await reference.ask(all)
    : await Promise.all(
        all.map(async (each) => {
          const { answer, problems } = await load(each);
          return problems.length > 0 ? { error: problems[0]?.message ?? '' } : answer;
        }),
      );
  const wrong = edited.flatMap((each, index) =>
    differences(each, answers[index] ?? {}, answers[edited.length + index] ?? {}).map(
      (text) => `${each.before.name}: ${text}`,
    ),
  );
  const refused = edited.filter((_, index) => answers[index]?.error !== undefined).length;
  lines.push(
    `edits, ${what}: ${cases.length} stacks, ${edited.length} plans applied, ${refused} of stacks that ${reference ? 'compose-go' : 'our loader'} refuses before as well, ${wrong.length} with more than they name`,
  );
  rmSync(root, { recursive: true, force: true });
  expect(wrong.slice(0, 20)).toEqual([]);
}

it('our own fixtures', { timeout: 600_000 }, () => prove('fixtures', fixtureCases()));

it.skipIf(!hasCorpus || count <= 20)("Mender's own stacks", { timeout: 600_000 }, () =>
  prove('corpus', corpusCases()),
);

it('generated stacks', { timeout: 1_200_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mender-compose-edited-'));
  const cases = generateStacks(seed, count).map(({ files, call }, index) => {
    // Every service is one of Mender's, so that there is something to mend.
    const ours = Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll(/\bimg\b/g, 'mendersoftware/useradm'),
    ]);
    return writtenCase(`stack ${index}`, join(directory, String(index)), Object.fromEntries(ours), call);
  });
  try {
    await prove(`generated from seed ${seed}`, cases);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
