import { afterEach, describe, expect, test } from 'vitest';
import type { CodeAction, Command, WorkspaceEdit } from 'vscode-languageserver/node';
import { wantsKind } from '../../../server/src/language-server/handlers/code-actions';
import { type FakeService, fakeService } from '../fake-service';
import { applyEdits, connect, URI, VSCODE, type Wire, type WireOptions } from '../wire';

let wire: Wire;
let service: FakeService;

async function start(options?: WireOptions): Promise<void> {
  service = fakeService();
  wire = await connect(service, options);
}

afterEach(() => wire.close());

const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 99 } };

function ask(range: unknown = everything, only?: string[], uri = URI): Promise<CodeAction[]> {
  return wire.client.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [], only },
  });
}

function textEdits(edit: WorkspaceEdit | undefined) {
  const change = edit?.documentChanges?.[0];
  return change !== undefined && 'edits' in change ? change.edits.map((e) => e as never) : [];
}

describe('code actions', () => {
  test('say what they fix, which is preferred, and carry no edit before they are resolved', async () => {
    await start();
    await wire.open('a\nBAD', 4);
    const actions = await ask();
    expect(actions.map(({ title, kind, isPreferred }) => ({ title, kind, isPreferred }))).toEqual([
      { title: 'Make line 1 good', kind: 'quickfix', isPreferred: true },
      { title: 'Make a key for line 1', kind: 'quickfix', isPreferred: false },
      { title: 'Fix all', kind: 'source.fixAll.mender', isPreferred: false },
    ]);
    expect(actions[0]?.diagnostics?.map((d) => d.message)).toEqual(['Line 1 is bad']);
    expect(actions.map((action) => action.edit)).toEqual([undefined, undefined, undefined]);
    expect(actions.map((action) => action.command)).toEqual([
      undefined,
      { title: 'Make a key for line 1', command: 'mender.applyFix', arguments: [URI, 'make:1'] },
      undefined,
    ]);
  });

  test('are those of the document, whatever else its stack holds', async () => {
    await start();
    service.together(['/project/docker-compose.yml', '/project/prod.yml']);
    service.disk.set('/project/prod.yml', 'b\nBAD BAD\nBAD');
    await wire.open('a\nBAD', 4);
    const actions = await ask();
    expect(actions.map(({ title, diagnostics }) => [title, diagnostics?.length])).toEqual([
      ['Make line 1 good', 1],
      ['Make a key for line 1', 1],
      ['Fix all', undefined],
    ]);
  });

  test('can edit other files of the stack, with the version of those that are open', async () => {
    await start();
    await wire.open('a\nBAD', 4);
    await wire.open('b', 7, 'file:///project/prod.yml');
    const plan = service.plan.bind(service);
    service.plan = async (file, fixId) => {
      const own = await plan(file, fixId);
      const edits = own?.edits[0]?.edits ?? [];
      return (
        own && {
          ...own,
          edits: [
            { file: '/project/prod.yml', edits },
            { file: '/project/common.yml', edits },
          ],
        }
      );
    };
    const [first] = await ask();
    const resolved = await wire.client.sendRequest<CodeAction>('codeAction/resolve', first);
    expect(
      resolved.edit?.documentChanges?.map((change) => 'textDocument' in change && change.textDocument),
    ).toEqual([
      { uri: 'file:///project/prod.yml', version: 7 },
      { uri: 'file:///project/common.yml', version: null },
    ]);
  });

  test('resolve to a versioned edit that puts the text right', async () => {
    await start();
    await wire.open('a\n  BAD # ä𝒳', 4);
    const [first] = await ask();
    const resolved = await wire.client.sendRequest<CodeAction>('codeAction/resolve', first);
    expect(resolved.edit?.documentChanges?.[0]).toMatchObject({ textDocument: { uri: URI, version: 4 } });
    expect(applyEdits('a\n  BAD # ä𝒳', textEdits(resolved.edit))).toBe('a\n  GOOD # ä𝒳');
  });

  test('of a text that has changed since are refused when resolved', async () => {
    await start();
    await wire.open('BAD', 1);
    const [first] = await ask();
    await wire.change('\nBAD', 2);
    await expect(wire.client.sendRequest('codeAction/resolve', first)).rejects.toMatchObject({
      code: -32801,
      message: 'This fix no longer applies: Make line 0 good',
    });
  });

  test('carry their edit at once for a client that cannot resolve', async () => {
    const capabilities = {
      ...VSCODE,
      workspace: {},
      textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } },
    };
    await start({ capabilities });
    await wire.open('BAD');
    const [first, second] = await ask();
    expect(first?.edit).toEqual({
      changes: {
        [URI]: [
          { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } }, newText: 'GOOD' },
        ],
      },
    });
    expect(second?.edit).toBeUndefined();
    expect(second?.command?.command).toBe('mender.applyFix');
  });

  test('are plain commands for a client that knows nothing else', async () => {
    await start({ capabilities: {}, initializationOptions: {} });
    await wire.open('BAD');
    const commands = (await ask()) as unknown as Command[];
    expect(commands).toEqual([
      { title: 'Make line 0 good', command: 'mender.applyFix', arguments: [URI, 'good:0'] },
      { title: 'Make a key for line 0', command: 'mender.applyFix', arguments: [URI, 'make:0'] },
      { title: 'Fix all', command: 'mender.applyFix', arguments: [URI, 'all'] },
    ]);
  });

  test('honour the kinds that are asked for', async () => {
    await start();
    await wire.open('BAD');
    const titles = async (only: string[]) => (await ask(everything, only)).map((action) => action.title);
    expect(await titles(['source.fixAll'])).toEqual(['Fix all']);
    expect(await titles(['source.fixAll.mender'])).toEqual(['Fix all']);
    expect(await titles(['source'])).toEqual(['Fix all']);
    expect(await titles(['quickfix'])).toEqual(['Make line 0 good', 'Make a key for line 0']);
    expect(await titles(['refactor', 'source.organizeImports', 'source.fixAll.eslint'])).toEqual([]);
  });

  test('a kind includes those below it and not those that only begin alike', () => {
    expect(wantsKind(undefined, 'quickfix')).toBe(true);
    expect(wantsKind([''], 'quickfix')).toBe(true);
    expect(wantsKind(['quick'], 'quickfix')).toBe(false);
    expect(wantsKind(['source.fix'], 'source.fixAll.mender')).toBe(false);
    expect(wantsKind([], 'quickfix')).toBe(false);
  });

  test('are those of the range, which may lie out of bounds or backwards', async () => {
    await start();
    await wire.open('BAD\nb\nBAD');
    const titles = async (from: number, to: number) =>
      (
        await ask({ start: { line: from, character: 0 }, end: { line: to, character: 1e9 } }, ['quickfix'])
      ).map((action) => action.title);
    expect(await titles(1, 1)).toEqual([]);
    expect(await titles(2, 2)).toEqual(['Make line 2 good', 'Make a key for line 2']);
    expect(await titles(2, 1)).toEqual(['Make line 2 good', 'Make a key for line 2']);
    expect(await titles(500, 900)).toEqual(['Make line 2 good', 'Make a key for line 2']);
    expect(await titles(-5, 0)).toEqual(['Make line 0 good', 'Make a key for line 0']);
  });

  test('that create keys are not offered in an untrusted workspace', async () => {
    await start({ initializationOptions: { prompts: true, trusted: false } });
    await wire.open('BAD');
    expect((await ask()).map((action) => action.title)).toEqual(['Make line 0 good', 'Fix all']);
    await wire.client.sendNotification('mender/trust', { trusted: true });
    expect((await ask()).map((action) => action.title)).toHaveLength(3);
  });

  test('a range that is none, an unknown document and a throwing service answer an empty list', async () => {
    await start();
    await wire.open('BAD');
    expect(await ask({ start: { line: 'x' }, end: null })).toEqual([]);
    expect(await ask(null)).toEqual([]);
    expect(await ask(everything, undefined, 'file:///nowhere.yml')).toEqual([]);
    await wire.open('THROW', 2);
    expect(await ask()).toEqual([]);
    expect(await wire.client.sendRequest('codeAction/resolve', { title: 'mine' })).toEqual({ title: 'mine' });
  });
});
