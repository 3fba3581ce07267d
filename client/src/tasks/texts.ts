/** What the tasks' prompts say. */
import type { KeyTarget, KeyTask } from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';
import type { Choice } from '../ui/ui';

export type TaskKind = KeyTask['kind'];

/** Over each prompt of a task. */
export const TITLES: Readonly<Record<TaskKind, string>> = {
  generate: t('Generate Mender Keys'),
  request: t('Create Certificate Request'),
  import: t('Import Signed Certificate'),
  sign: t('Sign Certificate with Your Own Authority'),
  renew: t('Renew Certificate'),
  rotate: t('Rotate Key'),
  split: t('Split Shared Keys'),
  convert: t('Convert Key'),
  bundle: t('Export Trust Bundle for Mender Clients'),
};

/** When no service has anything that a task of this kind could be about. */
export const NO_TARGET: Readonly<Record<TaskKind, string>> = {
  generate: t('No Mender service in this file.'),
  request: t('No service in this file needs a TLS certificate.'),
  import: t('No service in this file needs a TLS certificate.'),
  sign: t('No service in this file needs a TLS certificate.'),
  renew: t('No certificate in this file can be renewed.'),
  rotate: t('No key in this file can be rotated.'),
  split: t('No Mender service in this file.'),
  convert: t('No key in this file can be converted.'),
  bundle: t('No Mender service in this file.'),
};

/** On the button that does it although nothing is due. */
export const ANYWAY: Readonly<Partial<Record<TaskKind, string>>> = {
  renew: t('Renew Anyway'),
  rotate: t('Rotate Anyway'),
  import: t('Import Anyway'),
};

export const CHOOSE_ROOT = t('Select the root certificate…');

/** Why a root certificate is asked for. */
export function rootReason(authority: string): string {
  return t('Devices trust {0} only by its root certificate, which was not found.', authority);
}

/** What stands over the list of services. */
export function targetPlaceholder(kind: TaskKind): string {
  switch (kind) {
    case 'renew':
      return t('Which certificate do you want to renew?');
    case 'rotate':
      return t('Which key do you want to replace?');
    case 'convert':
      return t('Which key do you want to convert?');
    case 'import':
      return t('Which service is the certificate for?');
    default:
      return t('Which service needs the certificate?');
  }
}

export function targetChoice(target: KeyTarget): Choice<KeyTarget> {
  const icon = target.kind === 'tls-pair' ? 'shield' : 'key';
  return { icon, label: target.title, description: target.state, value: target };
}

export const DAYS_PROMPT = t('Days that the certificate is valid');
export const DAYS_PROBLEM = t('Enter a whole number of days from 1 to 36500.');
export const PASSPHRASE_PROMPT = t('Passphrase of the private key. It is used once and not stored.');
export const PASSPHRASE_MISSING = t('Enter the passphrase.');

export function addedNamesPrompt(service: string): string {
  return t(
    'Names to add to the certificate of {0}, separated by commas. It keeps its present names. Leave empty to add none.',
    service,
  );
}

export function taskNamesPrompt(service: string): string {
  return t(
    'Names in the certificate of {0}, separated by commas: the host names and IP addresses that devices and services connect to.',
    service,
  );
}
