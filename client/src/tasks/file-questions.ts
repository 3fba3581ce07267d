/** The questions for files, in dialogs of VS Code. */
import { t } from '../l10n/translate';
import type { FilesQuestion, TaskUi } from '../ui/ui';
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

/** The root certificate of an authority, by which devices trust what it issued; `needed`: nothing goes without. */
export function askRoot({ ui, title, directory }: Asking, needed: boolean, reason: string): TaskQuestion {
  const file = fileQuestion(
    ui,
    {
      title: t('The root certificate'),
      button: t('Use this certificate'),
      what: 'certificate',
      from: directory,
    },
    ([root]) => ({ root }),
  );
  if (needed) return file;
  return {
    applies: () => true,
    async ask(choices, step) {
      const offered = [
        {
          label: t('Choose the root certificate…'),
          description: t('the trust bundle for the devices is made too'),
          value: 'choose' as const,
        },
        {
          label: t('Go on without it'),
          description: t('the devices have it, or get it another way'),
          value: 'without' as const,
        },
      ];
      const answer = await ui.pick({ title, placeholder: reason, choices: offered, active: 0 }, step);
      if (typeof answer === 'string') return answer;
      return answer.value === 'without' ? { value: { ...choices, root: false } } : file.ask(choices, step);
    },
  };
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
