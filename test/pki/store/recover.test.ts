/** What killed runs left: finished or taken away by what their journal says, and nothing else is ever touched. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recoverRuns } from '../../../server/src/pki/store/run';
import type { TextChange } from '../../../server/src/pki/store/text-change';
import type { NewFile } from '../../../server/src/pki/store/types';
import { storeFiles } from '../../../server/src/pki/store/write-all-or-none';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';

const bytes = (text: string) => new TextEncoder().encode(text);
const LEAF = `-----BEGIN CERTIFICATE-----\n${'ABCDEFGH'.repeat(60)}\n-----END CERTIFICATE-----\n`;
/** A bundle begins with a certificate, so the certificate is a beginning of the bundle. */
const BUNDLE = `${LEAF}${LEAF.replaceAll('A', 'B')}`;
const OLD = { base: 'services: {} # old base\n', override: 'services: {} # old override, longer\n' };
const NEW = { base: 'services: {} # base, edited\n', override: 'services: {} # override\n' };

const FILES: readonly NewFile[] = [
  { path: '/project/ssl/key.pem', bytes: bytes('SECRET KEY'), kind: 'private-key', mode: 0o600 },
  { path: '/project/ssl/bundle.crt', bytes: bytes(BUNDLE), kind: 'certificate', mode: 0o644 },
];
const change = (name: 'base' | 'override'): TextChange => ({
  path: `/project/${name}.yml`,
  before: bytes(OLD[name]),
  after: bytes(NEW[name]),
});
const WORK = {
  ignore: [{ path: '/project/.gitignore', before: bytes('*.log\n'), after: bytes('*.log\n/ssl\n') }],
  texts: [
    change('base'),
    change('override'),
    { path: '/project/.env', before: undefined, after: bytes('A=1\n') },
  ],
};
/** What is there before, and never suffers. */
const MINE: Readonly<Record<string, string>> = {
  '/project/ssl/leaf.crt': LEAF,
  '/project/ssl/part.crt': LEAF.slice(0, 300),
  '/project/ssl/empty.crt': '',
  '/project/LICENSE': BUNDLE.slice(0, 700),
};

function project(): MemoryHost {
  return memoryHost({
    files: {
      ...MINE,
      '/project/base.yml': OLD.base,
      '/project/override.yml': OLD.override,
      '/project/.gitignore': '*.log\n',
    },
  });
}

/** The host of another process, to which the one before is gone. */
function next(host: MemoryHost): MemoryHost {
  return { ...host, process: { ...host.process, id: 5000, isRunning: (id) => id === 5000 } };
}

function filesOf(host: MemoryHost): Record<string, string | undefined> {
  return Object.fromEntries(host.names().map((name) => [name, host.text(name)]));
}

describe.each(['hard links', 'no hard links'])('a run that is killed, with %s', (kind) => {
  const noLinks = kind === 'no hard links';

  it('has done all or nothing once another one comes, whatever the step', async () => {
    const before = filesOf(project());
    const ignored = { ...before, '/project/.gitignore': '*.log\n/ssl\n' };
    const whole = project();
    if (noLinks) whole.failWrites(({ operation }) => (operation === 'link' ? 'unsupported' : undefined));
    expect(await storeFiles(whole, '/project', FILES, WORK)).toMatchObject({
      ok: true,
      edited: ['/project/.gitignore', '/project/base.yml', '/project/override.yml', '/project/.env'],
    });
    const after = filesOf(whole);
    expect(after).toMatchObject({ '/project/base.yml': NEW.base, '/project/.env': 'A=1\n' });

    const outcomes = { nothing: 0, all: 0 };
    for (let nth = 0; ; nth += 1) {
      const host = project();
      host.failWrites(({ operation }, index) =>
        index === nth ? 'crash' : noLinks && operation === 'link' ? 'unsupported' : undefined,
      );
      const ended = await storeFiles(host, '/project', FILES, WORK).catch(() => 'killed');
      host.restart();
      if (noLinks) host.failWrites(({ operation }) => (operation === 'link' ? 'unsupported' : undefined));
      for (const [name, text] of Object.entries(MINE))
        expect(host.text(name), `${name}, step ${nth}`).toBe(text);
      if (ended !== 'killed') break;
      const key = host.text('/project/ssl/key.pem');
      const { finished } = await recoverRuns(next(host), ['/project']);
      const files = filesOf(host);
      if (files['/project/ssl/key.pem'] === undefined) {
        outcomes.nothing += 1;
        expect([before, ignored], `step ${nth}`).toContainEqual(files);
        expect(key === undefined || key === '').toBe(true);
        expect([[], ['/project/.gitignore']]).toContainEqual(finished);
      } else {
        outcomes.all += 1;
        expect(files, `step ${nth}`).toEqual(after);
      }
      expect(await recoverRuns(next(host), ['/project'])).toEqual({
        made: [],
        finished: [],
        restored: [],
        unclear: [],
      });
      expect(filesOf(host)).toEqual(files);
    }
    expect(outcomes.nothing).toBeGreaterThan(15);
    expect(outcomes.all).toBeGreaterThan(10);
  });

  it('and once more while it is finished: the one after that does the rest', async () => {
    for (let nth = 0; nth < 12; nth += 1) {
      const host = project();
      let links = 0;
      host.failWrites(({ operation }) => {
        if (operation === (noLinks ? 'rename' : 'link') && ++links === 2) return 'crash';
        return noLinks && operation === 'link' ? 'unsupported' : undefined;
      });
      await storeFiles(host, '/project', FILES, WORK).catch(() => undefined);
      host.restart();
      host.failWrites(({ operation }, index) =>
        index === nth ? 'crash' : noLinks && operation === 'link' ? 'unsupported' : undefined,
      );
      await recoverRuns(next(host), ['/project']).catch(() => undefined);
      host.restart();
      if (noLinks) host.failWrites(({ operation }) => (operation === 'link' ? 'unsupported' : undefined));
      const third = {
        ...host,
        process: { ...host.process, id: 6000, isRunning: (id: number) => id === 6000 },
      };
      await recoverRuns(third, ['/project']);
      expect(host.text('/project/ssl/bundle.crt')).toBe(BUNDLE);
      expect(host.text('/project/override.yml'), `step ${nth}`).toBe(NEW.override);
      expect(host.names().filter((name) => name.includes('.mender-compose-'))).toEqual([]);
    }
  });
});

