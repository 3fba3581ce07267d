/** Which fix belongs to which code, by name. Codes without a fix are not listed. */
import { fixCertificate } from './certificate';
import type { Fix } from './draft';
import { fixHostFile } from './host-file';
import { fixKeyInGit } from './ignore-key';
import { fixMisplacedMount } from './misplaced-mount';
import { fixMissing } from './missing';
import { fixPermissions } from './permissions';
import { fixNotPkcs1 } from './pkcs1';
import { fixPublishedKey } from './published-key';
import { fixSharedKey } from './separate-key';
import { fixStorageDiffers, fixStorageTrust } from './storage-trust';
import { fixUnresolvedVariable } from './unresolved-variable';
import { fixWritableMount } from './writable-mount';

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
