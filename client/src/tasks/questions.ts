/** The questions that tasks are made of. Each adds its answer to the choices. */
import type { KeyTarget } from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';
import type { Answer, Question } from '../ui/multi-step';
import { namesProblem, parseNames } from '../ui/parse-host-names';
import type { Choice, TaskUi } from '../ui/ui';
import {
  addedNamesPrompt,
  DAYS_PROBLEM,
  DAYS_PROMPT,
  type TaskKind,
  targetChoice,
  targetPlaceholder,
  taskNamesPrompt,
} from './texts';

/** The key that is there, or a new one of some kind. */
export interface KeyChoice {
  readonly newKey: boolean;
  readonly algorithm?: 'rsa' | 'ec';
  readonly bits?: number;
}

/** What was answered so far. */
export interface Choices {
  readonly target?: KeyTarget;
  readonly key?: KeyChoice;
  readonly names?: readonly string[];
  readonly days?: number;
  /** Absolute paths, these and those below. */
  readonly directory?: string;
  readonly certificates?: readonly string[];
  readonly authorityCertificate?: string;
  readonly authorityKey?: string;
  /** False: go on without. */
  readonly root?: string | false;
  readonly output?: string;
  /** True once the user wants to choose more than the defaults. */
  readonly options?: boolean;
  /** True when others may have the key that is replaced. */
  readonly leaked?: boolean;
  /** True when it shall be done although nothing is due. */
  readonly anyway?: boolean;
}

/** What all questions of a run know. */
export interface Asking {
  readonly ui: TaskUi;
  readonly title: string;
  readonly kind: TaskKind;
  /** All of the stack, those first that the task makes sense for. */
  readonly targets: readonly KeyTarget[];
  /** Absolute path of the compose file's directory. */
  readonly directory: string;
}

export type TaskQuestion = Question<Choices>;

/** Makes a question one that is asked only when the user wants options. */
export function optional(question: TaskQuestion): TaskQuestion {
  return { ...question, applies: (choices) => choices.options === true && question.applies(choices) };
}

export function askTarget(asking: Asking): TaskQuestion {
  const { ui, title, kind, targets } = asking;
  return {
    // With one there is nothing to choose; it is preset.
    applies: () => targets.length > 1,
    async ask(choices, step) {
      const active = Math.max(0, targets.indexOf(choices.target ?? (targets[0] as KeyTarget)));
      const question = {
        title,
        placeholder: targetPlaceholder(kind),
        choices: targets.map(targetChoice),
        active,
      };
      const answer = await ui.pick(question, step);
      // Names and key are those of another service now.
      return withAnswer(answer, (target) =>
        target === choices.target ? choices : { ...choices, target, names: undefined, key: undefined },
      );
    },
  };
}

const NEW_KEYS: readonly (Choice<KeyChoice> & { readonly rsa: boolean })[] = [
  {
    label: 'RSA 3072',
    description: t('recommended'),
    rsa: true,
    value: { newKey: true, algorithm: 'rsa', bits: 3072 },
  },
  {
    label: 'RSA 2048',
    description: t('faster, enough until 2030'),
    rsa: true,
    value: { newKey: true, algorithm: 'rsa', bits: 2048 },
  },
  {
    label: 'RSA 4096',
    description: t('slower, longest life'),
    rsa: true,
    value: { newKey: true, algorithm: 'rsa', bits: 4096 },
  },
  {
    label: 'EC P-256',
    description: t('small and fast'),
    rsa: false,
    value: { newKey: true, algorithm: 'ec' },
  },
];

/** @param present whether the key that is there can be kept */
export function askKey({ ui, title, directory }: Asking, present: boolean): TaskQuestion {
  return {
    applies: () => true,
    ask: async (choices, step) => {
      const key = present ? choices.target?.key : undefined;
      const keep: Choice<KeyChoice>[] =
        key === undefined
          ? []
          : [
              {
                label: t('Current key'),
                description: within(directory, key),
                value: { newKey: false },
              },
            ];
      const fresh = NEW_KEYS.filter(({ rsa }) => rsa || choices.target?.kind !== 'token-key').map(
        (entry) => ({
          ...entry,
          label: present ? t('New key: {0}', entry.label) : entry.label,
          // Of a whole deployment, only a part can be of this kind.
          description:
            entry.rsa || choices.target !== undefined
              ? entry.description
              : t('small and fast; token signing keys stay RSA'),
        }),
      );
      const offered = [...keep, ...fresh];
      const active = Math.max(
        0,
        offered.findIndex(({ value }) => sameKey(value, choices.key)),
      );
      const question = { title, placeholder: t('Select a private key'), choices: offered, active };
      return withAnswer(await ui.pick(question, step), (value) => ({ ...choices, key: value }));
    },
  };
}

