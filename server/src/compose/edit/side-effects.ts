/** Whether an edit changes in the loaded project what its operations name, and nothing else. */

import {
  changesBetween,
  type ProjectValue,
  type ProjectValues,
  type ValueChange,
} from '../loader/project-values';
import { cleanTarget } from '../syntax/short-volume';
import type { EditOperation } from './operations';

/** An operation on one of the project's files. */
export interface PlacedOperation {
  readonly file: string;
  readonly operation: EditOperation;
}

/**
 * What an edit makes of a project beside what its operations name; empty for an edit that does what it says. `before`
 * and `after`: the project without and with it.
 */
export function sideEffects(
  before: ProjectValues,
  after: ProjectValues,
  operations: readonly PlacedOperation[],
): readonly string[] {
  const effects = changesBetween(before, after)
    .filter((change) => !operations.some((each) => names(each, change)))
    .map(({ service, path }) => `${service ?? ''} ${path}`.trim());
  const unknown = before.isComplete() && after.isComplete() ? [] : ['more values than are looked at'];
  return [...effects, ...unknown, ...newProblems(before.problems, after.problems)];
}

/** The operations whose effect the project doesn't have: something that is merged later takes it back. */
export function withoutEffect<T extends PlacedOperation>(
  after: ProjectValues,
  operations: readonly T[],
): readonly T[] {
  return operations.filter(({ operation }) => {
    if (operation.op !== 'add-mount' && operation.op !== 'set-environment') return false;
    const service = after.services.get(operation.service);
    return ![...(service?.values() ?? [])].some(([path, value]) => isWanted(operation, path, value));
  });
}

/** A mistake that is reported as often as before is none of the edit's. */
function newProblems(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...before];
  return after.filter((message) => {
    const index = left.indexOf(message);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function isWanted(
  operation: Extract<EditOperation, { readonly op: 'add-mount' | 'set-environment' }>,
  path: string,
  value: ProjectValue,
): boolean {
  if (operation.op === 'set-environment')
    return path === `environment ${operation.name}` && value.value === JSON.stringify(operation.value);
  const { source, target, readOnly } = operation.mount;
  const { mount } = value;
  return (
    mount !== undefined &&
    path.startsWith('volumes ') &&
    mount.target === cleanTarget(target) &&
    mount.sourceText?.raw === source &&
    mount.readOnly === readOnly
  );
}

/** Whether an operation is meant to change that. */
function names({ file, operation }: PlacedOperation, change: ValueChange): boolean {
  const { service, path, before, after } = change;
  const isAt = ({ start, end }: { readonly start: number; readonly end: number }) =>
    before !== undefined && before.span.file === file && before.span.start <= end && before.span.end >= start;
  switch (operation.op) {
    case 'add-mount':
    case 'set-environment':
      return operation.service === service && after !== undefined && isWanted(operation, path, after);
    case 'remove-mount':
      return (
        operation.service === service &&
        before?.mount !== undefined &&
        after === undefined &&
        before.span.start === operation.start &&
        before.span.file === file
      );
    case 'make-read-only':
      return (
        operation.service === service &&
        before?.apart !== undefined &&
        before.apart === after?.apart &&
        before.span.start === operation.start &&
        before.span.file === file
      );
    case 'replace': {
      if (service !== undefined && operation.service !== undefined && service !== operation.service)
        return false;
      // Under another name it is an entry that was not there before.
      return before ? isAt(operation) : after?.raw.includes(operation.text) === true;
    }
    case 'append-line': {
      const [name = ''] = operation.text.split('=');
      return before?.unresolved.includes(name) ?? after?.raw.includes(name) ?? false;
    }
  }
}
