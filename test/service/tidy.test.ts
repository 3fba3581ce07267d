/** What runs that were killed left is swept by the next plan that is carried out, even one that changes nothing. */
import { expect, it } from 'vitest';
import { createService } from '../../server/src/service/create-service';
import { type MemoryHost, memoryHost } from '../host/memory-host';

const FILE = '/project/docker-compose.yml';
const TEXT = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
const MOUNTED = `${TEXT}    volumes:\n      - ./keys/useradm.pem:/etc/useradm/rsa/private.pem:ro\n`;

/** Temporary names of a process that runs no more, and of one that does (4242 is the host's own). */
function names(host: MemoryHost, directory: string, suffix: string) {
  const name = (id: number) =>
    `${directory}/.mender-compose-${host.process.machine}-${id}-0123456789abcdef${suffix}`;
  return { gone: name(99), busy: name(4242) };
}

async function planned(host: MemoryHost) {
  const service = createService(host);
  const plan = await service.planAll(FILE, { generate: true });
  return { service, plan };
}

it('where a plan makes keys, beside them and beside the compose file', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  const { service, plan } = await planned(host);
  const [created] = plan.create;
  const key = names(host, host.paths.dirname(created?.path ?? ''), '.tmp');
  const text = names(host, '/project', '.text.tmp');
  for (const name of [key.gone, key.busy, text.gone, text.busy]) host.put(name, 'x');
  expect(await service.apply(plan)).toMatchObject({ ok: true });
  expect(
    host
      .names()
      .filter((name) => name.endsWith('.tmp'))
      .sort(),
  ).toEqual([key.busy, text.busy].sort());
});

it('where nothing is left to make or to mount', async () => {
  const host = memoryHost({ files: { [FILE]: MOUNTED } });
  const { service: first, plan: missing } = await planned(host);
  expect(await first.apply(missing)).toMatchObject({
    ok: true,
    created: [{ path: '/project/keys/useradm.pem' }],
  });
  // The second name of the key that a run leaves when it is killed right after giving it its own.
  const { gone, busy } = names(host, '/project/keys', '.tmp');
  for (const name of [gone, busy]) await host.writer.link('/project/keys/useradm.pem', name);
  const { service, plan } = await planned(host);
  expect(plan).toMatchObject({ create: [], edits: [] });
  expect(await service.apply(plan)).toMatchObject({ ok: true, created: [] });
  expect(host.names()).toEqual([FILE, busy, '/project/keys/useradm.pem']);
});

it('but not in a workspace that is not trusted', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  const { gone } = names(host, '/project', '.text.tmp');
  host.put(gone, 'x');
  const { service, plan } = await planned(host);
  service.configure({ rules: {}, trusted: false });
  expect(await service.apply(plan)).toMatchObject({ ok: false });
  expect(host.names()).toContain(gone);
});
