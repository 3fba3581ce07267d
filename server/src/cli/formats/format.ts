import type { Finding, RuleInfo, StackInfo } from '../../language-service/api/index';
import type { Style } from '../core/style';

/** What `mender-compose fix` would do about the findings. */
export interface Remedies {
  /** It would edit compose files, without `--generate`. */
  readonly edits: boolean;
  /** Keys and certificates that it would create with `--generate`. */
  readonly creates: number;
}

/** What a check reports. */
export interface Report {
  readonly findings: readonly Finding[];
  /** How many files were checked. */
  readonly files: number;
  /** What was checked together, each stack once. */
  readonly stacks: readonly StackInfo[];
  /** Texts of the files that findings are in, by file, for excerpts. */
  readonly texts: ReadonlyMap<string, string>;
  /** How a path is shown. */
  readonly display: (path: string) => string;
  readonly style: Style;
  readonly quiet: boolean;
  readonly remedies: Remedies | undefined;
  /** What `mender-compose fix` is given to act on the same files, such as `examples/production` or `-f compose.yml -f prod.yml`; may be empty. */
  readonly paths: string;
}

/** Turns a report into text that ends with a line end, or is empty. */
export interface Format {
  /** What `--format` calls it. */
  readonly name: string;
  /** Printed though there is nothing to report, and without advice on what to do about it. */
  readonly isForPrograms: boolean;
  readonly findings: (report: Report) => string;
  readonly rules: (rules: readonly RuleInfo[]) => string;
}
