import type { Host } from '../../platform/platform';
import { type CertificateName, validateName } from '../x509/subject-alt-name';
import { type KeyRequest, pathsToMake } from './requests';

const BITS_MIN = 2048;
/** What Mender's services and small devices still handle in reasonable time. */
const BITS_MAX = 8192;
/** A hundred years: past any sensible use, and before dates get a fifth digit. */
const DAYS_MAX = 36_525;

export type RequestValidation =
  /** names of each request, in their order; empty for what holds none */
  | { readonly ok: true; readonly names: readonly (readonly CertificateName[])[] }
  | { readonly ok: false; readonly message: string };

/** Validates the requests themselves, before the disk is read: sizes, days, names, and that no file is requested twice. */
export function validateRequests(requests: readonly KeyRequest[], host: Host): RequestValidation {
  const names: CertificateName[][] = [];
  const seen = new Set<string>();
  for (const request of requests) {
    const problem = problemOf(request) ?? repeated(request, host, seen);
    if (problem !== undefined) return { ok: false, message: `${problem} Nothing was created.` };
    const checked = 'names' in request ? namesOf(request.names) : [];
    if (typeof checked === 'string') return { ok: false, message: `${checked} Nothing was created.` };
    names.push(checked);
  }
  return { ok: true, names };
}

function problemOf(request: KeyRequest): string | undefined {
  const [path = ''] = pathsToMake(request);
  if ('bits' in request && request.bits !== undefined) {
    if (!Number.isInteger(request.bits) || request.bits < BITS_MIN || request.bits > BITS_MAX) {
      return `${path}: RSA keys can have ${BITS_MIN} to ${BITS_MAX} bits, not ${request.bits}.`;
    }
  }
  if (request.kind === 'chain' && request.certificates.length === 0)
    return `${path}: no certificate to write.`;
  if (!('names' in request)) return undefined;
  const shown = request.kind === 'request' ? request.requestPath : request.certificatePath;
  if ('days' in request) {
    const { days } = request;
    if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)) {
      return `${shown}: a certificate can be valid for 1 to ${DAYS_MAX} whole days.`;
    }
  }
  if (request.names.length > 0) return undefined;
  return `${shown}: a certificate needs at least one name that clients will connect to.`;
}

function repeated(request: KeyRequest, host: Host, seen: Set<string>): string | undefined {
  for (const path of pathsToMake(request)) {
    const absolute = host.paths.resolve(path);
    if (seen.has(absolute)) return `${path} is requested twice.`;
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
