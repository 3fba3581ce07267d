import type { Host } from '../../platform/platform';
import { type CertificateName, validateName } from '../x509/subject-alt-name';
import { type KeyOrder, pathsToMake } from './requests';

const BITS_MIN = 2048;
/** What Mender's services and small devices still handle in reasonable time. */
const BITS_MAX = 8192;
/** A hundred years: past any sensible use, and before dates get a fifth digit. */
const DAYS_MAX = 36_525;

export type OrderCheck =
  /** names of each order, in the order of the orders; empty for what holds none */
  | { readonly ok: true; readonly names: readonly (readonly CertificateName[])[] }
  | { readonly ok: false; readonly message: string };

/** Looks at the orders themselves, before the disk: sizes, days, names, and that no file is ordered twice. */
export function checkOrders(orders: readonly KeyOrder[], host: Host): OrderCheck {
  const names: CertificateName[][] = [];
  const seen = new Set<string>();
  for (const order of orders) {
    const problem = problemOf(order) ?? repeated(order, host, seen);
    if (problem !== undefined) return { ok: false, message: `${problem} Nothing was made.` };
    const checked = 'names' in order ? namesOf(order.names) : [];
    if (typeof checked === 'string') return { ok: false, message: `${checked} Nothing was made.` };
    names.push(checked);
  }
  return { ok: true, names };
}

function problemOf(order: KeyOrder): string | undefined {
  const [path = ''] = pathsToMake(order);
  if ('bits' in order && order.bits !== undefined) {
    if (!Number.isInteger(order.bits) || order.bits < BITS_MIN || order.bits > BITS_MAX) {
      return `${path}: an RSA key of ${order.bits} bits can't be made; ${BITS_MIN} to ${BITS_MAX} can.`;
    }
  }
  if (order.kind === 'chain' && order.certificates.length === 0)
    return `${path}: there is no certificate to write.`;
  if (!('names' in order)) return undefined;
  const shown = order.kind === 'request' ? order.requestPath : order.certificatePath;
  if ('days' in order) {
    const { days } = order;
    if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)) {
      return `${shown}: a certificate can be valid for 1 to ${DAYS_MAX} whole days.`;
    }
  }
  if (order.names.length > 0) return undefined;
  return `${shown}: a certificate needs at least one name that clients will connect to.`;
}

function repeated(order: KeyOrder, host: Host, seen: Set<string>): string | undefined {
  for (const path of pathsToMake(order)) {
    const absolute = host.paths.resolve(path);
    if (seen.has(absolute)) return `${path} is ordered twice.`;
    seen.add(absolute);
  }
  return undefined;
}

/** The checked names without repetition, or what is wrong with the first bad one. */
function namesOf(inputs: readonly string[]): CertificateName[] | string {
  const names = new Map<string, CertificateName>();
  for (const input of inputs) {
    const answer = validateName(input);
    if (!answer.ok) return answer.message;
    names.set(answer.name.value, answer.name);
  }
  return [...names.values()];
}
