/** Host paths in compose files that open the file. */
import type { Connection, DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import type { LanguageService } from '../../language-service/api/index';
import { label } from '../../text/harmless';
import { uriOf } from '../core/uris';
import type { Answering } from './read-request';

/**
 * VS Code makes a link with trusted Markdown around it of a target and a tooltip, and writes the target unencoded
 * (`getHoverMessage` of `links/browser/getLinks`): what is markup, or leaves a bracket open, could become another link.
 */
const UNSAFE = /[<>()[\]`"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export function answerLinks(connection: Connection, service: LanguageService, answering: Answering): void {
  connection.onDocumentLinks((params: DocumentLinkParams, token) =>
    answering<DocumentLink[]>('Linking files', params.textDocument.uri, token, [], async ({ file }) => {
      const links = await service.links(file);
      return links
        .filter(({ path }) => !UNSAFE.test(path))
        .map(({ range, path, tooltip }) => ({ range, target: uriOf(path), tooltip: label(tooltip) }));
    }),
  );
}
