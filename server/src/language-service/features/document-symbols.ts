/** What Mender sees of a compose file: its services, and what each is given. */
import type { LineIndex } from '../../compose/syntax/line-index';
import type { Span, Stack } from '../../compose/types';
import type { MenderComponent, RequirementState } from '../../mender/model/deployment';
import type { OutlineItem } from '../api/editor-features';
import type { Settings } from '../api/index';
import type { CheckedStack } from '../check/check-file';
import { rangeOf } from '../edits/to-text-edits';
import { shortName, wordsOf } from '../key-state/short-state';
import { declarationIn } from './code-lens';

export function outlineOf(
  file: string,
  checked: readonly CheckedStack[],
  settings: Settings,
): readonly OutlineItem[] {
  const items = new Map<string, OutlineItem>();
  for (const each of checked) {
    const lines = each.analysis.lines(file);
    const starts = startsOfServices(each.analysis.deployment.stack, file);
    for (const mender of each.analysis.deployment.services) {
      const name = declarationIn(file, mender);
      if (name === undefined || items.has(mender.service.name)) continue;
      const next = starts.find((start) => start > name.start) ?? Number.POSITIVE_INFINITY;
      items.set(mender.service.name, itemOf(mender, name, next, each, lines, settings));
    }
  }
  return [...items.values()].sort((a, b) => a.range.start.line - b.range.start.line);
}

/** Offsets in `file` at which services begin, in order. */
function startsOfServices({ services }: Stack, file: string): readonly number[] {
  return [...services.values()]
    .flatMap(({ declarations }) => declarations)
    .flatMap((span) => (span.file === file ? span.start : []))
    .sort((a, b) => a - b);
}

/** `next`: where the following service begins; what an anchor brings from elsewhere stands at the name. */
function itemOf(
  mender: MenderComponent,
  name: Span,
  next: number,
  checked: CheckedStack,
  lines: LineIndex,
  settings: Settings,
): OutlineItem {
  const own = (span: Span | undefined) =>
    span?.file === name.file && span.start > name.start && span.end <= next ? span : undefined;
  const children = mender.states.flatMap((state): OutlineItem[] => {
    const words = wordsOf(state, checked, settings);
    if (!words) return [];
    const span = own(state.mount?.span) ?? own(state.variable?.span) ?? name;
    const selection = own(state.mount?.targetText.span);
    const isInside = selection && selection.start >= span.start && selection.end <= span.end;
    const kind = isKey(state) ? 'key' : 'certificate';
    return [
      {
        name: shortName(state),
        detail: words.words,
        kind,
        range: rangeOf(span, lines),
        selection: rangeOf(isInside ? selection : span, lines),
        children: [],
      },
    ];
  });
  const ends = [...mender.service.mounts, ...mender.service.environment.values()].flatMap(
    ({ span }) => own(span)?.end ?? [],
  );
  const whole = { ...name, end: Math.max(name.end, ...ends) };
  return {
    name: mender.service.name,
    detail: mender.role.title,
    kind: 'service',
    range: rangeOf(whole, lines),
    selection: rangeOf(name, lines),
    children,
  };
}

function isKey({ requirement }: RequirementState): boolean {
  return requirement.kind === 'private-key' || requirement.kind === 'token-key';
}