/** Killed right before the second text is edited. */
async function killedBetweenTexts(host: MemoryHost): Promise<void> {
  let edits = 0;
  host.failWrites(({ operation }) => (operation === 'rewrite' && ++edits === 3 ? 'crash' : undefined));
  await storeFiles(host, '/project', FILES, WORK).catch(() => undefined);
  host.restart();
  expect(host.text('/project/base.yml')).toBe(NEW.base);
  expect(host.text('/project/override.yml')).toBe(OLD.override);
}

describe('texts of a killed run', () => {
  it('are finished and told', async () => {
    const host = project();
    await killedBetweenTexts(host);
    const recovered = await recoverRuns(next(host), ['/project']);
    expect(recovered).toEqual({ made: [], finished: ['/project/override.yml'], restored: [], unclear: [] });
    expect(host.text('/project/override.yml')).toBe(NEW.override);
  });

  it('that were cut in the middle are made whole', async () => {
    for (const name of ['base', 'override'] as const) {
      for (const length of [10, 21, NEW[name].length]) {
        const host = project();
        await killedBetweenTexts(host);
        const torn = NEW[name].slice(0, length) + OLD[name].slice(length);
        const file = `/project/${name}.yml`;
        await host.writer.rewrite(file, bytes(torn), bytes(host.text(file) ?? ''));
        await recoverRuns(next(host), ['/project']);
        expect(host.text('/project/base.yml')).toBe(NEW.base);
        expect(host.text('/project/override.yml')).toBe(NEW.override);
      }
    }
  });

  it('get back what they held where a file of the run is gone', async () => {
    const host = project();
    await killedBetweenTexts(host);
    host.drop('/project/ssl/key.pem');
    for (const name of host.names()) if (name.endsWith('.tmp')) host.drop(name);
    const recovered = await recoverRuns(next(host), ['/project']);
    expect(recovered).toEqual({ made: [], finished: [], restored: ['/project/base.yml'], unclear: [] });
    expect(host.text('/project/base.yml')).toBe(OLD.base);
    expect(host.text('/project/override.yml')).toBe(OLD.override);
  });

  it('that can not be written yet are written by the run after the next', async () => {
    const host = project();
    await killedBetweenTexts(host);
    await host.writer.setMode('/project/override.yml', 0o444);
    const once = await recoverRuns(next(host), ['/project']);
    expect(once).toEqual({ made: [], finished: [], restored: [], unclear: ['/project/override.yml'] });
    await host.writer.setMode('/project/override.yml', 0o644);
    expect(await recoverRuns(next(host), ['/project'])).toMatchObject({
      finished: ['/project/override.yml'],
    });
    expect(host.names().filter((name) => name.includes('.mender-compose-'))).toEqual([]);
  });

  it('are not looked for through a link that was put into their way', async () => {
    const host = project();
    await killedBetweenTexts(host);
    host.drop('/project/override.yml');
    host.put('/elsewhere/override.yml', OLD.override);
    host.putLink('/project/override.yml', '/elsewhere/override.yml');
    await recoverRuns(next(host), ['/project']);
    expect(host.text('/elsewhere/override.yml')).toBe(OLD.override);
  });

  it('that somebody has changed since are theirs', async () => {
    const host = project();
    await killedBetweenTexts(host);
    host.put('/project/override.yml', 'mine now\n');
    const recovered = await recoverRuns(next(host), ['/project']);
    expect(recovered).toEqual({ made: [], finished: [], restored: [], unclear: ['/project/base.yml'] });
    expect(host.text('/project/override.yml')).toBe('mine now\n');
    expect(host.text('/project/base.yml')).toBe(NEW.base);
  });
});

