/** The questions for files, in dialogs of VS Code. */
import { t } from '../l10n/translate';
import type { FilesQuestion, TaskUi } from '../ui/ui';
import { type Asking, type Choices, type TaskQuestion, withAnswer } from './questions';

export function askCertificates({ ui, directory }: Asking): TaskQuestion {
  const title = t('Select the Signed Certificate and Its Issuers');
  return fileQuestion(ui, { title, button: t('Import'), what: 'certificates', from: directory }, (files) => ({
    certificates: files,
  }));
}

export function askAuthorityCertificate({ ui, directory }: Asking): TaskQuestion {
  const title = t('Select the Certificate of Your Authority');
  const button = t('Use This Certificate');
  return fileQuestion(ui, { title, button, what: 'certificate', from: directory }, ([file]) => ({
    authorityCertificate: file,
  }));
}

export function askAuthorityKey({ ui, directory }: Asking): TaskQuestion {
  const title = t('Select the Private Key of Your Authority');
  return fileQuestion(ui, { title, button: t('Use This Key'), what: 'key', from: directory }, ([file]) => ({
    authorityKey: file,
  }));
}

/** The root certificate of an authority, by which devices trust what it issued; `needed`: nothing goes without. */
export function askRoot({ ui, title, directory }: Asking, needed: boolean, reason: string): TaskQuestion {
  const file = fileQuestion(
    ui,
    {
      title: t('Select the Root Certificate'),
      button: t('Use This Certificate'),
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
          label: t('Select the root certificate…'),
          description: t('also creates the trust bundle for devices'),
          value: 'choose' as const,
        },
        {
          label: t('Continue without it'),
          description: t('devices have it, or get it another way'),
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
  const title = t('Export Trust Bundle To');
  const from = `${directory}/server.crt`;
  return fileQuestion(ui, { title, button: t('Export'), what: 'new-file', from }, ([file]) => ({
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
