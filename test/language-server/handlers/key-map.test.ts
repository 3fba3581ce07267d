/** The key map over the wire, with the real façade behind it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  MAP_CHANGED_METHOD,
  MAP_METHOD,
  MAP_TEXT_METHOD,
  type MapAnswer,
  type MapChangedParams,
  type MapParams,
  type MapTextAnswer,
  type MapTextParams,
} from '../../../server/src/language-server/protocol/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { sharedHost, TEXT } from '../../key-map/stacks';
import { elementsOf, parseXml } from '../../key-map/xml';
import { connect, type Wire } from '../wire';

const URI = 'file:///p/docker-compose.yml';

let wire: Wire;
let changed: string[];

beforeEach(async () => {
  wire = await connect(createLanguageService(await sharedHost()));
  changed = [];
  wire.client.onNotification(MAP_CHANGED_METHOD, ({ uri }: MapChangedParams) => {
    changed.push(uri);
  });
});

afterEach(() => wire.close());

const map = (params: MapParams) => wire.client.sendRequest<MapAnswer>(MAP_METHOD, params);
const mapText = (params: MapTextParams) => wire.client.sendRequest<MapTextAnswer>(MAP_TEXT_METHOD, params);
const checked = (version: number) => wire.publication((params) => params.version === version);

describe('mender/map', () => {
  test('answers a drawing, where its parts lead, and the same in words', async () => {
    await wire.open(TEXT, 1, URI);
    const answer = await map({ uri: URI });
    if (!answer) throw new Error('there is no map');
    const ids = elementsOf(parseXml(answer.svg)).flatMap(({ attributes }) => attributes.get('data-id') ?? []);
    expect(answer.targets.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(answer.styles).toContain('var(--vscode-editor-foreground');
    expect(answer.rows.map(({ service, file, state }) => [service, file, state])).toEqual([
      ['mender-api-gateway', './cert.crt', 'good'],
      ['mender-api-gateway', './private.key', 'warning'],
      ['mender-useradm', './copy.key', 'warning'],
      ['mender-device-auth', './gone.pem', 'error'],
      ['spare-useradm', 'Token signing key', 'error'],
    ]);
  });

  test('leads to certificates themselves, but never to a file with a key', async () => {
    const answer = await map({ uri: URI });
    const files = answer?.targets.filter(({ id }) => /-f\d+$/.test(id)) ?? [];
    expect(files.map(({ uri, range }) => [uri, range?.start.line])).toEqual([
      ['file:///p/cert.crt', undefined],
      [URI, 5],
      [URI, 9],
      [URI, 13],
      [URI, 14],
    ]);
  });

  test('tells once that the map of a followed document has changed, and nothing of what looks the same', async () => {
    await wire.open(TEXT, 1, URI);
    await checked(1);
    await map({ uri: URI, follow: true });
    await wire.change(`${TEXT}# a comment\n`, 2, URI);
    await checked(2);
    await wire.change(TEXT.replace('./gone.pem', './private.key'), 3, URI);
    await vi.waitFor(() => expect(changed).not.toEqual([]));
    expect(changed).toEqual([URI]);
    await map({ uri: URI, follow: false });
    await wire.change(TEXT, 4, URI);
    await checked(4);
    await map({ uri: URI });
    expect(changed).toEqual([URI]);
  });

  test('answers nothing for a file without a Mender service, and for what is no URI', async () => {
    await wire.open('services:\n  web:\n    image: nginx\n', 1, URI);
    expect(await map({ uri: URI })).toBeNull();
    expect(await map({ uri: 5 as unknown as string })).toBeNull();
    expect(await mapText({ uri: 'file:///p/none.yml', format: 'svg' })).toBeNull();
  });
});

test('mender/mapText answers documents that stand alone', async () => {
  const light = await mapText({ uri: URI, format: 'svg' });
  expect(light?.text).toContain('<style>');
  expect(light?.text).not.toContain('data-id');
  expect((await mapText({ uri: URI, format: 'svg', theme: 'dark' }))?.text).not.toBe(light?.text);
  expect((await mapText({ uri: URI, format: 'mermaid' }))?.text).toMatch(/^flowchart LR\n/);
});
