/** What a Mender service is, and what a variable of Mender's is for, for whoever points at its name. */
import { targetsOf } from '../../../mender/releases/index';
import { capital, code, plain, withCode } from '../../../text/markdown';
import type { Settings } from '../../api/index';
import type { CheckedStack } from '../../check/check-file';
import { findingsAbout } from '../../key-state/key-status';
import { shortName, wordsOf } from '../../key-state/short-state';
import type { Pointed } from '../shared/element-at';
import { existingText, type HoverText } from '../shared/hover-text';
import { variablesOf } from '../shared/known-variables';

/** The role in this release, and each file that the service needs with what meets it. */
export function describeService(
  { mender, checked, span }: Extract<Pointed, { kind: 'service' }>,
  settings: Settings,
): HoverText {
  const { recognition } = checked.analysis.deployment;
  const { role, service, states } = mender;
  const parts = [`**${capital(role.title)}** · ${plain(recognition.title)}`];
  const rows = states.flatMap((state) => {
    const words = wordsOf(state, checked, settings);
    const isIdle = state.how === 'not-needed' || (state.mount === undefined && words === undefined);
    if (isIdle) return [];
    const source = state.mount ? code(state.mount.sourceText?.raw ?? state.mount.source ?? '') : 'nothing';
    return [
      `| ${shortName(state)} | ${code(state.target)} | ${source} | ${plain(words?.words ?? 'mounted')} |`,
    ];
  });
  if (rows.length > 0) {
    parts.push(['| needs | at | mounted | state |', '| --- | --- | --- | --- |', ...rows].join('\n'));
  } else if (targetsNothing(mender.role.id, checked)) {
    parts.push(`${code(service.name)} needs no certificate or key in this release.`);
  }
  const findings = states.flatMap((state) => findingsAbout(state, checked));
  return { ...span, markdown: parts.join('\n\n'), findings };
}

function targetsNothing(role: string, { analysis }: CheckedStack): boolean {
  const { layout } = analysis.deployment;
  return !layout.requirements.some(
    (requirement) => requirement.role === role && targetsOf(requirement).length > 0,
  );
}

/** What a variable is for, its value and what is behind it; undefined for a variable that is none of Mender's. */
export function describeVariable({
  mender,
  variable,
  checked,
}: Extract<Pointed, { kind: 'variable' }>): HoverText | undefined {
  const { deployment } = checked.analysis;
  const known = variablesOf(mender, deployment).find(({ name }) => name === variable.name);
  if (!known) return undefined;
  const parts = [
    `**${code(variable.name)}** of ${code(mender.service.name)} · ${plain(deployment.recognition.title)}`,
    withCode(known.purpose),
  ];
  if (variable.unresolved.length > 0) {
    const names = variable.unresolved.map(({ name }) => code(name)).join(', ');
    parts.push(`Value unknown: ${names} has none.`);
  } else if (variable.value !== undefined && variable.value !== '')
    parts.push(`Value: ${code(variable.value)}`);
  else parts.push('It has no value.');
  if (known.state?.variable === variable) parts.push(...existingText(known.state, checked));
  const { start, end } = variable.span;
  const findings = known.state ? findingsAbout(known.state, checked) : [];
  return { start, end, markdown: parts.join('\n\n'), findings };
}
