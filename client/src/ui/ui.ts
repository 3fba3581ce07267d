/** The prompts that tasks need beside those of `Ui`: what VS Code shows, told without VS Code. */
import type { Ui } from '../plans/run-plan';
import type { Answer, Step } from './multi-step';

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Name of an icon in front of the label. */
  readonly icon?: string;
  readonly value: T;
}

export interface PickQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly choices: readonly Choice<T>[];
  /** Index of the choice that is offered first. */
  readonly active?: number;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** Hides what is typed. */
  readonly secret?: boolean;
  /** What is wrong with the value that the box opens with, as after a wrong passphrase. */
  readonly complaint?: string;
  /** What is wrong with a text, a sentence. */
  problem(text: string): string | undefined;
}

export interface FilesQuestion {
  readonly title: string;
  /** On the button. */
  readonly button: string;
  readonly what: 'certificates' | 'certificate' | 'key' | 'directory' | 'new-file';
  /** Absolute path that the dialog opens with: a directory, of a new file its path. */
  readonly from: string | undefined;
}

export interface TaskUi extends Ui {
  pick<T>(question: PickQuestion<T>, step: Step): Promise<Answer<T>>;
  text(question: TextQuestion, step: Step): Promise<Answer<string>>;
  /** Absolute paths, one or more. A dialog that is closed leads back, or out where there is nothing before. */
  files(question: FilesQuestion, step: Step): Promise<Answer<readonly string[]>>;
  /** Says that there is nothing to do, and offers to do it nevertheless. */
  offerAnyway(message: string, button: string): Promise<boolean>;
}
