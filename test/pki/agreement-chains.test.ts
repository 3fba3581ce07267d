/** A part of the chains that `npm run agreement` compares, with choices that stay the same. */
import { expect, it } from 'vitest';
import { agreeOnChains } from './agreement/compare-chains';

it('openssl and we accept and refuse the same chains', { timeout: 60_000 }, async () => {
  const { openssl, accepted } = await agreeOnChains(60, 7);
  expect(openssl.differences).toEqual([]);
  expect(openssl.files).toBe(60);
  // Not by refusing all.
  expect(accepted.get('openssl')).toBeGreaterThan(10);
});
