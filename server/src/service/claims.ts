/** Which findings a part puts right: those that it does something about. */
import type { FileOperation, Part } from '../fixes/draft';
import { pathsToMake } from '../pki/orders';
import type { CodedFinding } from './analysis';
import type { Judged } from './judge';

/**
 * What no plan for everything puts right: there is more than one way, or a certificate that devices know would be
 * replaced.
 */
const ONE_BY_ONE: readonly string[] = [
  'invalid-compose',
  'unresolved-variable',
  'certificate-key-mismatch',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-expires-soon',
  'certificate-host-mismatch',
  'certificate-without-san',
  'certificate-wrong-usage',
  'certificate-chain-refused',
  'weak-signature',
  'storage-certificate-differs',
  'published-private-key',
];

/** The findings that a plan for everything puts right; with `codes`, those of these rules. */
export function settledBy(
  done: Part,
  judged: readonly Judged[],
  codes: readonly string[] | undefined,
): readonly CodedFinding[] {
  return judged
    .flatMap(({ findings }) => findings)
    .filter(({ code }) => !ONE_BY_ONE.includes(code) && (codes === undefined || codes.includes(code)))
    .filter((coded) => putsRight(done, coded));
}

/** Whether a part mounts what a finding misses, changes what it stands under, or makes the file that it is about. */
function putsRight({ operations, jobs, modes = [] }: Part, { finding }: CodedFinding): boolean {
  const { data, service, target, span } = finding;
  const adds = operations.some(
    ({ operation }) =>
      operation.op === 'add-mount' && operation.service === service && operation.mount.target === target,
  );
  const sets = operations.some(
    ({ operation }) => operation.op === 'set-environment' && operation.service === service,
  );
  switch (data.kind) {
    case 'missing': {
      const { misplaced } = data;
      return adds || (misplaced !== undefined && operations.some((each) => isAt(each, misplaced.span)));
    }
    case 'storage-variable-missing':
    case 'storage-variable-wrong':
      return adds || sets || operations.some((each) => isAt(each, span));
    case 'file': {
      const { hostFile } = data.state;
      const makes = jobs.some(({ order }) => hostFile !== undefined && pathsToMake(order).includes(hostFile));
      const opens = modes.some(({ path }) => path === hostFile);
      return makes || opens || operations.some((each) => isAt(each, data.state.mount?.span ?? span));
    }
    case 'shared-key': {
      // One of those that share the key keeps it.
      const all = [data.state, ...data.others];
      const moved = all.filter(({ mount }) => mount && operations.some((each) => isAt(each, mount.span)));
      return moved.length >= all.length - 1;
    }
    case 'writable':
      return operations.some(
        ({ file, operation: { op, ...at } }) =>
          op === 'make-read-only' &&
          'service' in at &&
          at.service === service &&
          file === span.file &&
          'start' in at &&
          at.start === data.mount.span.start,
      );
    default:
      return operations.some((each) => isAt(each, span));
  }
}

/** Whether an operation changes paths inside of a span, or at its edge. */
function isAt(
  { file, operation }: FileOperation,
  span: { readonly file: string; readonly start: number; readonly end: number },
): boolean {
  return (
    'start' in operation &&
    operation.op !== 'make-read-only' &&
    file === span.file &&
    operation.start <= span.end &&
    operation.end >= span.start
  );
}

/** A fix of one finding settles another when it adds the mount that the other misses. */
export function settles(draft: Part, { finding }: CodedFinding): boolean {
  if (finding.data.kind !== 'missing') return false;
  return draft.operations.some(
    ({ operation }) =>
      operation.op === 'add-mount' &&
      operation.service === finding.service &&
      operation.mount.target === finding.target,
  );
}
