/** What proposals are made from, and what they are before they are LSP's. */
import type { FixContext } from '../../../changes/types';
import type { MenderComponent } from '../../../mender/model/deployment';
import type { CompletionKind } from '../../api/editor-features';
import type { Settings } from '../../api/index';
import type { CheckedStack } from '../../check/check-file';
import type { EntryCursor, Stretch } from './cursor/types';

export interface DeploymentContext {
  readonly checked: CheckedStack;
  readonly fix: FixContext;
  readonly settings: Settings;
}

/** Where and for whom an entry is written. */
export interface EntryContext extends DeploymentContext {
  readonly cursor: EntryCursor;
  readonly mender: MenderComponent;
}

/** A proposal before it has its place among the others. */
export interface Proposal {
  readonly label: string;
  readonly detail: string;
  readonly markdown: string;
  readonly kind: CompletionKind;
  /** Columns of the cursor's line. */
  readonly at: Pick<Stretch, 'from' | 'to'>;
  readonly newText: string;
  /** Further words by which it can be found. */
  readonly words: string;
  /** 0: needed. Higher ones come later. */
  readonly rank: number;
}
