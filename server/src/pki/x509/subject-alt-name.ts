/** Names that a TLS certificate can carry. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

export type CertificateName =
  | { readonly kind: 'dns'; readonly value: string }
  /** canonical text: IPv4 dotted, IPv6 compressed in lower case */
  | { readonly kind: 'ip'; readonly value: string };

export type NameAnswer =
  | { readonly ok: true; readonly name: CertificateName }
  | { readonly ok: false; readonly message: string };

const EXAMPLES =
  'Enter a host name such as mender.example.com, a wildcard such as *.example.com, or an IP address';
const LABEL_MAX = 63;
const NAME_MAX = 253;

/**
 * Checks one name for a certificate and puts it in the form that certificates hold: lower case, without the final
 * dot, international names as A-labels (`xn--…`), IP addresses in canonical text. Host names follow RFC 1123;
 * underscores are let through, because Compose allows them in service names, and clients accept them.
 * The message of a refusal names what is wrong and what to give instead.
 */
export function validateName(input: string): NameAnswer {
  const text = input.trim();
  const refuse = (reason: string): NameAnswer => ({ ok: false, message: `${reason}. ${EXAMPLES}.` });
  if (text === '') return refuse('The name is empty');
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);

  const address = canonicalIp(text);
  if (address !== undefined) return { ok: true, name: { kind: 'ip', value: address } };

  if (text.includes('://')) return refuse(`${shown} is a URL: enter only its host name`);
  if (/^\[.*\]/.test(text)) return refuse(`${shown}: enter an IPv6 address without brackets and port`);
  if (text.includes('/')) return refuse(`${shown} contains a slash: enter no path or network size`);
  if (text.includes('@')) return refuse(`${shown} contains an @: enter no user`);
  if (text.includes('%')) return refuse(`${shown} contains a %: enter the IPv6 address without its zone`);
  if (/:\d*$/.test(text) && text.indexOf(':') === text.lastIndexOf(':')) {
    return refuse(`${shown} contains a port: enter only the host name`);
  }
  if (text.includes(':')) return refuse(`${shown} is not a valid IPv6 address`);
  if (text.includes(',') || text.includes(';'))
    return refuse(`${shown} is a list: enter each name separately`);
  if (/\s/.test(text)) return refuse(`${shown} contains white space`);
  return hostName(text, shown, refuse);
}

function hostName(text: string, shown: string, refuse: (reason: string) => NameAnswer): NameAnswer {
  const wildcard = text.startsWith('*.');
  const bare = (wildcard ? text.slice(2) : text).replace(/\.$/, '');
  if (bare.includes('*')) {
    return refuse(`${shown}: a wildcard must be the whole first part of a name`);
  }
  const ascii = isAscii(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (ascii === '') return refuse(`${shown} is not a valid host name`);
  const labels = ascii.split('.');
  for (const label of labels) {
    if (label === '') return refuse(`${shown} has an empty part between its dots`);
    if (label.length > LABEL_MAX) return refuse(`${shown} has a part of more than ${LABEL_MAX} characters`);
    if (label.startsWith('-') || label.endsWith('-')) {
      return refuse(`${shown} has a part that starts or ends with a hyphen`);
    }
    if (!/^[a-z0-9_-]+$/.test(label)) {
      return refuse(`${shown} contains a character that host names cannot have`);
    }
  }
  // A name whose last part is a number is read as an IPv4 address by every resolver.
  if (/^\d+$/.test(labels.at(-1) ?? '')) return refuse(`${shown} is not a valid IP address`);
  if (wildcard && labels.length < 2) {
    return refuse(`${shown} covers a whole top-level domain, which clients reject`);
  }
  const value = wildcard ? `*.${ascii}` : ascii;
  if (value.length > NAME_MAX) return refuse(`${shown} has more than ${NAME_MAX} characters`);
  return { ok: true, name: { kind: 'dns', value } };
}

/** The canonical text of an IP address, undefined for anything else. */
export function canonicalIp(text: string): string | undefined {
  switch (isIP(text)) {
    case 4:
      return text;
    case 6:
      // A zone (fe80::1%eth0) means something on one machine only.
      return text.includes('%') ? undefined : new URL(`http://[${text}]`).hostname.slice(1, -1);
    default:
      return undefined;
  }
}

function isAscii(text: string): boolean {
  return [...text].every((character) => character.charCodeAt(0) < 0x80);
}
