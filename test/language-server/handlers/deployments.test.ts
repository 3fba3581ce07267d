/** The deployments of the workspace over the wire: what is told, when, and what they wait for. */
import { afterEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver';
import {
  DEPLOYMENTS_CHANGED_METHOD,
  DEPLOYMENTS_METHOD,
  type DeploymentsAnswer,
} from '../../../server/src/language-server/protocol/index';
import type { LanguageService } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { fakeService } from '../fake-service';
import { connect, type Wire } from '../wire';

const COMPOSE = `services:
  mender-useradm:
    image: mendersoftware/useradm:3.7
    volumes:
      - ./useradm.pem:/etc/useradm/rsa/private.pem:ro
`;

let wire: Wire;
let changes = 0;

afterEach(() => wire.close());

async function start(service: LanguageService): Promise<void> {
  changes = 0;
  wire = await connect(service, { folders: ['file:///w/one', 'file:///w/two'] });
  wire.client.onNotification(DEPLOYMENTS_CHANGED_METHOD, () => void changes++);
}

const ask = (exclude?: unknown) =>
  wire.client.sendRequest<DeploymentsAnswer>(DEPLOYMENTS_METHOD, { exclude });
const disk = (path: string, type: number) =>
  wire.client.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: `file://${path}`, type }],
  });

describe('the deployments of the workspace', () => {
  test('are told with their files as people see them, open or not', async () => {
    const files = { '/w/one/docker-compose.yml': COMPOSE, '/w/two/site/mender.yml': COMPOSE };
    await start(createLanguageService(memoryHost({ files })));
    await wire.open(COMPOSE, 1, 'file:///w/one/docker-compose.yml');
    const { deployments, complete } = await ask();
    expect(complete).toBe(true);
    expect(
      deployments.map(({ uri, stack, targets }) => [uri, stack.files[0]?.label, targets[0]?.level]),
    ).toEqual([
      ['file:///w/one/docker-compose.yml', 'one/docker-compose.yml', 'missing'],
      ['file:///w/two/site/mender.yml', 'two/site/mender.yml', 'missing'],
    ]);
    expect((await ask(['site', 7])).deployments).toHaveLength(1);
    expect((await ask('site')).deployments).toHaveLength(2);
  });

  test('are said to have changed once, until somebody asks again', async () => {
    const host = memoryHost({ files: { '/w/one/a.yml': COMPOSE } });
    await start(createLanguageService(host));
    await disk('/w/one/a.yml', 2);
    expect((await ask()).deployments).toHaveLength(1);
    // Nobody had asked before the news.
    expect(changes).toBe(0);
    host.put('/w/two/b.yml', COMPOSE);
    await disk('/w/two/b.yml', 1);
    await disk('/w/two/b.yml', 2);
    expect((await ask()).deployments).toHaveLength(2);
    expect(changes).toBe(1);
    host.drop('/w/two/b.yml');
    await disk('/w/two/b.yml', 3);
    expect((await ask()).deployments).toHaveLength(1);
    expect(changes).toBe(2);
  });

  test('wait while a document is checked', async () => {
    const service = fakeService();
    let paused = false;
    service.deployments = async (options) => {
      await options?.pause?.();
      paused = true;
      return { deployments: [], complete: true };
    };
    await start(service);
    await wire.open('SLOW');
    const answer = ask();
    // Answered after the request came in: what waits still waits.
    await wire.client.sendRequest('mender/releases');
    expect([service.waiting.length, paused]).toEqual([1, false]);
    service.waiting[0]?.release();
    await answer;
    expect(paused).toBe(true);
  });

  test('are none when the look fails, and can be cancelled', async () => {
    const service = fakeService();
    service.deployments = async () => {
      throw new Error('a mistake of ours');
    };
    await start(service);
    expect(await ask()).toEqual({ deployments: [], complete: true });
    service.deployments = (options) =>
      new Promise((resolve) => {
        if (options?.signal?.aborted) resolve(undefined);
        options?.signal?.addEventListener('abort', () => resolve(undefined));
      });
    const source = new CancellationTokenSource();
    const asked = wire.client.sendRequest(DEPLOYMENTS_METHOD, {}, source.token);
    source.cancel();
    await expect(asked).rejects.toThrow('was cancelled');
  });
});
