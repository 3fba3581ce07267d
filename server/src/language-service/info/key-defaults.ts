/** What new keys and certificates are like where nobody says, as data for those who show it. */
import { DEFAULT_DAYS, DEFAULT_RSA_BITS } from '../../pki/generate/requests';
import type { KeyDefaults } from '../api/tasks';

export const KEY_DEFAULTS: KeyDefaults = {
  algorithm: 'rsa',
  bits: DEFAULT_RSA_BITS,
  days: DEFAULT_DAYS,
  // 3096 is what Mender's own keygen makes.
  sizes: [2048, 3072, 3096, 4096],
};
