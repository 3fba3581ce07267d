/** From what somebody wants done with keys to a draft. `generate` and `split` are completions of the whole deployment. */
import { type BundleOptions, planBundle } from './bundle';
import type { ConvertOptions } from './convert';
import { planConversion } from './convert';
import { type ImportOptions, planImport } from './import';
import { planRenewal, type RenewOptions } from './renew';
import { planRequest, type RequestOptions } from './request';
import { planRotation, type RotateOptions } from './rotate';
import { planSigning, type SignOptions } from './sign';
import type { Drafted, TaskContext } from './task';

export type DraftedTask =
  | ({ readonly kind: 'request' } & RequestOptions)
  | ({ readonly kind: 'import' } & ImportOptions)
  | ({ readonly kind: 'sign' } & SignOptions)
  | ({ readonly kind: 'renew' } & RenewOptions)
  | ({ readonly kind: 'rotate' } & RotateOptions)
  | ({ readonly kind: 'convert' } & ConvertOptions)
  | ({ readonly kind: 'bundle' } & BundleOptions);

export function draftTask(task: DraftedTask, context: TaskContext): Promise<Drafted> {
  switch (task.kind) {
    case 'request':
      return planRequest(task, context);
    case 'import':
      return planImport(task, context);
    case 'sign':
      return planSigning(task, context);
    case 'renew':
      return planRenewal(task, context);
    case 'rotate':
      return planRotation(task, context);
    case 'convert':
      return planConversion(task, context);
    case 'bundle':
      return planBundle(task, context);
  }
}

export type { Drafted, TaskContext } from './task';
