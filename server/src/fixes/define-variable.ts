import { posix } from 'node:path';
import { type Draft, EMPTY, type FixContext } from '../changes/types';
import type { RuleFinding } from '../rules/support/rule';

/** Gives the variable a default in the compose file, or a value in `.env`. The value is where keys usually are. */
export async function fixUnresolvedVariable(
  finding: RuleFinding,
  context: FixContext,
): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'unresolved') return [];
  const { name, span, state } = finding.data;
  const value = usualValue(finding);
  if (value === undefined) return [];
  const { file, start, end } = span;
  const text = `\${${name}:-${value}}`;
  const drafts: Draft[] = [];
  const written = context.deployment.stack.files.find((other) => other.file === file)?.text.slice(start, end);
  // In a block, and in quotes over several lines, the span is that of the whole text.
  if (written === `$${name}` || (written?.startsWith(`\${${name}`) && written.endsWith('}'))) {
    drafts.push({
      ...EMPTY,
      title: `Set the default of ${name} to ${value}`,
      operations: [{ file, operation: { op: 'replace', start, end, text } }],
      preferred: true,
      automatic: false,
    });
  }
  const directory = context.deployment.stack.projectDirectory;
  if (directory !== undefined && state !== undefined) {
    drafts.push({
      ...EMPTY,
      title: `Add ${name}=${value} to .env`,
      operations: [
        {
          file: context.around.paths.join(directory, '.env'),
          operation: { op: 'append-line', text: `${name}=${value}` },
        },
      ],
      preferred: false,
      automatic: false,
    });
  }
  return drafts;
}

/** What would make the path the documented one; undefined where the variable stands for something else. */
function usualValue(finding: RuleFinding): string | undefined {
  if (finding.data.kind !== 'unresolved' || !finding.data.state) return undefined;
  const { state, span } = finding.data;
  const { documentedSource } = state.requirement;
  const variable = state.variable;
  if (
    variable &&
    span.start >= variable.span.start &&
    span.end <= variable.span.end &&
    span.file === variable.span.file
  ) {
    return variable.valueSpan.start === span.start && variable.valueSpan.end === span.end
      ? state.requirement.target
      : undefined;
  }
  const source = state.mount?.sourceText;
  if (!source || span.start < source.span.start || span.end > source.span.end) return undefined;
  if (span.start !== source.span.start) return undefined;
  const rest = source.raw.slice(span.end - span.start);
  if (rest === '') return documentedSource;
  if (!rest.startsWith('/')) return undefined;
  const directory = posix.dirname(documentedSource);
  // `${SSL}/mender-api-gateway/cert.pem`: what stands after the variable is cut from the documented path.
  const below = posix.dirname(rest);
  return below !== '/' && directory.endsWith(below) ? directory.slice(0, -below.length) : directory;
}
