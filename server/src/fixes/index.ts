/** Which fix belongs to which code, by name. Codes without a fix are not listed. */

import { fixStorageDiffers, fixStorageTrust } from '../changes/trust-storage';
import type { Fix } from '../changes/types';
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

export const fixes: ReadonlyMap<string, Fix> = new Map<string, Fix>([
  ['missing-certificate-mount', fixMissing],
  ['missing-private-key-mount', fixMissing],
  ['missing-token-key-mount', fixMissing],
  ['missing-storage-certificate-mount', fixStorageTrust],
  ['missing-storage-backend-cert', fixStorageTrust],
  ['storage-backend-cert-not-mounted', fixStorageTrust],
  ['shared-token-key', fixSharedKey],
  ['shared-private-key', fixSharedKey],
  ['misplaced-mount', fixMisplacedMount],
  ['writable-key-mount', fixWritableMount],
  ['unresolved-variable', fixUnresolvedVariable],
  ['key-file-missing', fixHostFile],
  ['key-file-is-directory', fixHostFile],
  ['not-pem', fixHostFile],
  ['wrong-pem-type', fixHostFile],
  ['encrypted-private-key', fixHostFile],
  ['token-key-not-rsa', fixHostFile],
  ['token-key-not-pkcs1', fixNotPkcs1],
  ['not-loadable', fixNotPkcs1],
  ['weak-key', fixHostFile],
  ['private-key-in-git', fixKeyInGit],
  ['private-key-permissions', fixPermissions],
  ['certificate-key-mismatch', fixCertificate],
  ['certificate-expired', fixCertificate],
  ['certificate-not-yet-valid', fixCertificate],
  ['certificate-expires-soon', fixCertificate],
  ['certificate-host-mismatch', fixCertificate],
  ['certificate-without-san', fixCertificate],
  ['certificate-wrong-usage', fixCertificate],
  ['certificate-chain-refused', fixCertificate],
  ['weak-signature', fixCertificate],
  ['storage-certificate-differs', fixStorageDiffers],
  ['published-private-key', fixPublishedKey],
]);
