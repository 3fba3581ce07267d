/** What a command was started with: from elsewhere in VS Code, so that nothing is certain of it. */

export interface CommandTarget {
  /** Of the compose file. */
  readonly uri?: string;
  readonly service?: string;
  readonly requirement?: string;
}

/**
 * Reads `uri, service, requirement`, or one node of the view that has them as properties. What is of another kind, as
 * when a menu hands over a resource, is left out; a resource itself is taken for its URI.
 */
export function readTarget(given: readonly unknown[]): CommandTarget {
  const [first, service, requirement] = given;
  if (typeof first !== 'object' || first === null) {
    return { uri: text(first), service: text(service), requirement: text(requirement) };
  }
  const node = first as Record<string, unknown>;
  if (typeof node.scheme === 'string') return { uri: String(first) };
  return { uri: text(node.uri), service: text(node.service), requirement: text(node.requirement) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
