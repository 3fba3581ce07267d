/** Whole stacks: every value keeps the file and place where it was written; what is wrong is told there. */

import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createParseCache } from '../../../server/src/compose/document/document-cache';
import type { Mount, Stack } from '../../../server/src/compose/types';
import { yaml } from '../../yaml';
import { memoryStack } from '../memory-stack';

function mountOf(stack: Stack, service: string, target: string): Mount | undefined {
  return stack.services.get(service)?.mounts.find((mount) => mount.target === target);
}

describe('places', () => {
  it('of merged values are those of the file whose value counts', async () => {
    const { stack, cut } = await memoryStack(
      {
        'compose.yml': yaml`
            services:
              web:
                image: one
                volumes: [./a:/a, ./b:/b]
                environment: {A: 1, B: two}
          `,
        'over.yml': yaml`
            services:
              web:
                volumes:
                  - "./c:/a:ro"
                environment:
                  - A=three
          `,
      },
      { files: ['compose.yml', 'over.yml'] },
    );
    const web = stack.services.get('web');
    expect(web?.declarations.map(cut)).toEqual(['compose.yml: web', 'over.yml: web']);
    expect(cut(web?.image?.span)).toBe('compose.yml: one');
    expect(cut(web?.environmentKey)).toBe('over.yml: environment');
    expect(cut(web?.environment.get('A')?.valueSpan)).toBe('over.yml: three');
    expect(cut(web?.environment.get('B')?.valueSpan)).toBe('compose.yml: two');
    expect(cut(web?.environment.get('B')?.span)).toBe('compose.yml: B: two');
    const a = mountOf(stack, 'web', '/a');
    expect([cut(a?.span), cut(a?.sourceText?.span), cut(a?.targetText.span), cut(a?.modeSpan)]).toEqual([
      'over.yml: "./c:/a:ro"',
      'over.yml: ./c',
      'over.yml: /a',
      'over.yml: ro',
    ]);
    expect(cut(mountOf(stack, 'web', '/b')?.span)).toBe('compose.yml: ./b:/b');
  });

  it('of what is extended are in the file of the base, which declares nothing', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': yaml`
          services:
            web:
              extends: {file: base/b.yml, service: base}
              environment: [A=1]
        `,
      'base/b.yml': yaml`
          services:
            base:
              image: base
              volumes: [./k.pem:/k.pem]
              environment: {B: 2}
        `,
    });
    const web = stack.services.get('web');
    expect(web?.declarations.map(cut)).toEqual(['compose.yml: web']);
    const mount = mountOf(stack, 'web', '/k.pem');
    expect([mount?.source, cut(mount?.span)]).toEqual(['/p/base/k.pem', 'base/b.yml: ./k.pem:/k.pem']);
    expect(cut(web?.environment.get('B')?.nameSpan)).toBe('base/b.yml: B');
    expect(stack.files.map(({ file, role, directory }) => [file, role, directory])).toEqual([
      ['/p/base/b.yml', 'extended', '/p/base'],
      ['/p/compose.yml', 'merged', '/p'],
    ]);
  });

  it('of what is included are in the included file, which declares too, and comes before', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': 'include: [inc/i.yml]\nservices:\n  web: {environment: [A=1]}\n',
      'inc/i.yml': yaml`
        services:
          web:
            image: inc
            volumes: [./k:/k]
      `,
    });
    const web = stack.services.get('web');
    expect(web?.declarations.map(cut)).toEqual(['inc/i.yml: web', 'compose.yml: web']);
    expect([mountOf(stack, 'web', '/k')?.source, cut(web?.image?.span)]).toEqual([
      '/p/inc/k',
      'inc/i.yml: inc',
    ]);
    expect(stack.files.map(({ file, role, directory }) => [file, role, directory])).toEqual([
      ['/p/inc/i.yml', 'included', '/p/inc'],
      ['/p/compose.yml', 'merged', '/p'],
    ]);
  });

  it('behind an alias: the entry is the alias, what it says stands at the anchor', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': yaml`
        x-v: &v ./k:/k:ro
        services:
          web:
            image: a
            volumes:
              - *v
      `,
    });
    const mount = mountOf(stack, 'web', '/k');
    expect([cut(mount?.span), cut(mount?.sourceText?.span)]).toEqual(['compose.yml: *v', 'compose.yml: ./k']);
  });

  it('of secrets and of volumes that are bind mounts are where the path is written', async () => {
    const { stack, cut } = await memoryStack(
      {
        'compose.yml':
          yaml`
            services:
              web:
                image: a
                secrets: [cert]
                volumes: [keys:/keys]
            secrets:
              cert: {file: ./a.pem}
          ` +
          yaml`
            volumes:
              keys:
                driver: local
                driver_opts: {type: none, o: bind, device: ./keys}
          `,
        'over.yml': 'secrets:\n  cert: {file: ./b.pem}\n',
      },
      { files: ['compose.yml', 'over.yml'] },
    );
    const secret = mountOf(stack, 'web', '/run/secrets/cert');
    expect([secret?.source, cut(secret?.sourceText?.span)]).toEqual(['/p/b.pem', 'over.yml: ./b.pem']);
    const { device } = mountOf(stack, 'web', '/keys') ?? {};
    expect([device?.path, cut(device?.text.span)]).toEqual(['/p/keys', 'compose.yml: ./keys']);
  });

  it('of variables from env_file are in that file', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': 'services:\n  web: {image: a, env_file: web.env, environment: [B=own]}\n',
      'web.env': '# said\nA="of file"\nB=file\n',
    });
    const { environment } = stack.services.get('web') ?? {};
    expect([environment?.get('A')?.value, cut(environment?.get('A')?.valueSpan)]).toEqual([
      'of file',
      'web.env: of file',
    ]);
    expect(cut(environment?.get('B')?.valueSpan)).toBe('compose.yml: own');
  });

  it('of variables without value are exact, wherever the mount comes from', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': 'include: [i.yml]\nservices: {}\n',
      'i.yml': yaml`
        services:
          web:
            image: a
            volumes: ["./\${NAME}.pem:/k.pem"]
      `,
    });
    expect(mountOf(stack, 'web', '/k.pem')?.unresolved.map(({ span }) => cut(span))).toEqual([
      'i.yml: ${NAME}',
    ]);
  });
});

describe('problems', () => {
  it('stand where the mistake is, and everything else is read', async () => {
    const { stack, cut } = await memoryStack({
      'compose.yml': [
        'include: [none.yml, again.yml]',
        'services:',
        '  a: {image: a, extends: b}',
        '  b: {image: b, extends: {service: a}}',
        '  c: {image: c, extends: nobody}',
        '  d: {image: d, extends: {file: nothing.yml, service: base}}',
        '  e: {image: e, env_file: [gone.env, {path: maybe.env, required: false}]}',
        '  f: {image: f, labels: {l: "${broken!}"}}',
        '  g: {image: g, volumes: [./k:/k]}',
        '',
      ].join('\n'),
      'again.yml': 'include: [compose.yml]\nservices: {}\n',
      '.env': 'A=1\nB B=2\n',
    });
    expect(stack.problems.map(({ span }) => cut(span)).sort()).toEqual([
      '.env: B B',
      'again.yml: compose.yml',
      'compose.yml: ${broken!}',
      'compose.yml: b',
      'compose.yml: gone.env',
      'compose.yml: nobody',
      'compose.yml: none.yml',
      'compose.yml: nothing.yml',
    ]);
    const partial = [...stack.services.values()].filter((service) => service.partial);
    expect(partial.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(mountOf(stack, 'g', '/k')?.source).toBe('/p/k');
  });

  it('of a file that the stack lists stand at its start', async () => {
    const { stack, problems } = await memoryStack(
      { 'compose.yml': 'services: {a: {image: a}}\n' },
      { files: ['compose.yml', 'none.yml'] },
    );
    expect(problems).toEqual(['none.yml: : File not found: /p/none.yml. Compose refuses this stack.']);
    expect(stack.problems[0]?.span).toEqual({ file: '/p/none.yml', start: 0, end: 0 });
    expect([stack.incomplete, stack.services.size]).toEqual([true, 1]);
  });

  it('of a base belong to the service that has it, not to one of the same name elsewhere', async () => {
    const { stack } = await memoryStack({
      'compose.yml':
        'services:\n  web: {image: a}\n  api: {image: b, extends: {file: base.yml, service: web}}\n',
      'base.yml': yaml`
        services:
          web:
            image: x
            labels: {a: [}
      `,
    });
    expect(stack.services.get('web')?.partial).toBe(false);
    expect(stack.services.get('api')?.partial).toBe(true);
  });

  it('of a service behind a profile that is off are not told: Compose does not read what it needs', async () => {
    const { problems } = await memoryStack({
      'compose.yml': 'services:\n  a: {image: a, profiles: [x], env_file: none.env}\n',
    });
    expect(problems).toEqual([]);
  });

  it('of an empty file among others are none', async () => {
    const texts = { 'compose.yml': 'services: {a: {image: a}}\n', 'over.yml': '# later\n' };
    expect((await memoryStack(texts, { files: ['compose.yml', 'over.yml'] })).problems).toEqual([]);
    expect((await memoryStack({ 'compose.yml': '---\n# nothing\n' })).problems).toHaveLength(1);
  });
});

describe('a file that may not be read', () => {
  const texts = {
    'compose.yml': yaml`
        include: [i.yml]
        services:
          a: {image: a, extends: {file: b.yml, service: a}}
          c: {image: c, env_file: c.env}
      `,
    'over.yml': 'services: {a: {image: x}}\n',
    'i.yml': 'services: {i: {image: i}}\n',
    'b.yml': 'services: {a: {image: y}}\n',
    'c.env': 'A=1\n',
  };

  it.each(['i.yml', 'over.yml', 'b.yml', 'c.env'])(
    '%s is never mentioned, and nothing is said of what is not there',
    async (name) => {
      const { stack, problems } = await memoryStack(texts, {
        files: ['compose.yml', 'over.yml'],
        withheld: [name],
      });
      expect(problems).toEqual([]);
      expect(stack.incomplete).toBe(true);
      expect(stack.dependencies).toContain(`/p/${name}`);
    },
  );
});

describe('paths of Windows', () => {
  const options = { paths: win32, root: 'C:\\p', homeDirectory: 'C:\\Users\\a' };

  it('resolve against the drive and directory of their file', async () => {
    const { stack } = await memoryStack(
      {
        'compose.yml': [
          'include: [inc/i.yml]',
          'services:',
          '  web:',
          '    image: a',
          '    extends: {file: base\\b.yml, service: base}',
          '    volumes:',
          '      - .\\keys\\a.pem:/a',
          '      - ./keys/b.pem:/b:ro',
          '      - D:\\keys\\c.pem:/c:ro',
          '      - d:/keys/d.pem:/d',
          '      - ~/e.pem:/e',
          '      - \\\\server\\share\\f.pem:/f',
          '      - {type: bind, source: ..\\g.pem, target: /g}',
          '',
        ].join('\n'),
        'base\\b.yml': 'services: {base: {volumes: ["./h.pem:/h"]}}\n',
        'inc\\i.yml': 'services: {i: {image: i, volumes: ["./i.pem:/i"]}}\n',
      },
      options,
    );
    const sources = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (name) => mountOf(stack, 'web', `/${name}`)?.source,
    );
    expect(sources).toEqual([
      'C:\\p\\keys\\a.pem',
      'C:\\p\\keys\\b.pem',
      'D:\\keys\\c.pem',
      'd:\\keys\\d.pem',
      'C:\\Users\\a\\e.pem',
      '\\\\server\\share\\f.pem',
      'C:\\g.pem',
      'C:\\p\\base\\h.pem',
    ]);
    expect(mountOf(stack, 'i', '/i')?.source).toBe('C:\\p\\inc\\i.pem');
    expect(mountOf(stack, 'web', '/c')?.readOnly).toBe(true);
    expect(stack.problems).toEqual([]);
  });

  it('are left as they are on another system', async () => {
    const { stack } = await memoryStack({
      'compose.yml': 'services: {web: {image: a, volumes: ["C:\\\\keys\\\\a.pem:/a:ro"]}}\n',
    });
    expect(mountOf(stack, 'web', '/a')).toMatchObject({
      type: 'bind',
      source: 'C:\\keys\\a.pem',
      readOnly: true,
    });
  });
});

describe('what a stack depends on', () => {
  it('is every file whose content matters, missing ones too', async () => {
    const { stack } = await memoryStack({
      'compose.yml':
        'include: [{path: inc/i.yml, env_file: i.env}]\nservices:\n  a: {image: a, extends: {file: none.yml, service: x}, env_file: a.env}\n',
      'inc/i.yml': 'services: {i: {image: i}}\n',
    });
    expect([...stack.dependencies].sort()).toEqual([
      '/p/.env',
      '/p/a.env',
      '/p/compose.yml',
      '/p/i.env',
      '/p/inc/i.yml',
      '/p/none.yml',
    ]);
  });

  it('of which one file is edited says what the others said, and what is new', async () => {
    const cache = createParseCache();
    const texts = {
      'compose.yml': 'services: {a: {image: a}}\n',
      'over.yml': 'services: {a: {hostname: b}}\n',
    };
    const before = await memoryStack(texts, { files: ['compose.yml', 'over.yml'], cache });
    expect(before.stack.services.get('a')?.aliases.map(({ value }) => value)).toEqual(['a', 'b']);
    const changed = { ...texts, 'over.yml': 'services: {a: {hostname: c}}\n' };
    const { stack } = await memoryStack(changed, { files: ['compose.yml', 'over.yml'], cache });
    expect(stack.services.get('a')?.aliases.map(({ value }) => value)).toEqual(['a', 'c']);
  });
});
