/** The manifest's settings and commands agree with the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SELECT_RELEASE, SELECT_STACK } from '../../client/src/status-text';
import manifest from '../../package.json';
import { APPLY_FIX_COMMAND, GENERATE_COMMAND } from '../../server/src/lsp/protocol';
import { readExpiresSoonDays, readRelease, readStacks } from '../../server/src/lsp/read-settings';
import { listRules } from '../../server/src/service/rule-info';

const COMPOSE = 'editorLangId == dockercompose || editorLangId == yaml';
const commands = manifest.contributes.commands.map((entry) => entry.command);

describe('the manifest', () => {
  test('has a setting for every rule, with its default severity and its summary, and for no other', () => {
    const setting = manifest.contributes.configuration.properties['mender.rules'];
    const expected = listRules().map(({ code, severity, summary }) => [
      code,
      {
        type: 'string',
        enum: ['error', 'warning', 'information', 'hint', 'off'],
        default: severity,
        markdownDescription: `${summary}.`,
      },
    ]);
    expect(Object.entries(setting.properties)).toEqual(expected);
    expect(setting.additionalProperties).toBe(false);
  });

  test('has settings whose defaults and examples the server understands', () => {
    const { properties } = manifest.contributes.configuration;
    const stacks = properties['mender.stacks'];
    expect(readStacks({ stacks: stacks.default }, ['/p'])).toEqual({ stacks: [], complaint: undefined });
    const every = {
      name: 'n',
      files: ['a.yml'],
      projectDirectory: 'd',
      envFiles: ['e'],
    };
    expect(Object.keys(stacks.items.properties)).toEqual(Object.keys(every));
    expect(readStacks({ stacks: [every] }, ['/p']).complaint).toBeUndefined();
    const release = properties['mender.release'];
    const nothingKnown = { isRelease: () => false, examples: [] };
    expect(readRelease({ release: release.default }, nothingKnown).complaint).toBeUndefined();
    expect(stacks.scope).toBe('resource');
    const days = properties['mender.expiresSoonDays'];
    for (const value of [days.default, days.minimum])
      expect(readExpiresSoonDays({ expiresSoonDays: value }).expiresSoonDays).toBe(value);
  });

  test('declares the commands that the client registers, and no other', () => {
    const source = readFileSync(new URL('../../client/src/extension.ts', import.meta.url), 'utf8');
    const registered = [...source.matchAll(/register\('(mender\.\w+)'/g)].map((match) => match[1]);
    expect(registered.sort()).toEqual([...commands].sort());
    expect(commands).toContain(APPLY_FIX_COMMAND);
    expect(commands).toContain(GENERATE_COMMAND);
  });

  test('shows "Mender: Generate Mender keys" in compose files, and hides the command of the light bulb', () => {
    const palette = manifest.contributes.menus.commandPalette;
    expect(manifest.contributes.commands[0]).toMatchObject({
      command: GENERATE_COMMAND,
      category: 'Mender',
      title: 'Generate Mender keys',
    });
    expect(palette).toEqual([
      { command: GENERATE_COMMAND, when: COMPOSE },
      { command: SELECT_STACK, when: COMPOSE },
      { command: SELECT_RELEASE, when: COMPOSE },
      { command: 'mender.showKeyMap', when: COMPOSE },
      { command: APPLY_FIX_COMMAND, when: 'false' },
    ]);
    expect(manifest.activationEvents).toEqual([
      'onLanguage:dockercompose',
      'onLanguage:yaml',
      'onWebviewPanel:mender.keyMap',
    ]);
  });
});
