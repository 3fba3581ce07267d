/** A document with keys on a real disk behind it, over the real wire, for the features that read. */
import { afterEach, beforeAll, expect } from 'vitest';
import type { Hover, MarkupContent } from 'vscode-languageserver/node';
import { COMPOSE, type Editor, type EditorOptions, editor, type Keys, makeKeys, rangeOf } from './editor';

export const TEXT = `services:
  mender-api-gateway:
    image: traefik:v2.5
    volumes:
      - \${TLS}/cert.pem:/etc/traefik/certs/cert.crt:ro
      - ./tls/key.pem:/etc/traefik/certs/private.key:ro
  mender-deployments:
    image: mendersoftware/deployments:mender-3.3.0
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://mender.example.com
    volumes:
      - ./tls/cert.pem:/etc/ssl/certs/storage.crt:ro
  mender-useradm:
    image: mendersoftware/useradm:mender-3.3.0
    volumes:
      - ./keys/token.pem:/etc/useradm/rsa/private.pem:ro
      - ./keys:/other
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.3.0
  mongo:
    image: mongo:6
    volumes:
      - ./keys/token.pem:/backup/token.pem
`;

/** The editor of the test that runs. */
export let it: Editor;
export let keys: Keys;

export async function start(options: EditorOptions = {}, text = TEXT): Promise<void> {
  it = await editor({
    files: {
      '.env': 'OTHER=1\nTLS=./tls\n',
      'tls/cert.pem': keys.certificate,
      'tls/key.pem': keys.key,
      'keys/token.pem': keys.tokenKey,
      [COMPOSE]: text,
    },
    ...options,
  });
  await it.type(text);
  await it.wire.publication(({ version }) => version === 1);
}

/** Makes keys once, and closes the editor after each test of the file that calls it. */
export function useDocument(): void {
  beforeAll(async () => {
    keys = await makeKeys(26);
  });
  afterEach(() => {
    expect(it.wire.logged).toEqual([]);
    it.close();
  });
}

/** In the first line that has `what`, behind its first character. */
export function inside(what: string, text = TEXT) {
  const { start: from } = rangeOf(text, what);
  return { position: { line: from.line, character: from.character + 1 } };
}

export async function hover(what: string): Promise<string | undefined> {
  const found = await it.ask<Hover | null>('hover', inside(what));
  return found ? (found.contents as MarkupContent).value : undefined;
}
