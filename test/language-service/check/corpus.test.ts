/**
 * Stacks of all releases, our own and Mender's, through the façade, as somebody has them in an editor: whichever file
 * is opened, what the deployment brings is never called missing; what it lacks is, once, whichever file is opened.
 */
import { describe, expect, it } from 'vitest';
import type { Finding, LanguageService, StackSetting } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { allStacks, type CorpusStack, releaseFiles, titleOf } from '../../mender/corpus';
import { memoryHost } from '../../platform/memory-host';

const complete = allStacks.filter((stack) => stack.complete);

/** Everything below a release's folder, as text. */
function filesOf(stack: CorpusStack): Map<string, string> {
  return new Map([...releaseFiles(stack)].map(([name, bytes]) => [name, bytes.toString('utf8')]));
}

function serviceOn(
  files: ReadonlyMap<string, string>,
  settings: readonly StackSetting[] = [],
): LanguageService {
  const host = memoryHost({
    files: Object.fromEntries([...files].map(([name, text]) => [`/m/${name}`, text])),
  });
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/m'], stacks: settings });
  return service;
}

async function findings(service: LanguageService, name: string): Promise<readonly Finding[]> {
  const answer = await service.check(`/m/${name}`);
  if (!answer || 'problem' in answer) throw new Error(`${name} was not checked`);
  return answer.findings;
}

const isAbsence = ({ code }: Finding) => code.startsWith('missing-') || code === 'misplaced-mount';
const told = (all: readonly Finding[]) =>
  all.map(({ code, service, target, file }) => `${code} ${service} ${target} ${file}`);

/** Only the files of one stack, and what they extend, as somebody has them who copied what he needs. */
function alone(stack: CorpusStack): Map<string, string> {
  return new Map([...filesOf(stack)].filter(([name]) => stack.files.includes(name) || name === 'common.yml'));
}

describe('a complete stack', () => {
  it.each(complete.map((stack) => [titleOf(stack), stack] as const))(
    '%s: nothing is missing in it, whichever of its files is opened',
    async (_title, stack) => {
      for (const files of [filesOf(stack), alone(stack)]) {
        const service = serviceOn(files);
        for (const name of stack.files) {
          expect(told((await findings(service, name)).filter(isAbsence)), name).toEqual([]);
        }
      }
      const named = serviceOn(filesOf(stack), [{ files: stack.files.map((name) => `/m/${name}`) }]);
      for (const name of stack.files) {
        expect(told((await findings(named, name)).filter(isAbsence)), name).toEqual([]);
      }
    },
  );

  it.each(complete.map((stack) => [titleOf(stack), stack] as const))(
    '%s: each required mount that is taken out is told, once, in the file that had it',
    async (_title, stack) => {
      const files = alone(stack);
      let taken = 0;
      const keyFiles = new Set(keyLines(stack, files).map(([name]) => `/m/${name}`));
      for (const [name, line] of keyLines(stack, files)) {
        const text = files.get(name) ?? '';
        const broken = new Map(files).set(name, without(text, line));
        const named = serviceOn(broken, [{ files: stack.files.map((each) => `/m/${each}`) }]);
        const before = serviceOn(files, [{ files: stack.files.map((each) => `/m/${each}`) }]);
        const was = told((await findings(before, name)).filter(isAbsence));
        const now = (await findings(named, name))
          .filter(isAbsence)
          .filter((each) => !was.includes(told([each])[0] ?? ''));
        // Mounted again by a later file, or not needed by this release: nothing is missing without it.
        if (now.length === 0) continue;
        taken++;
        expect(now, `${name}: ${line}`).toHaveLength(1);
        expect(line).toContain(now[0]?.target);
        // The last file that declares the service and has keys.
        expect(keyFiles).toContain(now[0]?.file);
        // Which of two overlays in one directory are merged can't be told from the files.
        if (keyFiles.size > 1) continue;
        const inferred = serviceOn(broken);
        const asInferred = (await findings(inferred, name)).filter(isAbsence);
        expect(told(asInferred), `${name}: ${line}`).toEqual(told(now));
      }
      expect(taken).toBeGreaterThanOrEqual(4);
    },
  );
});

/** Lines of `volumes` that mount something at a path of certificates and keys. */
function keyLines({ files: names }: CorpusStack, files: ReadonlyMap<string, string>): [string, string][] {
  return names.flatMap((name) =>
    (files.get(name) ?? '')
      .split('\n')
      .filter((line) => /^\s*- .*:\/.*\.(crt|key|pem)(:ro)?\s*$/.test(line))
      .map((line): [string, string] => [name, line]),
  );
}

/** The text without a line; an empty list that it leaves goes with it. */
function without(text: string, line: string): string {
  const lines = text.split('\n');
  const at = lines.indexOf(line);
  const indent = (other = '') => other.length - other.trimStart().length;
  const isLast = !/^\s*-/.test(lines[at + 1] ?? '') && /^\s*volumes:\s*$/.test(lines[at - 1] ?? '');
  const from = isLast && indent(lines[at - 1]) <= indent(line) ? at - 1 : at;
  return [...lines.slice(0, from), ...lines.slice(at + 1)].join('\n');
}
