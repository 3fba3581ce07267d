/** Permissions are set all or not at all, whatever fails: each step of theirs, or what comes after them. */
import { expect, it } from 'vitest';
import { setModes } from '../../../server/src/pki/store/set-modes';
import { memoryHost } from '../../platform/memory-host';

const ORDERS = [
  { path: '/project/keys', mode: 0o700 },
  { path: '/project/keys/a.pem', mode: 0o644 },
  { path: '/project/keys/b.pem', mode: 0o600 },
];

function project() {
  const host = memoryHost({ files: { '/project/compose.yml': 'services:' } });
  host.putDirectory('/project/keys', 0o755);
  host.put('/project/keys/a.pem', 'a', 0o600);
  host.put('/project/keys/b.pem', 'b', 0o640);
  return host;
}

it('are undone when a later step fails', async () => {
  for (let failing = 0; failing < ORDERS.length; failing += 1) {
    const host = project();
    const before = host.snapshot();
    host.failWrites((_, index) => (index === failing ? 'denied' : undefined));
    const answer = await setModes(ORDERS, host, '/project');
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('Nothing was changed.') });
    expect(host.snapshot()).toEqual(before);
  }
});

it('are undone by the caller, in reverse', async () => {
  const host = project();
  const before = host.snapshot();
  const answer = await setModes(ORDERS, host, '/project');
  expect(
    ['/project/keys', '/project/keys/a.pem', '/project/keys/b.pem'].map((each) => host.mode(each)),
  ).toEqual([0o700, 0o644, 0o600]);
  if (!answer.ok) throw new Error(answer.message);
  const from = host.calls.length;
  await answer.undo();
  expect(host.snapshot()).toEqual(before);
  const undone = host.calls.slice(from).filter(({ operation }) => operation === 'setMode');
  expect(undone.map(({ path }) => path)).toEqual(ORDERS.map(({ path }) => path).reverse());
});

it('are never set through a link, or outside of the project', async () => {
  const host = project();
  host.put('/elsewhere/key.pem', 'x', 0o640);
  host.putLink('/project/link.pem', '/elsewhere/key.pem');
  host.putLink('/project/out', '/elsewhere');
  const before = host.snapshot();
  for (const path of ['/project/link.pem', '/project/out/key.pem', '/elsewhere/key.pem']) {
    const answer = await setModes([...ORDERS, { path, mode: 0o600 }], host, '/project');
    expect(answer).toMatchObject({ ok: false });
    expect(host.snapshot()).toEqual(before);
  }
});
