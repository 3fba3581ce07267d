/** What README, manifest and pages say of the rules, as it would be written today. */
import type { RuleInfo } from '../../server/src/language-service/api/index';
import { layouts } from '../../server/src/mender/releases/index';

/** README: the rows between the head of its table of rules and the first line that is none. */
export function withRuleTable(readme: string, rules: readonly RuleInfo[]): string {
  const head = ['code', 'severity', 'reported when'];
  const rows = rules.map(({ code, severity, summary, page }) => [
    `[\`${code}\`](${page})`,
    severity,
    summary,
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  const table = [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
  return readme.replace(/^\| code +\| severity +\| reported when.*\n(\|.*\n)*/m, () => table);
}

/** package.json: the schema of `mender.rules`, and the examples of `mender.release`, the newest first. */
export function withSettings(manifest: string, rules: readonly RuleInfo[]): string {
  const json = JSON.parse(manifest);
  const { properties } = json.contributes.configuration;
  const releases = layouts.flatMap((layout) => layout.releases?.from ?? []).reverse();
  properties['mender.release'].examples = ['auto', ...releases];
  properties['mender.rules'].properties = Object.fromEntries(
    rules.map(({ code, severity }) => [
      code,
      {
        type: 'string',
        enum: ['error', 'warning', 'information', 'hint', 'off'],
        default: severity,
        markdownDescription: `%rule.${code}%`,
      },
    ]),
  );
  return print(json);
}

/** package.nls.json: the summaries, where the first of them was. */
export function withRuleTexts(nls: string, rules: readonly RuleInfo[]): string {
  const entries = Object.entries<string>(JSON.parse(nls));
  const isRule = ([key]: readonly [string, string]) => key.startsWith('rule.');
  const first = entries.findIndex(isRule);
  const texts = rules.map(({ code, summary }) => [`rule.${code}`, `${summary}.`] as const);
  const before = entries.slice(0, first < 0 ? undefined : first);
  const after = first < 0 ? [] : entries.slice(first).filter((entry) => !isRule(entry));
  return print(Object.fromEntries([...before, ...texts, ...after]));
}

/** A page: the line below its title, and "Switch it off" at its end. */
export function withCommonParts(page: string, { code, severity }: RuleInfo): string {
  const [title = ''] = page.split('\n', 1);
  const from = page.search(/^## /m);
  const to = page.search(/^## Switch it off$/m);
  const own = page.slice(from, to < 0 ? undefined : to).trimEnd();
  return `${title}\n\n\`${code}\` · default severity: ${severity}\n\n${own}\n${switchOff(code)}`;
}

function switchOff(code: string): string {
  return `
## Switch it off

For one place, with a comment on the line before or on the line itself:

\`\`\`text
# mender-ignore-next-line ${code}
# mender-ignore ${code}
\`\`\`

For the whole workspace, in VS Code's settings:

\`\`\`json
"mender.rules": { "${code}": "off" }
\`\`\`

On the command line: \`mender-compose check --rule ${code}=off\`. Instead of \`off\`, the words \`error\`, \`warning\`,
\`information\` and \`hint\` change its severity.
`;
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
