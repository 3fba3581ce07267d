/** Which files are merged with a given one, where nobody says so. */

import { type PlatformPath, posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finder, findStack, neighboursOf } from '../../../server/src/compose/discovery/find-stack';
import { parseFile } from '../../../server/src/compose/document/document';
import { createPace } from '../../../server/src/platform/pace';
import { yaml } from '../../yaml';

interface World {
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly paths?: PlatformPath;
  readonly root?: string;
}

function finderOf({ files, environment = {}, paths = posix, root = '/p' }: World): Finder {
  return {
    paths,
    environment: (name) => environment[name],
    async read(file) {
      const text = files[file];
      return text === undefined ? { missing: true } : { text };
    },
    parse: (_file, text) => parseFile(text).parsed,
    async list(directory) {
      const found = new Map<string, boolean>();
      for (const file of Object.keys(files)) {
        const relative = paths.relative(directory, file);
        if (relative.startsWith('..') || paths.isAbsolute(relative)) continue;
        const [name = '', ...rest] = relative.split(paths.sep);
        found.set(name, rest.length > 0);
      }
      return [...found].map(([name, isDirectory]) => ({ name, isDirectory }));
    },
    within: (path) => !paths.relative(root, path).startsWith('..'),
    pace: createPace(),
  };
}

const base = yaml`
  services:
    a:
      image: a
    b:
      image: b
`;
const storage = yaml`
  services:
    proxy:
      image: p
    a:
      environment: [X=1]
`;
const overlay = yaml`
  services:
    a:
      volumes: [./k:/k]
    proxy:
      volumes: [./k:/k]
`;

describe('COMPOSE_FILE', () => {
  it('in .env names the files, in its order', async () => {
    const files = {
      '/p/.env': 'COMPOSE_FILE=base.yml:x/over.yml\n',
      '/p/base.yml': base,
      '/p/x/over.yml': overlay,
    };
    for (const file of ['/p/base.yml', '/p/x/over.yml']) {
      const found = await findStack(file, finderOf({ files }));
      expect(found).toMatchObject({
        files: ['/p/base.yml', '/p/x/over.yml'],
        by: 'compose-file',
        beside: [],
      });
      expect(found.why).toContain('COMPOSE_FILE in ');
    }
  });

  it('is split at COMPOSE_PATH_SEPARATOR', async () => {
    const files = {
      '/p/.env': 'COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=base.yml,over.yml\n',
      '/p/base.yml': base,
      '/p/over.yml': overlay,
    };
    // By what they declare they belong together too, so the reason counts.
    expect(await findStack('/p/over.yml', finderOf({ files }))).toMatchObject({
      files: ['/p/base.yml', '/p/over.yml'],
      by: 'compose-file',
    });
  });

  it('of the environment comes before that of .env', async () => {
    const files = { '/p/.env': 'COMPOSE_FILE=over.yml\n', '/p/base.yml': base, '/p/over.yml': overlay };
    const environment = { COMPOSE_FILE: 'base.yml:over.yml' };
    const found = await findStack('/p/over.yml', finderOf({ files, environment }));
    expect(found).toMatchObject({ files: ['/p/base.yml', '/p/over.yml'], by: 'compose-file' });
    expect(found.why).toContain('environment variable');
  });

  it('is split at semicolons on Windows', async () => {
    const files = {
      'C:\\p\\.env': 'COMPOSE_FILE=base.yml;over.yml\n',
      'C:\\p\\base.yml': base,
      'C:\\p\\over.yml': overlay,
    };
    expect(
      await findStack('C:\\p\\over.yml', finderOf({ files, paths: win32, root: 'C:\\p' })),
    ).toMatchObject({ files: ['C:\\p\\base.yml', 'C:\\p\\over.yml'], by: 'compose-file' });
  });

  it('says nothing of a file that it does not name', async () => {
    const files = { '/p/.env': 'COMPOSE_FILE=base.yml\n', '/p/base.yml': base, '/p/other.yml': base };
    expect(await findStack('/p/other.yml', finderOf({ files }))).toMatchObject({ by: 'alone' });
  });
});

describe('include and extends', () => {
  const parent = yaml`
    include:
      - path: sub/part.yml
    services:
      a:
        image: a
        depends_on: [s]
  `;
  const part = 'services:\n  s:\n    image: s\n';

  it('an included file is judged in the stack of the file that includes it', async () => {
    const files = { '/p/docker-compose.yml': parent, '/p/sub/part.yml': part };
    const found = await findStack('/p/sub/part.yml', finderOf({ files }));
    expect(found).toMatchObject({ files: ['/p/docker-compose.yml'], by: 'include' });
    expect(found.why).toBe('docker-compose.yml includes sub/part.yml.');
  });

  it('the including file says what it includes', async () => {
    const files = { '/p/docker-compose.yml': parent, '/p/sub/part.yml': part };
    const found = await findStack('/p/docker-compose.yml', finderOf({ files }));
    expect(found).toMatchObject({
      files: ['/p/docker-compose.yml'],
      by: 'include',
      why: 'It includes sub/part.yml.',
    });
  });

  it('short and long forms, several paths, and files with services that are extended are understood', async () => {
    const long = yaml`
      include:
        - one.yml
        - path: [two.yml, three.yml]
      services: {}
    `;
    const files = {
      '/p/compose.yaml': long,
      '/p/one.yml': part,
      '/p/two.yml': part,
      '/p/three.yml': part,
      '/p/common.yml': 'services:\n  base:\n    logging: {}\n',
      '/p/app.yml': yaml`
        services:
          a:
            extends: { file: common.yml, service: base }
            image: a
      `,
    };
    for (const name of ['one', 'two', 'three']) {
      const found = await findStack(`/p/${name}.yml`, finderOf({ files }));
      expect(found.files).toEqual(['/p/compose.yaml']);
    }
    expect((await findStack('/p/common.yml', finderOf({ files }))).files).toEqual(['/p/app.yml']);
  });

  it('a file that includes itself, or another that includes it, ends', async () => {
    const files = {
      '/p/a.yml': 'include: [b.yml, a.yml]\nservices: {}\n',
      '/p/b.yml': 'include: [a.yml]\nservices: {}\n',
    };
    expect((await findStack('/p/a.yml', finderOf({ files }))).files).toEqual(['/p/b.yml']);
  });
});

