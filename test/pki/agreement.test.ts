/** A part of what `npm run agreement` compares, with choices that stay the same. */
import { expect, it } from 'vitest';
import { agree } from './agreement/agree';

it('openssl and we say the same of certificates, keys, pairs and chains', async () => {
  const { tally } = await agree({ pairs: 40, seed: 11, large: false });
  expect(tally.differences).toEqual([]);
  expect(tally.files).toBe(80);
  expect(tally.comparisons).toBeGreaterThan(400);
});
