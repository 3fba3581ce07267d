/** Names for a certificate as people type them. The server checks them again; this is for an answer while typing. */

import { t } from '../l10n/translate';

export const MAX_NAMES = 100;

/** Splits at commas, semicolons and white space; drops empty parts and repetitions; the order stays. */
export function parseNames(text: string): string[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const seen = new Set<string>();
  return parts.filter((part) => {
    const key = part.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What is wrong with the typed names, in one sentence, or undefined. */
export function namesProblem(text: string): string | undefined {
  const names = parseNames(text);
  if (names.length === 0) return t('Enter at least one host name or IP address.');
  if (names.length > MAX_NAMES) return t('{0} names; at most {1} are allowed.', names.length, MAX_NAMES);
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return t('{0} is a URL: enter only its host name.', name);
  if (isIpv4(name) || isIpv6(name)) return undefined;
  if (/^[\d.]+$/.test(name)) return t('{0} is not an IP address.', name);
  if (/^[^:]+:\d+$/.test(name)) return t('{0} has a port: enter only the host name.', name);
  const host = name.startsWith('*.') ? name.slice(2) : name;
  if (host.includes('*'))
    return t('{0}: a wildcard must be the whole first part, as in *.example.com.', name);
  if (/[^\x20-\x7e]/.test(host)) return t('{0}: enter international names in their xn-- form.', name);
  if (name !== host && !host.includes('.'))
    return t('{0}: a wildcard needs a domain with at least two parts, as in *.example.com.', name);
  if (host.length > 253) return t('{0}… is longer than 253 characters.', name.slice(0, 40));
  const wrong = host.split('.').find((label) => !/^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i.test(label));
  return wrong === undefined ? undefined : t('{0} is not a host name or an IP address.', name);
}

function isIpv4(name: string): boolean {
  const parts = name.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(name: string): boolean {
  if (!name.includes(':') || !/^[0-9a-f:]+(\.\d+)*$/i.test(name)) return false;
  // An IPv4 tail stands for two groups.
  const tail = name.slice(name.lastIndexOf(':') + 1);
  if (tail.includes('.') && !isIpv4(tail)) return false;
  const text = tail.includes('.') ? `${name.slice(0, name.length - tail.length)}0:0` : name;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = groups.flat().length;
  return halves.length === 2 ? count <= 7 : count === 8;
}