describe('nothing is touched because of', () => {
  const name = (host: MemoryHost, id: number, ending: string) =>
    `.mender-compose-${host.process.machine}-${id}-0123456789abcdef.${ending}`;

  it('temporary files alone, whatever they hold', async () => {
    const host = project();
    for (const ending of ['tmp', 'text.tmp']) {
      for (const id of [99, host.process.id]) {
        host.put(`/project/${name(host, id, ending)}`, BUNDLE);
        host.put(`/project/ssl/${name(host, id, ending)}`, BUNDLE);
      }
    }
    const before = host.snapshot();
    await recoverRuns(next(host), ['/project', '/project/ssl']);
    const answer = await storeFiles(next(host), '/project', []);
    expect(answer.ok).toBe(true);
    expect(host.snapshot()).toEqual(before);
  });

  /** A journal that says that everything of the user's was begun by us. */
  function forged(host: MemoryHost, identity: string): string {
    const victims = Object.entries(MINE).map(([path, text]) => ({
      ...{ path, temporary: path, size: text.length, hash: createHash('sha256').update(text).digest('hex') },
    }));
    const text = { path: '/project/base.yml', before: btoa(OLD.base), after: btoa('evil') };
    const lines = [
      { journal: 1, identity },
      { files: victims, texts: [text] },
      { staged: Object.fromEntries(victims.map(({ temporary }) => [temporary, 'memory:1'])) },
      ...Object.keys(MINE).map((path) => ({ held: path })),
      { mark: 'publishing' },
    ];
    const journal = `/project/${name(host, 99, 'journal')}`;
    host.put(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 0o600);
    return journal;
  }

  it('a journal that came from elsewhere: by git, as a copy, of another machine, as a link', async () => {
    for (const how of ['copy', 'machine', 'link', 'second name', 'damaged'] as const) {
      const host = project();
      const journal = forged(host, 'memory:77');
      const text = host.text(journal) ?? '';
      const status = await host.files.status(journal);
      const own = text.replace('memory:77', status.ok ? status.value.identity : '');
      const write = (content: string) => host.writer.rewrite(journal, bytes(content), bytes(text));
      if (how === 'machine') {
        await write(own);
        await host.writer.rename(journal, journal.replace(host.process.machine, 'ffffffff'));
      } else if (how === 'link') {
        await write(own);
        await host.writer.rename(journal, '/project/other');
        host.putLink(journal, 'other');
      } else if (how === 'second name') {
        await write(own);
        await host.writer.link(journal, '/project/other');
      } else if (how === 'damaged') await write(own.replace('"files"', '"fils"'));
      const before = host.snapshot();
      expect(await recoverRuns(next(host), ['/project']), how).toMatchObject({
        made: [],
        finished: [],
        restored: [],
      });
      expect(host.snapshot(), how).toEqual(before);
    }
  });

  it('a journal of another user', async () => {
    const host = project();
    await killedBetweenTexts(host);
    const before = host.snapshot();
    const other = next(host);
    await recoverRuns({ ...other, process: { ...other.process, user: 1001 } }, ['/project']);
    expect(host.snapshot()).toEqual(before);
  });

  it('a journal of a run that is at work: the next one waits, and says so', async () => {
    const host = project();
    await killedBetweenTexts(host);
    const before = host.snapshot();
    const running = { ...host, process: { ...host.process, id: 5000, isRunning: () => true } };
    await recoverRuns(running, ['/project']);
    expect(host.snapshot()).toEqual(before);
  });

  it('files that took the place of those that it made', async () => {
    const host = project();
    host.failWrites(({ operation }) => (operation === 'link' ? 'crash' : undefined));
    await storeFiles(host, '/project', FILES, WORK).catch(() => undefined);
    host.restart();
    const temporary = host.names().filter((each) => each.endsWith('.tmp'));
    expect(temporary.length).toBe(3);
    for (const each of temporary) {
      host.drop(each);
      host.put(each, 'mine');
    }
    await recoverRuns(next(host), ['/project']);
    for (const each of temporary) expect(host.text(each)).toBe('mine');
    expect(host.text('/project/base.yml')).toBe(OLD.base);
  });
});
