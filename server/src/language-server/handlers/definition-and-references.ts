/** From a path or a variable to where it comes from, and to all places that use the same file. */
import type {
  ClientCapabilities,
  Connection,
  DefinitionParams,
  Location,
  LocationLink,
  ReferenceParams,
} from 'vscode-languageserver';
import type { LanguageService, Place } from '../../language-service/api/index';
import type { Documents } from '../sync/documents';
import { type Answering, isPosition } from './read-request';

export interface Navigation {
  start(capabilities: ClientCapabilities): void;
}

export function answerNavigation(
  connection: Connection,
  service: LanguageService,
  answering: Answering,
  documents: () => Documents,
): Navigation {
  let links = false;
  const location = ({ file, range }: Place): Location => ({ uri: documents().uriOf(file), range });

  connection.onDefinition((params: DefinitionParams, token) =>
    answering<Location[] | LocationLink[] | null>(
      'Finding a definition',
      params.textDocument.uri,
      token,
      null,
      async ({ file }) => {
        if (!isPosition(params.position)) return null;
        const found = await service.definition(file, params.position);
        if (found === undefined) return null;
        if (!links) return found.places.map(location);
        return found.places.map((place) => ({
          originSelectionRange: found.origin,
          targetUri: documents().uriOf(place.file),
          targetRange: place.range,
          targetSelectionRange: place.range,
        }));
      },
    ),
  );
  connection.onReferences((params: ReferenceParams, token) =>
    answering<Location[]>('Finding uses', params.textDocument.uri, token, [], async ({ file }) => {
      if (!isPosition(params.position)) return [];
      return (await service.references(file, params.position)).map(location);
    }),
  );
  return {
    start(capabilities) {
      links = capabilities.textDocument?.definition?.linkSupport === true;
    },
  };
}
