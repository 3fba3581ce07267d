/** The rules as the surfaces show them. */
import { ruleOf, rules } from '../../rules/index';
import type { Rule } from '../../rules/support/rule';
import type { RuleInfo } from '../api/index';

/** Where a rule is explained, relative to the root of the project and of the installed extension. */
export function pageOf(code: string): string {
  return `docs/rules/${code}.md`;
}

/** All rules in the order of the documentation, with their default severities. */
export function listRules(): readonly RuleInfo[] {
  return rules.map(({ code, severity, summary }) => ({ code, severity, summary, page: pageOf(code) }));
}

/** What a rule's findings are about. Throws for a code that no rule has. */
export function aboutOf(code: string): Rule['about'] {
  return ruleOf(code).about;
}

/** The codes that a task resolves for whole deployments. */
export function codesOfTask(task: Rule['task']): readonly string[] {
  return rules.flatMap((rule) => (rule.task === task ? rule.code : []));
}
