/** What is behind a mount, a variable or a service's name, where somebody points at it. */
import type { Connection, Hover, HoverParams } from 'vscode-languageserver';
import type { FixSummary, LanguageService } from '../../language-service/api/index';
import { plain } from '../../text/markdown';
import { REVIEW_FIX_COMMAND } from '../protocol/index';
import { type Answering, isPosition } from './read-request';

export interface Hovers {
  /** `links`: whether the client carries out our commands, with its own prompts, from links in Markdown. */
  start(links: boolean): void;
}

/** In a workspace that isn't `trusted`, there are no links. */
export function answerHovers(
  connection: Connection,
  service: LanguageService,
  answering: Answering,
  trusted: () => boolean,
): Hovers {
  let links = false;
  connection.onHover((params: HoverParams, token) =>
    answering<Hover | null>('Describing a place', params.textDocument.uri, token, null, async (document) => {
      const { position } = params;
      if (!isPosition(position)) return null;
      const described = await service.describe(document.file, position);
      if (described === undefined) return null;
      const actions =
        links && trusted() ? described.actions.map((fix) => commandLink(document.uri, fix)) : [];
      const value = [described.markdown, ...(actions.length > 0 ? [actions.join(' · ')] : [])].join('\n\n');
      return { contents: { kind: 'markdown', value }, range: described.range };
    }),
  );
  return {
    start(given) {
      links = given;
    },
  };
}

/** A link that leads to a fix. Titles hold paths, so nothing in them may end the link's text. */
function commandLink(uri: string, { title, id }: FixSummary): string {
  const target = encodeURIComponent(JSON.stringify([uri, id])).replace(
    /[()'*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `[${plain(title)}](command:${REVIEW_FIX_COMMAND}?${target})`;
}
