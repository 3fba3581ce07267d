/** What is behind a mount, where somebody points at it. */
import type { Connection, Hover, HoverParams } from 'vscode-languageserver';
import type { MenderService } from '../service/service';
import type { Documents } from './documents';
import type { Guard } from './guard';

export function answerHovers(
  connection: Connection,
  service: MenderService,
  guard: Guard,
  documents: Documents,
): void {
  connection.onHover((params: HoverParams) =>
    guard<Hover | null>('Describing a mount', null, async () => {
      const document = documents.get(params.textDocument.uri);
      if (document === undefined) return null;
      const { position } = params;
      if (!Number.isInteger(position?.line) || !Number.isInteger(position?.character)) return null;
      const described = await service.describe(document.file, position);
      if (described === undefined) return null;
      return { contents: { kind: 'markdown', value: described.markdown }, range: described.range };
    }),
  );
}
