/** What a mount is, for whoever points at it: which file it is for, what is in it, who else uses it. */
import type { RequirementState } from '../../../mender/model/deployment';
import type { Requirement } from '../../../mender/model/layout';
import { withoutIt } from '../../../rules/support/words';
import { capital, code, plain } from '../../../text/markdown';
import type { CheckedStack } from '../../check/check-file';
import { findingsAbout } from '../../key-state/key-status';
import { holds, type Pointed } from '../shared/element-at';
import { existingText, type HoverText } from '../shared/hover-text';

const PURPOSES: Readonly<Record<Requirement['kind'], string>> = {
  certificate: 'Shown to clients that connect by TLS.',
  'private-key': 'Private key of its certificate.',
  'token-key': 'Signs tokens: whoever has this key can forge them.',
  'trusted-certificate': 'Certificate by which it trusts artifact storage.',
};

/** Markdown about a mount that is pointed at; undefined for one that meets no requirement. */
export function describeMount(
  { mount, states, checked }: Extract<Pointed, { kind: 'mount' }>,
  file: string,
  offset: number,
): HoverText | undefined {
  if (states.length === 0) return undefined;
  const findings = states.flatMap((state) => findingsAbout(state, checked));
  // What stands right here is shown by the editor already, above or below this.
  const elsewhere = findings.filter(({ finding }) => !holds(finding.span, file, offset));
  const messages = new Set(elsewhere.map(({ finding }) => `- ${plain(finding.message)}`));
  const parts = states.map((state) => partOf(state, checked));
  const place = holds(mount.span, file, offset) ? mount.span : mount.sourceText?.span;
  const { start, end } = place ?? mount.span;
  const reported = messages.size > 0 ? `\n\n${[...messages].join('\n')}` : '';
  return { start, end, markdown: parts.join('\n\n---\n\n') + reported, findings };
}

function partOf(state: RequirementState, checked: CheckedStack): string {
  const { requirement, service, target } = state;
  const { deployment } = checked.analysis;
  return [
    `**${capital(requirement.title)}** of ${code(service.name)} · ${plain(deployment.recognition.title)}`,
    `${code(target)} in the container`,
    [purposeOf(requirement), plain(withoutIt(state))].filter((text) => text !== '').join(' '),
    ...existingText(state, checked),
  ].join('\n\n');
}

function purposeOf({ kind, accepted }: Requirement): string {
  return accepted
    ? 'Tokens that were signed with this key are also accepted: whoever has it can forge them.'
    : PURPOSES[kind];
}
