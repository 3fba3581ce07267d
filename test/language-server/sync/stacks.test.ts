/** A check tells of all files of a stack: what the client is told of each, and when it is asked again. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type FakeService, fakeService } from '../fake-service';
import { connect, type Wire, type WireOptions } from '../wire';

let wire: Wire;
let service: FakeService;

const BASE = '/project/docker-compose.yml';
const PROD = '/project/production/config/prod.yml';
const OTHER = '/project/other.yml';
const uri = (file: string) => `file://${file}`;

async function start(options?: WireOptions): Promise<void> {
  service = fakeService();
  wire = await connect(service, options);
}

afterEach(() => wire.close());

const close = (file: string) =>
  wire.client.sendNotification('textDocument/didClose', { textDocument: { uri: uri(file) } });
const disk = (file: string, type = 2) =>
  wire.client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(file), type }] });
/** Waits until the server has nothing more to say: what comes after it was answered first. */
async function settled(): Promise<void> {
  await wire.open('BAD', 1, 'file:///elsewhere/marker.yml');
  await wire.publication((p) => p.uri.endsWith('marker.yml') && p.diagnostics.length === 1);
  await wire.client.sendNotification('textDocument/didClose', {
    textDocument: { uri: 'file:///elsewhere/marker.yml' },
  });
  await wire.publication((p) => p.uri.endsWith('marker.yml') && p.diagnostics.length === 0);
}
const told = (file: string) => wire.published.filter((p) => p.uri === uri(file));
const lines = (file: string) =>
  told(file)
    .at(-1)
    ?.diagnostics.map((d) => d.range.start.line);

describe('findings in other files of the stack', () => {
  test('are told of a file that is not open, without a version', async () => {
    await start();
    service.disk.set(BASE, 'x\nBAD');
    service.together([BASE, PROD]);
    await wire.open('BAD', 4, uri(PROD));
    await wire.publication((p) => p.uri === uri(BASE));
    expect(told(PROD)).toMatchObject([{ version: 4, diagnostics: [{ range: { start: { line: 0 } } }] }]);
    expect(told(BASE)).toHaveLength(1);
    expect(told(BASE)[0]).not.toHaveProperty('version');
    expect(lines(BASE)).toEqual([1]);
  });

  test('are told once when the checks of several open documents say the same', async () => {
    await start();
    service.disk.set(OTHER, 'BAD');
    service.together([BASE, PROD, OTHER]);
    await wire.open('BAD', 1, uri(BASE));
    await wire.publication((p) => p.uri === uri(OTHER));
    await wire.open('BAD', 1, uri(PROD));
    await wire.publication((p) => p.uri === uri(PROD) && p.version === 1);
    await settled();
    expect(told(OTHER)).toHaveLength(1);
    expect([lines(BASE), lines(PROD), lines(OTHER)]).toEqual([[0], [0], [0]]);
  });

  test('are the union of what two stacks say of a shared file', async () => {
    await start();
    service.disk.set(OTHER, 'BAD');
    const check = service.check.bind(service);
    // Each stack finds a mistake of its own in the shared file.
    service.check = async (file, signal) => {
      const answer = await check(file, signal);
      if (answer === undefined || 'problem' in answer) return answer;
      const [line, message] = file === BASE ? [7, 'seen through base'] : [3, 'seen through prod'];
      const range = { start: { line, character: 0 }, end: { line, character: 1 } };
      const findings = answer.findings.flatMap((finding) =>
        finding.file === OTHER ? [finding, { ...finding, message, range }] : [finding],
      );
      return { ...answer, findings };
    };
    service.together([BASE, OTHER]);
    service.together([PROD, OTHER]);
    await wire.open('', 1, uri(BASE));
    await wire.open('', 1, uri(PROD));
    await wire.publication((p) => p.uri === uri(OTHER) && p.diagnostics.length === 3);
    expect(lines(OTHER)).toEqual([0, 3, 7]);
    await close(PROD);
    await wire.publication((p) => p.uri === uri(OTHER) && p.diagnostics.length === 2, 3);
    expect(lines(OTHER)).toEqual([0, 7]);
  });

  test('go with the document whose check told them, and are told again without a version when it was open', async () => {
    await start();
    service.disk.set(BASE, 'BAD');
    service.disk.set(PROD, 'BAD\nBAD');
    service.together([BASE, PROD]);
    await wire.open('BAD', 2, uri(PROD));
    await wire.publication((p) => p.uri === uri(BASE));
    await wire.open('BAD', 5, uri(BASE));
    await wire.publication((p) => p.uri === uri(BASE) && p.version === 5);
    await close(PROD);
    // The open base file's check still tells of the other, by the disk's text now.
    const last = await wire.publication((p) => p.uri === uri(PROD) && p.diagnostics.length === 2);
    expect(last).not.toHaveProperty('version');
    await close(BASE);
    await wire.publication((p) => p.uri === uri(BASE) && p.diagnostics.length === 0);
    await wire.publication((p) => p.uri === uri(PROD) && p.diagnostics.length === 0);
    expect([lines(BASE), lines(PROD)]).toEqual([[], []]);
  });

  test('go when the file leaves the stack', async () => {
    await start();
    service.disk.set(BASE, 'BAD');
    const members = [PROD, BASE];
    service.together(members);
    await wire.open('x', 1, uri(PROD));
    await wire.publication((p) => p.uri === uri(BASE));
    members.pop();
    await wire.change('y', 2, uri(PROD));
    expect((await wire.publication((p) => p.uri === uri(BASE), 2)).diagnostics).toEqual([]);
  });
});

