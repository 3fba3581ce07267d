/**
 * Not a test: what the tests run as a process of its own. `node <bundle> <root>` makes a small deployment below
 * root and prints the answer as JSON.
 */
import path from 'node:path';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest } from '../../../server/src/pki/generate/requests';
import { nodeHost } from '../../../server/src/platform/node/node-platform';

const [, , root = ''] = process.argv;

const orders: KeyRequest[] = [
  {
    kind: 'tls-pair',
    keyPath: path.join(root, 'ssl/key.pem'),
    certificatePath: path.join(root, 'ssl/cert.pem'),
    names: ['mender.example.com'],
    bits: 2048,
  },
  { kind: 'token-key', keyPath: path.join(root, 'keys/useradm-private.pem'), bits: 2048 },
];

make(orders, nodeHost(), { root }).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
