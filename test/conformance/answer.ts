/** What is compared of a loaded stack: the shape in which the reference program prints it. */

export interface AnswerMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** The host directory of a named volume that is really a bind mount. */
  readonly device?: string;
}

/** A secret or config as a service gets it. */
export interface AnswerGrant {
  readonly source: string;
  readonly target: string;
  readonly file?: string;
  readonly environment?: string;
  readonly external?: boolean;
}

export interface AnswerService {
  readonly image: string;
  readonly build: boolean;
  readonly inactive: boolean;
  readonly mounts: readonly AnswerMount[];
  /** null for a service that is not started, and whose environment files can't be read. */
  readonly environment: Readonly<Record<string, string | null>> | null;
  readonly secrets: readonly AnswerGrant[];
  readonly configs: readonly AnswerGrant[];
  readonly aliases: readonly string[];
  readonly command: readonly string[] | null;
}

export interface Answer {
  readonly services?: Readonly<Record<string, AnswerService>>;
  /** Why the reference rejects the stack. */
  readonly error?: string;
}

/** The same answer with `from` called `to` everywhere: paths of one machine for those of any. */
export function renamed(answer: Answer, names: readonly (readonly [from: string, to: string])[]): Answer {
  return JSON.parse(
    names.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(answer)),
  ) as Answer;
}
