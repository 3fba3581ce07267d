/** The questions for files, in dialogs of VS Code. */
import { t } from '../l10n';
import type { FilesQuestion, TaskUi } from './prompts';
import { type Asking, type Choices, type TaskQuestion, withAnswer } from './questions';

export function askCertificates({ ui, directory }: Asking): TaskQuestion {
  const title = t('The signed certificate, and the files with its issuers');
  return fileQuestion(ui, { title, button: t('Import'), what: 'certificates', from: directory }, (files) => ({
    certificates: files,
  }));
}

export function askAuthorityCertificate({ ui, directory }: Asking): TaskQuestion {
  const title = t('The certificate of your authority');
  const button = t('Use this certificate');
  return fileQuestion(ui, { title, button, what: 'certificate', from: directory }, ([file]) => ({
    authorityCertificate: file,
  }));
}

export function askAuthorityKey({ ui, directory }: Asking): TaskQuestion {
  const title = t('The private key of your authority');
  return fileQuestion(ui, { title, button: t('Use this key'), what: 'key', from: directory }, ([file]) => ({
    authorityKey: file,
  }));
}

export function askOutput({ ui, directory }: Asking): TaskQuestion {
  const title = t('The file for the certificates that the Mender client trusts');
  const from = `${directory}/server.crt`;
  return fileQuestion(ui, { title, button: t('Write here'), what: 'new-file', from }, ([file]) => ({
    output: file,
  }));
}

function fileQuestion(
  ui: TaskUi,
  question: FilesQuestion,
  read: (files: readonly string[]) => Partial<Choices>,
): TaskQuestion {
  return {
    applies: () => true,
    async ask(choices, step) {
      const answer = await ui.files(question, step);
      return withAnswer(answer, (files) => ({ ...choices, ...read(files) }));
    },
  };
}
