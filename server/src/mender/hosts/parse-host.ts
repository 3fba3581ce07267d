/** Hosts in URLs and lists of names. */

/** The host of a URL, in lower case; with `https`, only where that is its scheme. Without a scheme: none. */
export function hostOf(address: string | undefined, scheme: 'any' | 'https'): string | undefined {
  const found = /^([a-z]+):\/\/(?:[^@/]*@)?(\[[0-9a-f:.]+\]|[^:/?#]+)/i.exec(address?.trim() ?? '');
  if (!found?.[1] || !found[2]) return undefined;
  if (scheme === 'https' && found[1].toLowerCase() !== 'https') return undefined;
  return found[2].replace(/^\[|\]$/g, '').toLowerCase();
}

/** `_`, `~.` patterns and unresolved variables name no host. */
export function looksLikeHost(name: string): boolean {
  return /^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) || /^[0-9a-f:]+$/.test(name);
}
