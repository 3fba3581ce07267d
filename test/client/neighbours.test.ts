// What our manifest contributes beside those of the extensions that people have for the same files: nothing of theirs.
// test/fixtures/neighbours/contributions.json holds the ids alone, and says where each list is from.
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json';
import neighbours from '../fixtures/neighbours/contributions.json';

const { contributes } = manifest;
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

const ours = {
  commands: contributes.commands.map(({ command }) => command),
  settings: Object.keys(contributes.configuration.properties),
  views: [...Object.keys(contributes.views), ...Object.values(contributes.views).flatMap(ids)],
  languages: ids(contributes.languages),
  grammars: contributes.grammars.map(({ scopeName }) => scopeName),
};

describe.each(Object.entries(neighbours))('beside %s', (_name, theirs) => {
  test.each(['commands', 'settings', 'languages', 'grammars'] as const)('no id is the same: %s', (what) => {
    const taken: ReadonlySet<string> = new Set(theirs[what]);
    expect(ours[what].length).toBeGreaterThan(0);
    expect(ours[what].filter((id) => taken.has(id))).toEqual([]);
  });

  test('no view is the same', () => {
    const taken: ReadonlySet<string> = new Set(theirs.views);
    expect(ours.views.filter((id) => taken.has(id))).toEqual([]);
  });

  test('no setting of theirs lies in our section, and none of ours in one of theirs', () => {
    const sections = new Set(theirs.settings.map((id) => id.split('.')[0]));
    expect(ours.settings.filter((id) => sections.has(id.split('.')[0]))).toEqual([]);
  });
});

test('we add one language, and no grammar, setting or default to those of compose files', () => {
  expect(ours.languages).toEqual(['pem']);
  // An injection adds scopes to what the grammar of YAML finds, whichever extension brings that.
  expect(contributes.grammars.filter((grammar) => 'injectTo' in grammar)).toEqual([
    expect.objectContaining({ injectTo: ['source.yaml'] }),
  ]);
  expect(
    contributes.grammars.flatMap((grammar) => ('language' in grammar ? [grammar.language] : [])),
  ).toEqual(['pem']);
  expect(Object.keys(contributes)).not.toContain('configurationDefaults');
});