/** Whether what the old key vouches for may stay valid meanwhile. */
export function askLeaked({ ui, title }: Asking): TaskQuestion {
  return {
    applies: () => true,
    async ask(choices, step) {
      const kept: Choice<boolean> = {
        label: t('The key is not exposed'),
        description: t('what it signed stays valid, where the release supports it'),
        value: false,
      };
      const leaked: Choice<boolean> = {
        label: t('The key may have leaked'),
        description: t('what it signed is no longer accepted'),
        value: true,
      };
      const placeholder = t('Why do you replace the key?');
      const active = choices.leaked ? 1 : 0;
      const answer = await ui.pick({ title, placeholder, choices: [kept, leaked], active }, step);
      return withAnswer(answer, (value) => ({ ...choices, leaked: value }));
    },
  };
}

/** A path as it is short: from the directory where it lies below, else as it is. */
function within(directory: string, path: string): string {
  const inside = path.startsWith(directory) && /^[\\/]/.test(path.slice(directory.length));
  return inside ? path.slice(directory.length + 1) : path;
}

function sameKey(one: KeyChoice, other: KeyChoice | undefined): boolean {
  return one.newKey === other?.newKey && one.algorithm === other.algorithm && one.bits === other.bits;
}

export function askNames({ ui, title }: Asking): TaskQuestion {
  return {
    applies: (choices) => choices.target !== undefined,
    async ask(choices, step) {
      const service = choices.target?.service ?? '';
      const names = choices.names ?? defaultNames(choices.target);
      const question = { title, service, prompt: taskNamesPrompt(service), value: names.join(', ') };
      const answer = await ui.askNames(question, step);
      return typeof answer === 'string' ? answer : { value: { ...choices, names: answer } };
    },
  };
}

/** Names that the certificate has and those that the compose files tell, each once; else the service's own. */
function defaultNames(target: KeyTarget | undefined): readonly string[] {
  const known = parseNames([...(target?.reached ?? []), ...(target?.names ?? [])].join(' '));
  return known.length > 0 || target === undefined ? known : [target.service, 'localhost'];
}

/** Names that come to those of a certificate that is renewed; none are needed. */
export function askAddedNames({ ui, title }: Asking): TaskQuestion {
  return {
    applies: (choices) => choices.target !== undefined,
    async ask(choices, step) {
      const question = {
        title,
        prompt: addedNamesPrompt(choices.target?.service ?? ''),
        value: (choices.names ?? []).join(', '),
        problem: (text: string) => (parseNames(text).length === 0 ? undefined : namesProblem(text)),
      };
      const answer = await ui.text(question, step);
      return withAnswer(answer, (text) => ({ ...choices, names: parseNames(text) }));
    },
  };
}

export function askDays({ ui, title }: Asking): TaskQuestion {
  return {
    applies: () => true,
    async ask(choices, step) {
      const value = String(choices.days ?? 3650);
      const answer = await ui.text({ title, prompt: DAYS_PROMPT, value, problem: daysProblem }, step);
      return withAnswer(answer, (text) => ({ ...choices, days: Number(text.trim()) }));
    },
  };
}

function daysProblem(text: string): string | undefined {
  const days = Number(text.trim());
  return /^\d{1,5}$/.test(text.trim()) && days >= 1 && days <= 36500 ? undefined : DAYS_PROBLEM;
}

/** Where new files go: where Mender's documentation has them, or a directory of the user's. */
export function askDirectory({ ui, title, directory }: Asking): TaskQuestion {
  return {
    // What replaces a file goes into its directory.
    applies: ({ target }) => target?.key === undefined && target?.certificate === undefined,
    async ask(choices, step) {
      const usual = {
        label: t('Default directories'),
        description: t('as in Mender’s documentation, next to the compose file'),
        value: 'usual' as const,
      };
      const other = {
        label: t('Another directory…'),
        description: choices.directory === undefined ? '' : within(directory, choices.directory),
        value: 'other' as const,
      };
      const active = choices.directory === undefined ? 0 : 1;
      const placeholder = t('Where do you want to create the files?');
      const answer = await ui.pick({ title, placeholder, choices: [usual, other], active }, step);
      if (typeof answer === 'string') return answer;
      if (answer.value === 'usual') return { value: { ...choices, directory: undefined } };
      const from = choices.directory ?? directory;
      const button = t('Use This Folder');
      const chosen = await ui.files({ title, button, what: 'directory', from }, step);
      return withAnswer(chosen, ([path]) => ({ ...choices, directory: path }));
    },
  };
}

/** The choices with an answer in them, or the way that was taken instead. */
export function withAnswer<T>(answer: Answer<T>, add: (value: T) => Choices): Answer<Choices> {
  return typeof answer === 'string' ? answer : { value: add(answer.value) };
}
