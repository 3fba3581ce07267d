/** What killed runs left: swept, and nothing else. */
import { expect, it } from 'vitest';
import { sweepLeftovers } from '../../server/src/pki/leftovers';
import { memoryHost } from '../host/memory-host';

const WHOLE = `-----BEGIN RSA PRIVATE KEY-----\n${'ABCDEFGH'.repeat(60)}\n-----END RSA PRIVATE KEY-----\n`;

it('a part of a file is removed where the whole of it lies beside, and nothing that only looks like it', async () => {
  const host = memoryHost({});
  const temporary = `/keys/.mender-compose-${host.process.machine}-99-0123456789abcdef.tmp`;
  const kept = {
    '/keys/whole.pem': WHOLE,
    '/keys/empty.pem': '',
    '/keys/header.pem': WHOLE.slice(0, 60),
    '/keys/other.pem': `${WHOLE.slice(0, 300)}other`,
    '/keys/longer.pem': `${WHOLE}more`,
    '/elsewhere/part.pem': WHOLE.slice(0, 300),
  };
  for (const [name, text] of Object.entries({ ...kept, '/keys/part.pem': WHOLE.slice(0, 300) }))
    host.put(name, text);
  host.put(temporary, WHOLE);
  await sweepLeftovers(host, ['/keys']);
  expect(host.names()).toEqual(Object.keys(kept).sort());
  for (const [name, text] of Object.entries(kept)) expect(host.text(name)).toBe(text);
});

it('what a busy run writes stays, and so does what it has written of a file', async () => {
  const host = memoryHost({});
  const busy = `/keys/.mender-compose-${host.process.machine}-${host.process.id}-0123456789abcdef.tmp`;
  host.put(busy, WHOLE);
  host.put('/keys/part.pem', WHOLE.slice(0, 300));
  await sweepLeftovers(host, ['/keys']);
  expect(host.names()).toEqual([busy, '/keys/part.pem']);
});