describe('a document that changes', () => {
  test('is checked first, then those that rest on it, and no other', async () => {
    await start();
    service.together([BASE, PROD]);
    await wire.open('', 1, uri(OTHER));
    await wire.open('', 1, uri(PROD));
    await wire.open('', 1, uri(BASE));
    await settled();
    service.checks.length = 0;
    await wire.change('BAD', 2, uri(BASE));
    await wire.publication((p) => p.version === 2);
    await vi.waitFor(() => expect(service.checks).toContain(PROD));
    expect(service.checks).toEqual([BASE, PROD]);
    expect(lines(BASE)).toEqual([0]);
  });

  test('stops a check that rests on it, whose old places are never told', async () => {
    await start();
    service.together([BASE, PROD]);
    await wire.open('fine', 1, uri(BASE));
    await wire.publication((p) => p.uri === uri(BASE));
    await wire.open('SLOW', 1, uri(PROD));
    await vi.waitFor(() => expect(service.waiting).toHaveLength(1));
    // It has not answered yet, so nobody knows what it rests on; it is asked again once it says.
    await wire.change('x\nx\nBAD', 2, uri(BASE));
    await wire.publication((p) => p.version === 2);
    service.waiting[0]?.release();
    await vi.waitFor(() => expect(service.waiting).toHaveLength(2));
    expect(told(PROD)).toEqual([]);
    service.waiting[1]?.release();
    await wire.publication((p) => p.uri === uri(PROD));
    expect(lines(BASE)).toEqual([2]);
    await wire.change('BAD', 3, uri(BASE));
    await vi.waitFor(() => expect(service.waiting).toHaveLength(3));
    await wire.change('BAD ', 4, uri(BASE));
    await vi.waitFor(() => expect(service.waiting[2]?.signal?.aborted).toBe(true));
    service.waiting[2]?.release();
    await vi.waitFor(() => expect(service.waiting).toHaveLength(4));
    service.waiting[3]?.release();
    await settled();
    expect(told(PROD)).toHaveLength(1);
    expect(lines(BASE)).toEqual([0]);
  });

  test('moves its own findings at once, though an older answer of another document has them elsewhere', async () => {
    await start();
    service.together([BASE, PROD]);
    await wire.open('BAD', 1, uri(BASE));
    await wire.open('', 1, uri(PROD));
    await wire.publication((p) => p.uri === uri(PROD));
    const first = service.check.bind(service);
    const message = 'Line 0 is bad';
    // The finding keeps its words when it moves.
    service.check = async (file, signal) => {
      const answer = await first(file, signal);
      if (answer === undefined || 'problem' in answer) return answer;
      return { ...answer, findings: answer.findings.map((finding) => ({ ...finding, message })) };
    };
    await wire.change('\n\nBAD', 2, uri(BASE));
    await wire.publication((p) => p.uri === uri(BASE) && p.version === 2);
    await settled();
    expect(
      told(BASE)
        .slice(1)
        .map((p) => p.diagnostics.map((d) => d.range.start.line)),
    ).toEqual([[2]]);
  });
});

