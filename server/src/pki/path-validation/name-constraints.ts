/** Name constraints (RFC 5280, 4.2.1.10) as OpenSSL and as Go's crypto/x509 apply them. Pure. */
import { isIP } from 'node:net';
import type { GeneralName, PathFacts, Subtree } from './path-facts';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const COMMON_NAME = '2.5.4.3';

/** `unsupported`: a name or constraint of a form that the client can't compare, which it refuses. */
type Match = 'yes' | 'no' | 'unsupported';

/**
 * The name of `subject` that the constraints of `authority` don't allow, as OpenSSL sees it; undefined where they
 * allow all. The subject's own name counts, and the common name of a leaf without DNS names.
 */
export function forbiddenInOpenssl(
  subject: PathFacts,
  authority: PathFacts,
  isLeaf: boolean,
): string | undefined {
  const { nameConstraints } = authority;
  if (nameConstraints === undefined) return undefined;
  const { permitted, excluded } = nameConstraints;
  const alternatives = subject.names ?? [];
  const names: GeneralName[] = [];
  if (subject.subject.length > 0) names.push({ kind: 'directory', value: subject.subject });
  for (const { type, text, ia5 } of subject.attributes) {
    if (type !== EMAIL_ADDRESS) continue;
    if (!ia5) return text;
    names.push({ kind: 'email', value: text });
  }
  names.push(...alternatives);
  if (isLeaf && !alternatives.some(({ kind }) => kind === 'dns')) {
    for (const { type, text } of subject.attributes) {
      if (type === COMMON_NAME && isDnsName(text)) names.push({ kind: 'dns', value: text });
    }
  }
  const bad = names.find((name) => !allowed(name, permitted, excluded));
  return bad && shownName(bad, subject);
}

function allowed(name: GeneralName, permitted: readonly Subtree[], excluded: readonly Subtree[]): boolean {
  const ofKind = (trees: readonly Subtree[]) =>
    trees.filter(
      ({ base }) => base.kind === name.kind && (base.kind !== 'other' || base.value === name.value),
    );
  let state: 'free' | 'wanted' | 'met' = 'free';
  for (const { base, distance } of ofKind(permitted)) {
    if (distance) return false;
    if (state === 'met') continue;
    state = 'wanted';
    const match = matchesInOpenssl(name, base);
    if (match === 'unsupported') return false;
    if (match === 'yes') state = 'met';
  }
  if (state === 'wanted') return false;
  return ofKind(excluded).every(({ base, distance }) => !distance && matchesInOpenssl(name, base) === 'no');
}

function matchesInOpenssl(name: GeneralName, base: GeneralName): Match {
  if (name.kind === 'directory' && base.kind === 'directory') {
    const below = base.value.every((part, at) => part === name.value[at]);
    return below ? 'yes' : 'no';
  }
  if (typeof name.value !== 'string' || typeof base.value !== 'string') return 'unsupported';
  switch (name.kind) {
    case 'dns':
      return answer(base.value === '' || isBelow(name.value.toLowerCase(), base.value.toLowerCase()));
    case 'ip':
      return inNetwork(name.value, base.value);
    case 'email':
      return mailMatches(name.value, base.value);
    case 'uri':
      return uriMatches(name.value, base.value);
    default:
      return 'unsupported';
  }
}

const answer = (truth: boolean): Match => (truth ? 'yes' : 'no');

/** `a.b.c` and `b.c` are below `b.c`; only longer names are below `.b.c`, or that text itself. */
function isBelow(name: string, base: string): boolean {
  if (!name.endsWith(base)) return false;
  return name.length === base.length || base.startsWith('.') || name.at(-base.length - 1) === '.';
}

/** Both in hex; the base is address and mask. */
function inNetwork(address: string, base: string): Match {
  if (![8, 32].includes(address.length) || ![16, 64].includes(base.length)) return 'unsupported';
  if (address.length * 2 !== base.length) return 'no';
  const [host, network] = [Buffer.from(address, 'hex'), Buffer.from(base, 'hex')];
  return answer(
    host.every((byte, at) => ((byte ^ (network[at] ?? 0)) & (network[host.length + at] ?? 0)) === 0),
  );
}

function mailMatches(mail: string, base: string): Match {
  const at = mail.lastIndexOf('@');
  if (at < 0) return 'unsupported';
  const baseAt = base.lastIndexOf('@');
  const [host, wanted] = [mail.slice(at + 1).toLowerCase(), base.slice(baseAt + 1).toLowerCase()];
  if (baseAt < 0 && base.startsWith('.')) {
    return answer(mail.length > base.length && mail.toLowerCase().endsWith(wanted));
  }
  if (baseAt > 0 && base.slice(0, baseAt) !== mail.slice(0, at)) return 'no';
  return answer(host === wanted);
}

