/** What the settings suggest for mender.release is what the server understands. */
import { expect, test } from 'vitest';
import manifest from '../../../package.json';
import { isRelease, RELEASE_EXAMPLES } from '../../../server/src/language-service/info/releases';

test('every release that the settings suggest is known', () => {
  const [automatic, ...suggested] = manifest.contributes.configuration.properties['mender.release'].examples;
  expect(automatic).toBe('auto');
  expect(suggested.length).toBeGreaterThan(2);
  expect(suggested.filter((release) => !isRelease(release))).toEqual([]);
  expect(RELEASE_EXAMPLES.filter((release) => !isRelease(release))).toEqual([]);
});