describe('news from the disk', () => {
  test('are told to the façade, then what rests on the file is checked again', async () => {
    await start();
    service.disk.set(BASE, 'fine');
    service.together([BASE, PROD]);
    await wire.open('', 1, uri(PROD));
    await wire.open('', 1, uri(OTHER));
    await settled();
    service.checks.length = 0;
    service.disk.set(BASE, 'BAD');
    await disk(BASE);
    await wire.publication((p) => p.uri === uri(BASE));
    expect(service.news).toEqual([[BASE]]);
    expect(service.checks).toEqual([PROD]);
    expect(lines(BASE)).toEqual([0]);
  });

  test.each([
    ['a new compose file', BASE, 1],
    ['a file that went', '/project/.env', 3],
    ['a certificate that changed', '/project/ssl/cert.pem', 2],
  ])('%s has all open documents checked again', async (_what, file, type) => {
    await start();
    await wire.open('', 1, uri(PROD));
    await wire.open('', 1, uri(OTHER));
    await settled();
    service.checks.length = 0;
    await disk(file, type);
    await vi.waitFor(() => expect(service.checks).toEqual([PROD, OTHER]));
  });

  test('are asked for outside of the folders too, anew when other directories come', async () => {
    await start({ folders: ['file:///project'] });
    service.together(['/shared/mender/base.yml', '/shared/.env', '/project/a.yml']);
    await wire.open('', 1, 'file:///project/a.yml');
    await wire.until(() => wire.registered.length === 3);
    type Watchers = { watchers: { globPattern: { baseUri: string; pattern: string } }[] };
    const patterns = (index: number) => {
      const options: unknown = wire.registered[index]?.registerOptions;
      const { watchers } = options as Watchers;
      return watchers.map(({ globPattern }) => [globPattern.baseUri, globPattern.pattern]);
    };
    expect(patterns(2)).toEqual(
      ['file:///shared', 'file:///shared/mender'].flatMap((directory) =>
        ['.env*', '*.env', '.gitignore', '*.{yml,yaml,pem,crt,cer,key}'].map((pattern) => [
          directory,
          pattern,
        ]),
      ),
    );
    await wire.open('', 1, 'file:///far/c.yml');
    await wire.until(() => wire.registered.length === 4 && wire.unregistered.length === 1);
    expect(new Set(patterns(3).map(([directory]) => directory))).toEqual(
      new Set(['file:///far', 'file:///shared', 'file:///shared/mender']),
    );
    expect(wire.unregistered).toEqual([wire.registered[2]?.id]);
  });

  test('are asked for inside of the folders alone while nobody trusts them', async () => {
    await start({ folders: ['file:///project'], initializationOptions: { trusted: false } });
    service.together(['/shared/mender/base.yml', '/shared/.env', '/project/a.yml']);
    await wire.open('', 1, 'file:///project/a.yml');
    await settled();
    expect(JSON.stringify(wire.registered)).not.toContain('shared');
    const before = wire.registered.length;
    await wire.client.sendNotification('mender/trust', { trusted: true });
    await wire.until(() => wire.registered.length > before);
    expect(JSON.stringify(wire.registered.at(-1))).toContain('shared');
  });
});
