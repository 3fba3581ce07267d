/** The manifest's settings and commands agree with the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SELECT_RELEASE, SELECT_STACK } from '../../client/src/status-text';
import { TASK_COMMANDS } from '../../client/src/tasks/names';
import manifest from '../../package.json';
import { APPLY_FIX_COMMAND, GENERATE_COMMAND } from '../../server/src/lsp/protocol';
import { readExpiresSoonDays, readRelease, readStacks } from '../../server/src/lsp/read-settings';
import { listRules } from '../../server/src/service/rule-info';

/** Set by `client/src/context-keys.ts`, which can't be loaded without VS Code. */
const IS_MENDER_FILE = 'mender.isMenderFile';
const COMPOSE = 'editorLangId == dockercompose || editorLangId == yaml';
const commands = manifest.contributes.commands.map((entry) => entry.command);

function sourcesOfClient(): string[] {
  const directory = new URL('../../client/src', import.meta.url).pathname;
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

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
    const registered = sourcesOfClient().flatMap((source) =>
      [...source.matchAll(/\b(?:register|registerCommand)\(\s*'(mender\.\w+)'/g)].map((match) => match[1]),
    );
    registered.push(...Object.keys(TASK_COMMANDS));
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
    const shown = new Map(palette.map(({ command, when }) => [command, when]));
    expect(shown.get(GENERATE_COMMAND)).toBe(COMPOSE);
    expect(shown.get(SELECT_STACK)).toBe(COMPOSE);
    expect(shown.get(SELECT_RELEASE)).toBe(COMPOSE);
    for (const command of Object.keys(TASK_COMMANDS)) {
      if (command !== GENERATE_COMMAND) expect(shown.get(command), command).toBe(IS_MENDER_FILE);
    }
    // Those that need to be told what they are about.
    for (const command of [APPLY_FIX_COMMAND, 'mender.goToMount', 'mender.openKeyNode']) {
      expect(shown.get(command), command).toBe('false');
    }
    expect(manifest.activationEvents).toEqual(['onLanguage:dockercompose', 'onLanguage:yaml']);
  });
});
