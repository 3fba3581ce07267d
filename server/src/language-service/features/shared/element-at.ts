/** What of a Mender service stands at an offset of a file. */
import type { EnvironmentVariable, Mount, Service, Span } from '../../../compose/types';
import { isAtOrAbove } from '../../../mender/model/container-path';
import type { MenderComponent, RequirementState } from '../../../mender/model/deployment';
import type { Place, Position } from '../../api/index';
import type { CheckedStack } from '../../check/check-file';
import { rangeOf } from '../../edits/to-text-edits';

export type Pointed =
  | {
      readonly kind: 'mount';
      readonly checked: CheckedStack;
      readonly mender: MenderComponent;
      readonly mount: Mount;
      /** The requirements that it meets, of all services that have this entry; empty for another mount. */
      readonly states: readonly RequirementState[];
    }
  | {
      readonly kind: 'variable';
      readonly checked: CheckedStack;
      readonly mender: MenderComponent;
      readonly variable: EnvironmentVariable;
    }
  | {
      readonly kind: 'service';
      readonly checked: CheckedStack;
      readonly mender: MenderComponent;
      readonly span: Span;
    };

/** The offset of a position; undefined where the file has none. */
export function offsetOf(
  file: string,
  position: Position,
  checked: readonly CheckedStack[],
): number | undefined {
  const [first] = checked;
  if (!first) return undefined;
  const lines = first.analysis.lines(file);
  if (position.line < 0 || position.line >= lines.lineCount || position.character < 0) return undefined;
  const offset = lines.lineStart(position.line) + position.character;
  return offset > lines.lineEnd(position.line) ? undefined : offset;
}

export function holds(span: Span | undefined, file: string, offset: number): span is Span {
  return span?.file === file && span.start <= offset && offset <= span.end;
}

/** In the entry, or in the host path of a secret or config, which stands elsewhere. */
function isAt({ span, sourceText }: Mount, file: string, offset: number): boolean {
  return holds(span, file, offset) || holds(sourceText?.span, file, offset);
}

/** What is pointed at; a mount that meets a requirement before one that doesn't. */
export function pointedAt(
  file: string,
  offset: number,
  checked: readonly CheckedStack[],
): Pointed | undefined {
  let other: Pointed | undefined;
  for (const each of checked) {
    const { services } = each.analysis.deployment;
    const states = services
      .flatMap((mender) => mender.states)
      .filter(({ mount }) => mount && isAt(mount, file, offset));
    const [first] = states;
    const owner = services.find(({ service }) => service === first?.service);
    if (first?.mount && owner)
      return { kind: 'mount', checked: each, mender: owner, mount: first.mount, states };
    for (const mender of services) {
      const { service } = mender;
      const mount = service.mounts.find((each) => isAt(each, file, offset));
      if (mount) other ??= { kind: 'mount', checked: each, mender, mount, states: [] };
      for (const variable of service.environment.values()) {
        if (holds(variable.span, file, offset))
          other ??= { kind: 'variable', checked: each, mender, variable };
      }
      const span = service.declarations.find((place) => holds(place, file, offset));
      if (span) other ??= { kind: 'service', checked: each, mender, span };
    }
  }
  return other;
}

/** The mount that puts something at the container path which a variable names. */
export function providerOf(
  { value, unresolved }: EnvironmentVariable,
  { mounts }: Service,
): Mount | undefined {
  if (!value?.startsWith('/') || unresolved.length > 0) return undefined;
  return mounts
    .filter((mount) => isAtOrAbove(mount.target, value))
    .sort((a, b) => b.target.length - a.target.length)[0];
}

/** A span as LSP has it. */
export function placeOf(span: Span, { analysis }: CheckedStack): Place {
  return { file: span.file, range: rangeOf(span, analysis.lines(span.file)) };
}
