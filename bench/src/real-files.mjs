// @ts-check
// The compose files of real Mender servers that are measured with.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Those that are there: the example, and releases of Mender itself where they lie beside the project.
 * @param {string} root the project's
 * @returns {readonly { name: string, path: string }[]} the example first
 */
export function realFiles(root) {
  const corpus = join(root, '../shared/corpus/mender');
  return [
    { name: 'the example', path: join(root, 'examples/production/docker-compose.yml') },
    { name: 'Mender 3.7.0', path: join(corpus, '3.7.0/docker-compose.yml') },
    { name: 'Mender 4.0.1', path: join(corpus, 'v4.0.1/docker-compose.yml') },
  ].filter(({ path }) => existsSync(path));
}
