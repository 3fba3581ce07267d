/** What a plan says of each file, and what carrying it out is called, whatever it was chosen in. */
import { afterEach, describe, expect, test } from 'vitest';
import { WorkDoneProgress, type WorkDoneProgressBegin } from 'vscode-languageserver';
import {
  APPLY_METHOD,
  type ApplyParams,
  type ApplyResult,
  PLAN_METHOD,
  type PlanAnswer,
  type PlanParams,
} from '../../../server/src/language-server/protocol/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { connect, type Wire } from '../wire';

const URI = 'file:///p/docker-compose.yml';
const FILE = '/p/docker-compose.yml';
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
`;

let wire: Wire;
let host: MemoryHost;

async function start(text: string) {
  host = memoryHost({ files: { [FILE]: text } });
  const service = createLanguageService(host);
  wire = await connect(service);
  await wire.open(text, 1, URI);
  return service;
}

afterEach(() => wire.close());

const plan = (params: PlanParams) => wire.client.sendRequest<PlanAnswer>(PLAN_METHOD, params);

describe('the files of a plan', () => {
  test('are told with what each puts right: a key with no finding about the certificate', async () => {
    const service = await start(TEXT);
    const name = { line: 1, character: 4 };
    const fixes = await service.fixes(FILE, { start: name, end: name });
    const answers = await Promise.all(
      fixes.filter(({ generates }) => generates).map(({ id }) => plan({ uri: URI, fixId: id })),
    );
    const files = answers.flatMap((answer) => (answer.ok ? answer.create : []));
    expect(files.filter(({ kind }) => kind === 'private-key').length).toBeGreaterThan(0);
    for (const { kind, fixes: told } of files) {
      const other =
        kind === 'private-key' ? /TLS certificate of \S+ not mounted/ : /TLS private key of \S+ not mounted/;
      for (const message of told) expect(message).not.toMatch(other);
    }
  });
});

describe('carrying out', () => {
  /** The title under which it is shown. */
  async function titleOf(params: ApplyParams): Promise<string | undefined> {
    let title: string | undefined;
    wire.client.onProgress(WorkDoneProgress.type, 'token', (value) => {
      if (value.kind === 'begin') ({ title } = value as WorkDoneProgressBegin);
    });
    await wire.client.sendRequest<ApplyResult>(APPLY_METHOD, { ...params, workDoneToken: 'token' });
    return title;
  }

  test.each([
    [{}, 'Generating Mender keys'],
    [{ task: { kind: 'generate' } }, 'Generating Mender keys'],
    [{ task: { kind: 'renew', service: 'x' } }, 'Renewing a certificate'],
    [{ task: { kind: 'bundle' } }, 'Exporting a trust bundle'],
    [{ task: { kind: 'split' } }, 'Splitting shared keys'],
    [{ task: { kind: 'of a later version' } as never }, 'Working on Mender keys'],
    [{ fixId: 'none' }, 'Applying a fix'],
  ] as const)('%j is called %s', async (params, title) => {
    await start('services: {}\n');
    expect(await titleOf({ uri: URI, ...params })).toBe(title);
  });

  test('what fails is told by the same name', async () => {
    await start(TEXT);
    expect(
      await wire.client.sendRequest(APPLY_METHOD, { uri: 'file:///not-open.yml', task: { kind: 'bundle' } }),
    ).toEqual({
      ok: false,
      cancelled: false,
      message: 'Exporting a trust bundle failed: /not-open.yml is not open.',
    });
  });
});
