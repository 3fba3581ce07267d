import { describe, expect, it } from 'vitest';
import { keyKeystroke, mountKeystroke, places } from '../../bench/src/keystrokes.mjs';
import { bareDeployment, composeText, eightFiles, mountsText } from '../../bench/src/texts.mjs';
import type { Finding } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { applyEdits } from '../language-server/wire';
import { memoryHost } from '../platform/memory-host';

const FILE = '/project/docker-compose.yml';

async function findings(text: string): Promise<readonly Finding[]> {
  const service = createLanguageService(memoryHost({ files: { [FILE]: text } }));
  const answer = await service.check(FILE);
  if (answer === undefined || 'problem' in answer) throw new Error('not judged');
  return answer.findings;
}

const edited = (text: string, edit: ReturnType<typeof mountKeystroke>['there']) =>
  applyEdits(text, [{ range: edit.range, newText: edit.text }]);

describe('the generated compose file', () => {
  it('has as many services as asked for, and is the same each time', () => {
    for (const count of [10, 100, 1000]) {
      const text = composeText(count);
      expect(text.match(/^ {2}[\w-]+:$/gm)?.filter((line) => line !== '  backend:')).toHaveLength(count);
      expect(composeText(count)).toBe(text);
    }
  });

  it('is a Mender deployment that only lacks the files on disk', async () => {
    const codes = new Set((await findings(composeText(100))).map(({ code }) => code));
    expect([...codes]).toEqual(['key-file-missing']);
  });

  it('has no more to be told of with one deployment among more other services', async () => {
    const text = composeText(100, 'one');
    expect(text.match(/^ {2}[\w-]+:$/gm)).toHaveLength(101);
    const [few, many] = await Promise.all([findings(composeText(10, 'one')), findings(text)]);
    expect(few.length).toBeGreaterThan(0);
    expect(many.map(({ message }) => message)).toEqual(few.map(({ message }) => message));
  });

  it('has a mount in the middle: a keystroke there takes the key away, and brings it back', async () => {
    const text = composeText(100);
    const { there, back } = mountKeystroke(text);
    const lines = text.split('\n').length;
    expect(Math.abs(there.range.start.line - lines / 2)).toBeLessThan(lines / 10);
    const typed = edited(text, there);
    expect((await findings(typed)).map(({ code }) => code)).toContain('missing-token-key-mount');
    expect(edited(typed, back)).toBe(text);
  });

  it('takes a key without its colon, and loses it again', () => {
    const text = composeText(10);
    const { there, back } = keyKeystroke(text);
    const typed = edited(text, there);
    expect(typed).toMatch(/\n {4}image: .*\n {4}v\n/);
    expect(edited(typed, back)).toBe(text);
  });

  it('has places to ask at', () => {
    const text = composeText(100);
    const { mount, key } = places(text);
    const lines = text.split('\n');
    expect(lines[mount.line]).toContain('/etc/useradm/rsa/private.pem');
    expect(lines[key.line]?.slice(key.character)).toBe('volumes:');
  });
});

it('a file without keys gets its keystroke in an image', () => {
  const text = 'services:\n    web:\n        image: nginx\n';
  expect(edited(text, mountKeystroke(text).there)).toBe('services:\n    web:\n        image: nginxx\n');
  expect(edited(text, keyKeystroke(text).there)).toContain('image: nginx\n        v\n');
});

it('the stack has eight files, which are judged together', async () => {
  const files = eightFiles();
  const names = [...files.keys()].filter((name) => name !== '.env');
  expect(names).toHaveLength(8);
  const service = createLanguageService(
    memoryHost({
      files: Object.fromEntries([...files].map(([name, text]) => [`/project/${name}`, text])),
    }),
  );
  const answer = await service.check(FILE);
  if (answer === undefined || 'problem' in answer) throw new Error('not judged');
  expect(answer.stacks.map(({ files: judged }) => judged.length)).toEqual([8]);
  expect(new Set(answer.findings.map(({ code }) => code))).toEqual(new Set(['key-file-missing']));
});

it('the deployment to generate keys for lacks four keys and two certificates', async () => {
  const service = createLanguageService(memoryHost({ files: { [FILE]: bareDeployment() } }));
  const { create } = await service.planAll(FILE, { generate: true });
  expect(create.map(({ kind }) => kind).sort()).toEqual([
    'bundle',
    'certificate',
    'certificate',
    'private-key',
    'private-key',
    'token-key',
    'token-key',
  ]);
});

it('every service of the file with many mounts has one', async () => {
  const found = await findings(mountsText(20));
  expect(found.map(({ code }) => code)).toEqual(Array(20).fill('key-file-missing'));
});
