/** Host paths in compose files that open the file. */
import type { Connection, DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import type { MenderService } from '../service/service';
import type { Answering } from './answering';
import { uriOf } from './uris';

export function answerLinks(connection: Connection, service: MenderService, answering: Answering): void {
  connection.onDocumentLinks((params: DocumentLinkParams, token) =>
    answering<DocumentLink[]>('Linking files', params.textDocument.uri, token, [], async ({ file }) => {
      const links = await service.links(file);
      return links.map(({ range, path, tooltip }) => ({ range, target: uriOf(path), tooltip }));
    }),
  );
}
