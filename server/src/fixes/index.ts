/** The quick fixes, by name: a rule names its own. */
import type { Fix } from '../changes/types';
import type { FixId } from '../rules/support/rule';
import { fixKeyInGit } from './add-to-gitignore';
import { fixNotPkcs1 } from './convert-to-pkcs1';
import { fixMisplacedMount } from './correct-mount';
import { fixUnresolvedVariable } from './define-variable';
import { fixWritableMount } from './make-mount-read-only';
import { fixMissing } from './mount-missing-file';
import { fixCertificate } from './renew-certificate';
import { fixHostFile } from './replace-host-file';
import { fixPublishedKey } from './replace-published-key';
import { fixPermissions } from './restrict-permissions';
import { fixSharedKey } from './separate-shared-key';
import { fixStorageTrust } from './trust-storage';

export const fixes: Readonly<Record<FixId, Fix>> = {
  'add-to-gitignore': fixKeyInGit,
  'convert-to-pkcs1': fixNotPkcs1,
  'correct-mount': fixMisplacedMount,
  'define-variable': fixUnresolvedVariable,
  'make-mount-read-only': fixWritableMount,
  'mount-missing-file': fixMissing,
  'renew-certificate': fixCertificate,
  'replace-host-file': fixHostFile,
  'replace-published-key': fixPublishedKey,
  'restrict-permissions': fixPermissions,
  'separate-shared-key': fixSharedKey,
  'trust-storage': fixStorageTrust,
};