describe('the names that Compose looks for', () => {
  it('base and override belong together, whichever is opened', async () => {
    const files = {
      '/p/compose.yaml': base,
      '/p/docker-compose.override.yml': 'services:\n  a:\n    volumes: []\n',
    };
    for (const file of Object.keys(files)) {
      expect(await findStack(file, finderOf({ files }))).toMatchObject({
        files: ['/p/compose.yaml', '/p/docker-compose.override.yml'],
        by: 'override',
      });
    }
  });

  it('a second base that Compose would not take has no override', async () => {
    const files = { '/p/compose.yaml': base, '/p/docker-compose.yml': base, '/p/compose.override.yml': base };
    expect(await findStack('/p/docker-compose.yml', finderOf({ files }))).toMatchObject({ by: 'alone' });
  });
});

describe('what the files declare', () => {
  const repo = {
    '/p/docker-compose.yml': base,
    '/p/docker-compose.storage.yml': storage,
    '/p/docker-compose.demo.yml': overlay,
    '/p/production/config/prod.yml': overlay,
    '/p/unrelated.yml': 'services:\n  z:\n    image: z\n',
    '/p/notes.yml': 'a: 1\n',
    '/p/broken.yml': 'services: [\n',
  };

  it('an overlay finds the bases of its services, also in directories above', async () => {
    const bases = ['/p/docker-compose.yml', '/p/docker-compose.storage.yml'];
    for (const file of ['/p/docker-compose.demo.yml', '/p/production/config/prod.yml']) {
      const found = await findStack(file, finderOf({ files: repo }));
      expect(found).toMatchObject({ files: [...bases, file], by: 'inferred' });
    }
    const found = await findStack('/p/production/config/prod.yml', finderOf({ files: repo }));
    expect(found.beside).toEqual([]);
    expect(found.farther).toEqual(['/p/docker-compose.demo.yml']);
    expect(found.why).toBe(
      'prod.yml builds on services of docker-compose.yml and docker-compose.storage.yml (a, proxy).',
    );
  });

  it('a base has its overlays beside it, in its directory and below', async () => {
    const found = await findStack('/p/docker-compose.yml', finderOf({ files: repo }));
    expect(found).toMatchObject({ files: ['/p/docker-compose.yml'], by: 'inferred' });
    expect(found.beside).toEqual([
      '/p/docker-compose.demo.yml',
      '/p/docker-compose.storage.yml',
      '/p/production/config/prod.yml',
    ]);
  });

  it('a base that lacks a service of another base is merged with it', async () => {
    const found = await findStack('/p/docker-compose.storage.yml', finderOf({ files: repo }));
    expect(found.files).toEqual(['/p/docker-compose.yml', '/p/docker-compose.storage.yml']);
  });

  it('a file whose services depend on others is no stack of its own', async () => {
    const files = {
      '/p/docker-compose.yml': base,
      '/p/sub/more.yml': yaml`
          services:
            c:
              image: c
              depends_on: { b: { condition: service_started } }
        `,
    };
    expect((await findStack('/p/sub/more.yml', finderOf({ files }))).files).toEqual([
      '/p/docker-compose.yml',
      '/p/sub/more.yml',
    ]);
  });

  it('complete files side by side are alternatives, not a stack', async () => {
    const files = { '/p/one.yml': base, '/p/two.yml': base };
    expect(await findStack('/p/one.yml', finderOf({ files }))).toMatchObject({
      files: ['/p/one.yml'],
      by: 'alone',
      beside: [],
    });
  });

  it('a project below, with a compose file of its own, is left alone', async () => {
    const files = {
      '/p/docker-compose.yml': base,
      '/p/sub/docker-compose.yml': base,
      '/p/sub/o.yml': overlay,
    };
    expect((await findStack('/p/docker-compose.yml', finderOf({ files }))).beside).toEqual([]);
    expect((await findStack('/p/sub/o.yml', finderOf({ files }))).files).toEqual([
      '/p/sub/docker-compose.yml',
      '/p/sub/o.yml',
    ]);
  });

  it('nothing outside of the bounds is looked at', async () => {
    const finder = finderOf({ files: repo, root: '/p/production' });
    const read: string[] = [];
    const found = await findStack('/p/production/config/prod.yml', {
      ...finder,
      read: (file) => {
        read.push(file);
        return finder.read(file);
      },
    });
    expect(found.files).toEqual(['/p/production/config/prod.yml']);
    expect(read.every((file) => file.startsWith('/p/production/'))).toBe(true);
  });

  it('neighbours are all files that declare services of the stack', async () => {
    const stack = ['/p/docker-compose.yml', '/p/docker-compose.storage.yml', '/p/production/config/prod.yml'];
    expect(await neighboursOf('/p/production/config/prod.yml', stack, finderOf({ files: repo }))).toEqual([
      '/p/docker-compose.demo.yml',
    ]);
  });
});
