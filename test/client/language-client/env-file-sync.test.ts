/** `.env` files are handed to the server in their order, and kept out of a trace. */
import { expect, test } from 'vitest';
import { envDocuments, untraced } from '../../../client/src/language-client/env-file-sync';

function middleware(traced: boolean) {
  const log: string[] = [];
  let quiet = 0;
  const hidden = untraced(
    () => ({
      follow: async () => undefined,
      async during(work) {
        quiet++;
        await Promise.resolve();
        try {
          return await work();
        } finally {
          quiet--;
        }
      },
    }),
    () => traced,
  );
  const next = (what: string) => async () => void log.push(`${what} ${quiet > 0 ? 'hidden' : 'seen'}`);
  const document = (path: string) => ({ uri: { path } }) as never;
  return { log, hidden, next, document };
}

test('their texts are sent while nothing is traced, one after the other', async () => {
  const { log, hidden, next, document } = middleware(true);
  const env = document('/p/.env');
  await Promise.all([
    hidden.didOpen(env, next('open')),
    hidden.didChange({ document: env } as never, next('change')),
    hidden.didClose(env, next('close')),
    hidden.didOpen(document('/p/docker-compose.yml'), next('compose')),
  ]);
  expect(log).toEqual(['compose seen', 'open hidden', 'change hidden', 'close hidden']);
});

test('one that fails holds up no other', async () => {
  const { log, hidden, next, document } = middleware(true);
  const failing = hidden.didOpen(document('/p/x.env'), async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await hidden.didOpen(document('/p/.env.local'), next('open'));
  expect(log).toEqual(['open hidden']);
});

test('without a trace nothing waits', () => {
  const { log, hidden, next, document } = middleware(false);
  void hidden.didOpen(document('/p/.env'), next('open'));
  expect(log).toEqual(['open seen']);
});

test('are selected by their names, in any language and on any disk', () => {
  expect(envDocuments(['file', 'untitled'])).toEqual([{ scheme: 'file', pattern: '**/{.env,.env.*,*.env}' }]);
});
