/** What can't be carried out the way a file is written isn't offered; a plan for all of it says what is left. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { edited, FILE, MOUNTS_ONLY } from '../../rules/marked';

const USERADM = '    image: mendersoftware/useradm:mender-3.7\n';
/** A key that would take up whatever follows. */
const FOLDED = '    ? >';

function serviceOf(text: string, files: Record<string, string> = {}) {
  const service = createLanguageService(memoryHost({ files: { [FILE]: text, ...files } }));
  service.configure(MOUNTS_ONLY);
  return service;
}

async function titlesOf(text: string, files: Record<string, string> = {}): Promise<string[]> {
  const all = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
  return (await serviceOf(text, files).fixes(FILE, all)).map(({ title }) => title);
}

const planAll = (text: string): Promise<Plan> => serviceOf(text).planAll(FILE, { generate: true });

async function codesAfter(text: string): Promise<string[]> {
  const answer = await serviceOf(edited(text, await planAll(text))).check(FILE);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.map(({ code }) => code);
}

describe('nothing is offered', () => {
  it.each([
    ['where a key is a block', `services:\n  mender-useradm:\n${FOLDED}`],
    ['where mounts are a text', `services:\n  mender-useradm:\n${USERADM}    volumes: none\n`],
    ['in braces without a value', 'services: { mender-useradm: { volumes: , image: useradm:mender-3.7 } }\n'],
    [
      'where a variable has the mode',
      `services:\n  mender-useradm:\n${USERADM}    volumes: ["./a.pem:/etc/useradm/rsa/private.pem:\${MODE:-rw}"]\n`,
    ],
  ])('%s', async (_where, text) => {
    expect(await titlesOf(text)).toEqual([]);
  });

  it.each([
    ['swapped', '"/etc/useradm/rsa/private.pem:./a.\n        pem"'],
    ['in a block', '|-\n        /etc/useradm/rsa/private.pem:./a.pem'],
    ['with a variable', '"${KEYS}/a.\n        pem:/etc/useradm/rsa/private.pem"'],
  ])('that would replace part of a mount over several lines, %s', async (_how, mount) => {
    const text = `services:\n  mender-useradm:\n${USERADM}    volumes:\n      - ${mount}\n`;
    const titles = await titlesOf(text);
    expect(titles.filter((title) => /^(Swap|Give)/.test(title))).toEqual([]);
  });

  it('for a key outside of the project directory, which nobody makes here', async () => {
    const mounted = (path: string) =>
      `services:\n  mender-useradm:\n${USERADM}    volumes: ["${path}:/etc/useradm/rsa/private.pem:ro"]\n`;
    const codes = async (text: string) => {
      const service = serviceOf(text);
      service.configure({ rules: {}, trusted: true });
      const answer = await service.check(FILE, undefined, { fixes: true });
      if (!answer || 'problem' in answer) throw new Error('not checked');
      return answer.findings.map(({ code, fixes }) => [code, fixes.length]);
    };
    expect(await codes(mounted('./keys/a.pem'))).toEqual([['key-file-missing', 1]]);
    expect(await codes(mounted('/elsewhere/a.pem'))).toEqual([['key-file-missing', 0]]);
  });
});

describe('a plan for all', () => {
  it('takes nothing out where it would have to go and cannot', async () => {
    const text = `services:\n  other:\n    volumes:\n      - ./a.pem:/etc/useradm/rsa/private.pem:ro\n  mender-useradm:\n${FOLDED}`;
    const plan = await serviceOf(text).planAll(FILE, { generate: false });
    expect(plan.edits).toEqual([]);
    expect(plan.findings).toEqual([]);
  });

  it('claims only what it does, and says what is left', async () => {
    const text = `services:\n  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7\n  mender-useradm:\n${FOLDED}`;
    const plan = await planAll(text);
    expect(plan.findings.map(({ service }) => service)).toEqual(['mender-device-auth']);
    expect(plan.reminders).toContain(
      'Change the rest of docker-compose.yml by hand: it cannot be edited safely as it is written.',
    );
    const nothing = await planAll(`services:\n  mender-useradm:\n${FOLDED}`);
    expect(nothing.findings).toEqual([]);
    expect(nothing.reminders).toContain(
      'Change docker-compose.yml by hand: it cannot be edited safely as it is written.',
    );
  });

  it.each([
    ['mounts in the place of a reset', `services:\n  mender-useradm:\n${USERADM}    volumes: !reset []\n`],
    [
      'mounts in the last document that names a service',
      `services:\n  other: { image: nginx }\n---\nservices:\n  mender-useradm:\n${USERADM}`,
    ],
    [
      'mounts after a document that resets',
      `services:\n  mender-useradm:\n${USERADM}---\nservices:\n  mender-useradm:\n    volumes: !reset\n`,
    ],
  ])('%s', async (_what, text) => {
    expect((await planAll(text)).findings.map(({ code }) => code)).toEqual(['missing-token-key-mount']);
    expect(await codesAfter(text)).toEqual([]);
  });
});
