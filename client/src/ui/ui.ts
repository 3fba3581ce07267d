/** Every prompt and notification of the commands, without VS Code: tests bring their own. */
import type {
  Applied,
  ApplyParams,
  ApplyResult,
  PlanPreview,
} from '../../../server/src/language-server/protocol/index';
import type { Answer, Step } from './multi-step';

export interface NamesQuestion {
  /** Of the command. */
  readonly title: string;
  readonly service: string;
  readonly prompt: string;
  readonly value: string;
}

export interface ConfirmQuestion {
  /** Of the command. */
  readonly title: string;
  readonly plan: PlanPreview;
  /** Whether there is more to choose than the defaults. */
  readonly options: boolean;
}

export interface Ui {
  inform(message: string): Promise<void>;
  fail(message: string): Promise<void>;
  /** Says that the workspace is not trusted, and leads to where it can be. */
  refuseUntrusted(): Promise<void>;
  /** Shows what would happen. */
  confirm(question: ConfirmQuestion, step: Step): Promise<'go' | 'options' | 'back' | 'cancel'>;
  askNames(question: NamesQuestion, step: Step): Promise<readonly string[] | 'back' | 'cancel'>;
  /** Carries out `params` under a notification that can cancel it. */
  make(params: ApplyParams, title: string): Promise<ApplyResult>;
  /** Applies the edit as one step of undo, unless a document has another version by now: then false. */
  edit(result: Applied): Promise<boolean>;
  showResult(message: string, result: Applied): Promise<void>;
  /** Offers to plan the mounts anew. */
  offerRetry(message: string): Promise<boolean>;
}

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
