/** The manifest's settings and commands agree with the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SELECT_RELEASE, SELECT_STACK } from '../../client/src/status-bar/text';
import { TASK_COMMANDS } from '../../client/src/tasks/command-ids';
import { TITLES } from '../../client/src/tasks/texts';
import manifest from '../../package.json';
import nls from '../../package.nls.json';
import {
  APPLY_FIX_COMMAND,
  GENERATE_COMMAND,
  REVIEW_FIX_COMMAND,
} from '../../server/src/language-server/protocol/index';
import {
  readExpiresSoonDays,
  readRelease,
  readStacks,
} from '../../server/src/language-server/sync/parse-settings';

/** Set by `client/src/context-keys.ts`, which can't be loaded without VS Code. */
const IS_MENDER_FILE = 'mender.isMenderFile';
const COMPOSE = 'editorLangId == dockercompose || editorLangId == yaml';
/** What people read where the manifest has `%key%`. */
const shown = (text: string) => (nls as Record<string, string>)[text.slice(1, -1)];

const commands = manifest.contributes.commands.map((entry) => entry.command);

const root = new URL('../..', import.meta.url).pathname;

function sourcesOfClient(): string[] {
  const directory = new URL('../../client/src', import.meta.url).pathname;
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

describe('the manifest', () => {
  test('knows no setting of a rule that is none', () => {
    const setting = manifest.contributes.configuration.properties['mender.rules'];
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
    expect(commands).toContain(REVIEW_FIX_COMMAND);
    expect(commands).toContain(GENERATE_COMMAND);
  });

  test('shows "Mender: Generate Mender Keys…" in compose files, and hides the command of the light bulb', () => {
    const palette = manifest.contributes.menus.commandPalette;
    const [first] = manifest.contributes.commands;
    expect(first?.command).toBe(GENERATE_COMMAND);
    expect([shown(first?.category ?? ''), shown(first?.title ?? '')]).toEqual([
      'Mender',
      `${TITLES.generate}…`,
    ]);
    const when = new Map(palette.map((entry) => [entry.command, entry.when]));
    expect(when.get(GENERATE_COMMAND)).toBe(COMPOSE);
    expect(when.get(SELECT_STACK)).toBe(COMPOSE);
    expect(when.get(SELECT_RELEASE)).toBe(COMPOSE);
    for (const command of Object.keys(TASK_COMMANDS)) {
      if (command !== GENERATE_COMMAND) expect(when.get(command), command).toBe(IS_MENDER_FILE);
    }
    // Those that need to be told what they are about.
    for (const command of [APPLY_FIX_COMMAND, REVIEW_FIX_COMMAND, 'mender.goToMount', 'mender.openKeyNode']) {
      expect(when.get(command), command).toBe('false');
    }
    expect(when.get('mender.showKeyMap')).toBe(IS_MENDER_FILE);
    expect(manifest.activationEvents).toEqual([
      'onLanguage:dockercompose',
      'onLanguage:yaml',
      'onWebviewPanel:mender.keyMap',
    ]);
  });

  test('titles each task as its prompts do', () => {
    for (const [command, kind] of Object.entries(TASK_COMMANDS)) {
      const entry = manifest.contributes.commands.find((one) => one.command === command);
      expect(shown(entry?.title ?? '')?.replace('…', ''), command).toBe(TITLES[kind]);
    }
  });

  test('puts only declared commands into menus, welcomes and the walkthrough', () => {
    const { menus, walkthroughs } = manifest.contributes;
    const used = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    const linked = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? ''),
    );
    const known = [...commands, 'mender.keys.focus'];
    for (const command of [...used, ...linked].filter((name) => name.startsWith('mender.'))) {
      expect(known).toContain(command);
    }
    const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    expect(steps).toHaveLength(4);
    for (const { media } of steps) expect(existsSync(join(root, media.svg)), media.svg).toBe(true);
  });

  test('shows in menus of the view what the tree says that can be done', () => {
    const items = manifest.contributes.menus['view/item/context'];
    const offered = (context: string) =>
      items
        .filter(({ when }) =>
          [...when.matchAll(/viewItem =~ \/(.+?)\/(?: |$)/g)].every(([, word = '']) =>
            new RegExp(word).test(context),
          ),
        )
        .filter(({ group }) => group.startsWith('inline'))
        .map(({ command }) => command);
    expect(offered('certificate request import sign renew')).toEqual([
      'mender.renewCertificate',
      'mender.goToMount',
    ]);
    expect(offered('key request rotate')).toEqual(['mender.rotateKey', 'mender.goToMount']);
    expect(offered('key generate')).toEqual(['mender.generateKeys', 'mender.goToMount']);
    expect(offered('stack generate')).toEqual(['mender.generateKeys']);
    expect(offered('stack')).toEqual([]);
  });

  test('is packaged with its texts and pictures', () => {
    const packaged = readFileSync(join(root, '.vscodeignore'), 'utf8').split('\n');
    for (const pattern of ['!package.nls*.json', '!l10n/*.json', '!images/walkthrough/*.svg']) {
      expect(packaged).toContain(pattern);
    }
    expect(manifest.l10n).toBe('./l10n');
  });
});
