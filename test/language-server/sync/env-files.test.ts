/** `.env` files beside compose files: their findings have fixes where they are told, and nothing else is said there. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver/node';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { connect, type Wire } from '../wire';

const COMPOSE = 'file:///p/docker-compose.yml';
const ENV = 'file:///p/storage.env';
const TEXT = `services:
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.example.com]
  mender-deployments:
    image: mendersoftware/deployments:latest
    env_file: storage.env
    volumes:
      - ./trusted.crt:/etc/ssl/certs/storage.crt:ro
`;
const WRONG = '# the storage endpoint of mender\nSTORAGE_BACKEND_CERT=/etc/ssl/certs/other.crt\n';
const OVERRIDE = 'file:///p/docker-compose.override.yml';
const SET = 'Set STORAGE_BACKEND_CERT to /etc/ssl/certs/storage.crt';
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

let wire: Wire;

async function start(text = TEXT): Promise<void> {
  const files = { '/p/docker-compose.yml': text, '/p/storage.env': WRONG };
  wire = await connect(createLanguageService(memoryHost({ files })));
  await wire.open(text, 1, COMPOSE);
  await wire.publication(({ uri }) => uri === ENV);
}

afterEach(() => wire.close());

const ask = (uri: string, range = everything) =>
  wire.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [] },
  });
const codesOf = (uri: string) =>
  wire.published
    .filter((params) => params.uri === uri)
    .at(-1)
    ?.diagnostics.map(({ code }) => code);

describe('an open .env file', () => {
  test('has the fixes of its findings, and only those', async () => {
    await start();
    await wire.open(WRONG, 7, ENV);
    expect(codesOf(ENV)).toEqual(['storage-backend-cert-not-mounted']);
    const actions = await ask(ENV);
    expect(actions.map(({ title }) => title)).toContain(SET);
    expect(actions.every(({ kind }) => kind === 'quickfix')).toBe(true);
    expect(actions[0]?.diagnostics?.map(({ code }) => code)).toEqual(['storage-backend-cert-not-mounted']);
    const comment = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    expect(await ask(ENV, comment)).toEqual([]);
  });

  test('gets the edit where the value stands, and each fix once though several compose files offer it', async () => {
    await start();
    await wire.open('services:\n  mender-deployments:\n    restart: always\n', 1, OVERRIDE);
    await wire.open(WRONG, 7, ENV);
    const actions = await ask(ENV);
    expect(new Set(actions.map(({ title }) => title)).size).toBe(actions.length);
    const action = actions.find(({ title }) => title === SET);
    const { edit } = await wire.client.sendRequest<CodeAction>('codeAction/resolve', action);
    const [change] = (edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(change?.textDocument).toEqual({ uri: ENV, version: 7 });
    expect(JSON.stringify(change?.edits)).toContain('/etc/ssl/certs/storage.crt');
  });

  test('is checked by what stands in it, saved or not, and a fix for an older text is refused', async () => {
    await start();
    await wire.open(WRONG, 7, ENV);
    const action = (await ask(ENV)).find(({ title }) => title === SET);
    const from = wire.published.length;
    await wire.change(WRONG.replace('other', 'storage'), 8, ENV);
    await wire.publication(({ uri, diagnostics }) => uri === ENV && diagnostics.length === 0, from);
    await expect(wire.client.sendRequest('codeAction/resolve', action)).rejects.toThrow('no longer applies');
    expect(await ask(ENV)).toEqual([]);
  });

  test('is no compose file: nothing is completed, told or found missing in it', async () => {
    await start();
    await wire.open(`# mender\nservices:\n${WRONG}`, 1, ENV);
    const at = { textDocument: { uri: ENV }, position: { line: 1, character: 3 } };
    expect(await wire.client.sendRequest('textDocument/hover', at)).toBeNull();
    expect(await wire.client.sendRequest('textDocument/completion', at)).toEqual([]);
    expect(await wire.client.sendRequest('textDocument/documentSymbol', at)).toEqual([]);
    expect(codesOf(ENV)).not.toContain('invalid-compose');
    expect(wire.statuses.find(({ uri }) => uri === ENV)?.mender).toBe(false);
  });

  test('says by COMPOSE_FILE which files belong together, before it is saved', async () => {
    const files = { '/p/docker-compose.yml': TEXT, '/p/other.yml': 'services:\n  x:\n    image: y\n' };
    wire = await connect(createLanguageService(memoryHost({ files })));
    await wire.open(TEXT, 1, COMPOSE);
    const filesOf = () =>
      wire.statuses
        .filter(({ uri }) => uri === COMPOSE)
        .at(-1)
        ?.stacks[0]?.files.map(({ label }) => label);
    await wire.until(() => filesOf()?.length === 1);
    await wire.open('', 1, 'file:///p/.env');
    await wire.change('COMPOSE_FILE=docker-compose.yml:other.yml\n', 2, 'file:///p/.env');
    await wire.until(() => filesOf()?.length === 2);
    expect(filesOf()?.map((label) => label.split('/').at(-1))).toEqual(['docker-compose.yml', 'other.yml']);
  });
});
