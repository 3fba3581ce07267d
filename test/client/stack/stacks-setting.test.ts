import { describe, expect, test } from 'vitest';
import {
  entryWith,
  itemOf,
  type Offer,
  type Paths,
  relativePath,
  withChoice,
  withoutChoice,
} from '../../../client/src/stack/stacks-setting';
import { releaseItems } from '../../../client/src/ui/messages';

const FOLDER = 'file:///p';
const paths: Paths = {
  toUri: (path) => (path.startsWith('/') ? `file://${path}` : `${FOLDER}/${path.replace(/^\.\//, '')}`),
  toPath: (uri) => relativePath(FOLDER, uri),
};
const BASE = 'file:///p/docker-compose.yml';
const MINIO = 'file:///p/docker-compose.storage.minio.yml';
const PROD = 'file:///p/production/config/prod.yml';
const DEMO = 'file:///p/docker-compose.demo.yml';
const offer: Offer = {
  files: [
    { uri: BASE, label: 'docker-compose.yml', picked: true },
    { uri: PROD, label: 'production/config/prod.yml', picked: true },
    { uri: MINIO, label: 'docker-compose.storage.minio.yml', picked: false },
    { uri: DEMO, label: 'docker-compose.demo.yml', picked: false },
  ],
  projectDirectory: { uri: FOLDER, label: '.' },
};

describe('a choice of files', () => {
  test('is appended in the order in which the files were offered', () => {
    expect(withChoice(PROD, undefined, offer, new Set([MINIO, PROD, BASE]), paths)).toEqual([
      { files: ['docker-compose.yml', 'production/config/prod.yml', 'docker-compose.storage.minio.yml'] },
    ]);
  });

  test('replaces the entry that holds the file, keeps what else it says, and leaves the others alone', () => {
    const others = ['nonsense', { files: 'x' }, { files: ['other.yml'] }];
    const own = { name: 'mine', files: ['./production/config/prod.yml'], envFiles: ['prod.env'] };
    const setting = [...others, own, { files: ['/p/production/config/prod.yml'] }];
    expect(entryWith(PROD, setting, paths)).toBe(3);
    expect(withChoice(PROD, setting, offer, new Set([BASE, PROD]), paths)).toEqual([
      ...others,
      { name: 'mine', files: ['docker-compose.yml', 'production/config/prod.yml'], envFiles: ['prod.env'] },
      setting[4],
    ]);
    expect(setting[3]).toBe(own);
  });

  test('is taken back by taking the entry away', () => {
    const setting = [{ files: ['a.yml'] }, { files: ['docker-compose.yml', 'production/config/prod.yml'] }];
    expect(withoutChoice(PROD, setting, paths)).toEqual([{ files: ['a.yml'] }]);
    expect(withoutChoice(DEMO, setting, paths)).toEqual(setting);
    expect(withoutChoice(DEMO, { not: 'a list' }, paths)).toEqual([]);
  });

  test('says what paths count from where that is not the directory of the first file', () => {
    const alone: Offer = {
      files: [
        { uri: PROD, label: 'production/config/prod.yml', picked: true },
        { uri: BASE, label: 'docker-compose.yml', picked: false },
      ],
      projectDirectory: { uri: 'file:///p', label: '.' },
    };
    expect(withChoice(PROD, [], alone, new Set([PROD]), paths)).toEqual([
      { files: ['production/config/prod.yml'], projectDirectory: '.' },
    ]);
    // Another file comes first: what paths counted from until now says nothing of it.
    expect(withChoice(PROD, [], alone, new Set([BASE]), paths)).toEqual([{ files: ['docker-compose.yml'] }]);
  });

  test('shows the name of a file, and its directory beside it', () => {
    expect(itemOf({ uri: PROD, label: 'production/config/prod.yml' })).toEqual({
      label: 'prod.yml',
      description: 'production/config',
    });
    expect(itemOf({ uri: BASE, label: 'docker-compose.yml' })).toEqual({
      label: 'docker-compose.yml',
      description: '',
    });
  });

  test.each([
    ['file:///p/q', 'file:///p/q/a%20b.yml', 'a b.yml'],
    ['file:///p/q', 'file:///p/base.yml', '../base.yml'],
    ['file:///p/q', 'file:///p/q', '.'],
    ['file:///p/q', 'file:///x/100%.yml', '../../x/100%.yml'],
    ['file:///C%3A/p', 'file:///c%3A/p/a.yml', 'a.yml'],
    ['file:///c%3A/p', 'file:///d%3A/a.yml', 'd:/a.yml'],
  ])('in %s, %s is written %s', (folder, uri, path) => {
    expect(relativePath(folder, uri)).toBe(path);
  });
});

describe('the pick of releases', () => {
  test('begins with the automatic one, and marks the one that holds', () => {
    expect(releaseItems(['4.0', '3.7'], '3.7').map(({ label, description }) => [label, description])).toEqual(
      [
        ['Automatic', 'from images and mounts'],
        ['4.0', ''],
        ['3.7', 'selected'],
      ],
    );
    expect(releaseItems(['4.0'], 'auto')[0]).toEqual({
      label: 'Automatic',
      description: 'from images and mounts (selected)',
      release: undefined,
    });
  });

  test('has the one that holds, though it is no example', () => {
    expect(releaseItems(['4.0'], '2.3').map(({ release }) => release)).toEqual([undefined, '2.3', '4.0']);
  });
});
