/** The rules as the surfaces show them. */
import { rules } from '../../rules/index';
import type { RuleInfo } from '../api/index';

/** Where a rule is explained, relative to the root of the project and of the installed extension. */
export function pageOf(code: string): string {
  return `docs/rules/${code}.md`;
}

/** All rules in the order of the documentation, with their default severities. */
export function listRules(): readonly RuleInfo[] {
  return rules.map(({ code, severity, summary }) => ({ code, severity, summary, page: pageOf(code) }));
}