function uriMatches(uri: string, base: string): Match {
  const scheme = uri.indexOf(':');
  if (scheme < 0 || uri.slice(scheme, scheme + 3) !== '://') return 'unsupported';
  const rest = uri.slice(scheme + 3);
  const port = rest.indexOf(':');
  const end = port >= 0 ? port : rest.indexOf('/');
  const host = (end >= 0 ? rest.slice(0, end) : rest).toLowerCase();
  if (host === '') return 'unsupported';
  const wanted = base.toLowerCase();
  if (wanted.startsWith('.')) return answer(host.length > wanted.length && host.endsWith(wanted));
  return answer(host === wanted);
}

/** What OpenSSL takes for a host in a common name: two labels or more of letters, digits, `_` and inner `-`. */
function isDnsName(text: string): boolean {
  const label = /^[a-z0-9_]$|^[a-z0-9_][a-z0-9_-]*[a-z0-9_]$/i;
  const labels = text.split('.');
  return labels.length > 1 && labels.every((each) => label.test(each));
}

/**
 * The same as Go sees it: only alternative names count. `undefined` among the answers is "allowed"; the common name
 * and directory names don't matter to it.
 */
export function forbiddenInGo(subject: PathFacts, authority: PathFacts): string | undefined {
  const { nameConstraints } = authority;
  if (nameConstraints === undefined || subject.names === undefined) return undefined;
  const { permitted, excluded } = nameConstraints;
  const bad = subject.names.find((name) => !allowedInGo(name, permitted, excluded));
  return bad && shownName(bad, subject);
}

function allowedInGo(
  name: GeneralName,
  permitted: readonly Subtree[],
  excluded: readonly Subtree[],
): boolean {
  if (typeof name.value !== 'string' || name.kind === 'other') return true;
  const comparable = comparableInGo(name.kind, name.value);
  if (comparable === undefined) return false;
  const { kind } = name;
  const bases = (trees: readonly Subtree[]) =>
    trees.flatMap(({ base }) => (base.kind === kind && typeof base.value === 'string' ? [base.value] : []));
  const allowing = bases(permitted);
  if (allowing.length > 0 && !allowing.some((base) => matchesInGo(kind, comparable, base))) return false;
  return !bases(excluded).some(
    (base) => matchesInGo(kind, comparable, base) || (kind !== 'ip' && wildcardMeets(comparable, base)),
  );
}

/** The part of a name that Go compares; undefined where it gives up, which it refuses. */
function comparableInGo(kind: GeneralName['kind'], value: string): string | undefined {
  switch (kind) {
    case 'ip':
      return value;
    case 'dns':
      return isDomain(value) ? value.toLowerCase() : undefined;
    case 'email': {
      const at = value.lastIndexOf('@');
      const host = value.slice(at + 1);
      return at > 0 && host !== '' && isDomain(host)
        ? `${value.slice(0, at)}@${host.toLowerCase()}`
        : undefined;
    }
    default: {
      const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]+)/i.exec(value)?.[1]?.toLowerCase();
      return host === undefined || host.startsWith('[') || isIP(host) !== 0 || !isDomain(host)
        ? undefined
        : host;
    }
  }
}

function matchesInGo(kind: GeneralName['kind'], value: string, base: string): boolean {
  if (kind === 'ip') return inNetwork(value, base) === 'yes';
  if (kind !== 'email') return base === '' || isBelow(value, base.toLowerCase());
  const baseAt = base.lastIndexOf('@');
  if (baseAt >= 0) return value === base.slice(0, baseAt + 1) + base.slice(baseAt + 1).toLowerCase();
  return base === '' || isBelow(value.slice(value.lastIndexOf('@') + 1), base.toLowerCase());
}

/** An excluded `a.example.com` excludes `*.example.com` too. */
function wildcardMeets(value: string, base: string): boolean {
  const dot = base.indexOf('.');
  return value.startsWith('*.') && dot >= 0 && value.slice(1) === base.slice(dot).toLowerCase();
}

function isDomain(text: string): boolean {
  return text === '' || (/^[!-~]+$/.test(text) && !text.split('.').includes(''));
}

function shownName({ kind, value }: GeneralName, { certificate }: PathFacts): string {
  if (kind === 'ip') return addressOf(typeof value === 'string' ? value : '');
  if (typeof value === 'string') return value;
  return certificate.subjectCommonName ?? 'its subject';
}

function addressOf(hex: string): string {
  return hex.length === 8 ? [...Buffer.from(hex, 'hex')].join('.') : (hex.match(/.{1,4}/g)?.join(':') ?? hex);
}
