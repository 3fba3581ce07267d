/** The key map: answers it, and tells when that of a followed document has changed. */
import type { Connection } from 'vscode-languageserver';
import type { Section } from '../../key-map/index';
import type { LanguageService } from '../../language-service/api/index';
import type { StackMap } from '../../language-service/api/key-map';
import type { ErrorBoundary } from '../core/error-boundary';
import { RequestType } from '../core/lsp';
import { fileKey, fileOf } from '../core/uris';
import {
  MAP_CHANGED_METHOD,
  MAP_METHOD,
  MAP_TEXT_METHOD,
  type MapAnswer,
  type MapChangedParams,
  type MapParams,
  type MapRow,
  type MapTarget,
  type MapTextAnswer,
  type MapTextParams,
} from '../protocol/index';
import type { Documents, OpenDocument } from '../sync/documents';

export interface Maps {
  /** A document was checked: tells the client where its map is another now. */
  checked(document: OpenDocument): Promise<void>;
}

const DAY = 86_400_000;

export function answerMaps(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  documents: () => Documents,
): Maps {
  /** What was told of each followed document last, by key. */
  const followed = new Map<string, string>();
  const fileFor = (uri: string) => documents().get(uri)?.file ?? fileOf(uri);

  connection.onRequest(new RequestType<MapParams, MapAnswer, void>(MAP_METHOD), (params) =>
    boundary<MapAnswer>('Drawing a map', null, async () => {
      const file = fileFor(params.uri);
      if (params.follow === false) followed.delete(fileKey(file));
      const maps = await service.map(file);
      if (params.follow === true) followed.set(fileKey(file), stampOf(maps));
      return maps.length === 0 ? null : await pageOf(maps, (path) => documents().uriOf(path));
    }),
  );
  connection.onRequest(new RequestType<MapTextParams, MapTextAnswer, void>(MAP_TEXT_METHOD), (params) =>
    boundary<MapTextAnswer>('Drawing a map', null, async () => {
      const maps = await service.map(fileFor(params.uri));
      if (maps.length === 0) return null;
      const { drawMermaid, drawSvg, modelOf } = await import('../../key-map/index');
      const model = modelOf(maps);
      const theme = params.theme === 'dark' ? 'dark' : 'light';
      return { text: params.format === 'mermaid' ? drawMermaid(model) : drawSvg(model, { theme }) };
    }),
  );

  return {
    async checked(document) {
      const key = fileKey(document.file);
      if (!followed.has(key)) return;
      await boundary('Drawing a map anew', undefined, async () => {
        const stamp = stampOf(await service.map(document.file));
        // Nobody may want to know it any more by now.
        if (!followed.has(key) || followed.get(key) === stamp) return;
        followed.set(key, stamp);
        const params: MapChangedParams = { uri: document.uri };
        await connection.sendNotification(MAP_CHANGED_METHOD, params);
      });
    },
  };
}

/** Equal for maps that look the same: nobody sees a time of day. */
function stampOf(maps: readonly StackMap[]): string {
  return JSON.stringify(maps.map((map) => ({ ...map, now: Math.floor(map.now / DAY) })));
}

async function pageOf(maps: readonly StackMap[], uriOf: (file: string) => string): Promise<MapAnswer> {
  const { drawSvg, modelOf, styleSheet } = await import('../../key-map/index');
  const model = modelOf(maps);
  const { sections } = model;
  return {
    svg: drawSvg(model, { theme: 'vscode' }),
    styles: styleSheet('vscode'),
    targets: sections.flatMap((section) => targetsOf(section, uriOf)),
    rows: sections.flatMap(rowsOf),
  };
}

function targetsOf({ services, files, edges }: Section, uriOf: (file: string) => string): MapTarget[] {
  const opened = files.flatMap(({ id, path }) => (path === undefined ? [] : [{ id, uri: uriOf(path) }]));
  const written = [...services, ...files.filter(({ path }) => path === undefined), ...edges].flatMap(
    ({ id, place }) => (place ? [{ id, uri: uriOf(place.file), range: place.range }] : []),
  );
  return [...opened, ...written];
}

function rowsOf({ services, files, edges }: Section): MapRow[] {
  const titles = new Map([...services, ...files].map(({ id, title }) => [id, title]));
  return edges.map(({ id, from, to, tooltip, state }) => ({
    id,
    service: titles.get(from) ?? '',
    file: titles.get(to) ?? '',
    text: tooltip,
    state,
  }));
}
