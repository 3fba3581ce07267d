/** Behind the mount of a certificate, the days that it has left. */

import type { LineIndex } from '../../compose/syntax/line-index';
import type { Span } from '../../compose/types';
import { daysLeft } from '../../pki/x509/validity';
import type { Hint } from '../api/editor-features';
import type { Range } from '../api/index';
import type { CheckedStack } from '../check/check-file';
import { mainBlocks } from '../key-state/short-state';

/** The hints of a file within the lines of `range`; a certificate that is mounted twice in one place has one. */
export function hintsOf(file: string, range: Range, checked: readonly CheckedStack[]): readonly Hint[] {
  const hints = new Map<number, Hint>();
  for (const each of checked) {
    const lines = each.analysis.lines(file);
    for (const state of each.analysis.deployment.services.flatMap(({ states }) => states)) {
      const place = state.how === 'file' ? state.mount?.sourceText?.span : undefined;
      if (place?.file !== file || hints.has(place.end)) continue;
      const position = lines.positionAt(hintOffset(place, state.mount?.span, lines));
      if (position.line < range.start.line || position.line > range.end.line) continue;
      const { certificate } = mainBlocks(state, each);
      const left = certificate && daysLeft(certificate, each.inside.now);
      if (certificate?.notAfter === undefined || left === undefined) continue;
      const end = new Date(certificate.notAfter).toISOString().slice(0, 10);
      hints.set(place.end, {
        position,
        text: left < 0 ? 'expired' : left === 0 ? 'last day' : `${left} ${left === 1 ? 'day' : 'days'}`,
        tooltip:
          left < 0
            ? `The certificate expired on ${end}.`
            : `The certificate is valid until ${end}: ${left} ${left === 1 ? 'day' : 'days'} left.`,
      });
    }
  }
  return [...hints.values()];
}

/** Behind the entry, where that ends in the line of the path: within it, a hint would tear its two paths apart. */
function hintOffset(path: Span, entry: Span | undefined, lines: LineIndex): number {
  const holdsPath = entry?.file === path.file && entry.start <= path.start && entry.end >= path.end;
  if (!holdsPath) return path.end;
  return lines.positionAt(entry.end).line === lines.positionAt(path.end).line ? entry.end : path.end;
}
