/** Names that the manifest shares with the code. */
import type { TaskKind } from './texts';

/** The task behind each command. */
export const TASK_COMMANDS: Readonly<Record<string, TaskKind>> = {
  'mender.generateKeys': 'generate',
  'mender.createRequest': 'request',
  'mender.importCertificate': 'import',
  'mender.signCertificate': 'sign',
  'mender.renewCertificate': 'renew',
  'mender.rotateKey': 'rotate',
  'mender.splitKeys': 'split',
  'mender.convertKey': 'convert',
  'mender.bundleCertificates': 'bundle',
};
