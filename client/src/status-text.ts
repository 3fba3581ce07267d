/** What the status bar says of the active compose file. Pure text, so that it can be tested without VS Code. */
import type { FileLabel, StackStatus, StatusParams } from '../../server/src/lsp/protocol';
import { t } from './l10n';
import { count } from './messages';

export const SELECT_STACK = 'mender.selectStack';
export const SELECT_RELEASE = 'mender.selectRelease';
export const SHOW_PROBLEMS = 'workbench.actions.view.problems';

/** Follows the sentence that says where the file is instead of on a disk. */
const NOT_LOOKED_INTO = t('What it mounts, certificates and keys included, is not looked into.');

export interface StatusView {
  /** With icons as VS Code writes them. */
  readonly text: string;
  /** Markdown with icons, and with links to the two commands. */
  readonly tooltip: string;
  /** What a screen reader says. */
  readonly label: string;
}

/** Undefined for a file that is no concern of ours. */
export function statusView(status: StatusParams): StatusView | undefined {
  const [first] = status.stacks;
  if (!status.mender || first === undefined) return undefined;
  const titles = new Set(status.stacks.map((stack) => stack.release?.title ?? 'Mender'));
  const title = titles.size === 1 ? [...titles].join('') : 'Mender';
  const size =
    status.stacks.length === 1 ? count(first.files.length, 'file') : count(status.stacks.length, 'stack');
  const { error, warning } = status.counts;
  const marks = [error > 0 ? ` $(error) ${error}` : '', warning > 0 ? ` $(warning) ${warning}` : ''].join('');
  return {
    text: `$(shield) ${withoutIcons(title)} · ${size}${marks}`,
    tooltip: [
      ...status.stacks.map(stackText),
      ...(status.uri.startsWith('file:') ? [] : [NOT_LOOKED_INTO]),
      problemsLink(status.counts),
      `[${t('Choose files')}](command:${SELECT_STACK}) · [${t('Choose release')}](command:${SELECT_RELEASE})`,
    ].join('\n\n---\n\n'),
    label: t('{0}, {1} judged together, {2}', title, size, problems(status.counts)),
  };
}

function stackText(stack: StackStatus): string {
  const { release } = stack;
  const name = stack.name === undefined ? '' : ` (${escapeMarkdown(stack.name)})`;
  const parts = [
    release === undefined
      ? `**${t('No release recognised')}**${name}`
      : `**${escapeMarkdown(release.title)}**${name}  \n${escapeMarkdown(release.why)}`,
    stack.files.length === 1 ? t('Judged alone:') : t('Judged together, merged in this order:'),
    stack.files.map((file, index) => `${index + 1}. ${link(file)}`).join('\n'),
    escapeMarkdown(stack.why),
  ];
  if (stack.beside.length > 0) {
    parts.push(
      t('Beside, so what they mount is not called missing:'),
      stack.beside.map((file) => `- ${link(file)}`).join('\n'),
    );
  }
  return parts.join('\n\n');
}

function problems(counts: StatusParams['counts']): string {
  const parts = [
    counts.error > 0 ? count(counts.error, 'error') : '',
    counts.warning > 0 ? count(counts.warning, 'warning') : '',
    counts.information > 0 ? count(counts.information, 'information') : '',
    counts.hint > 0 ? count(counts.hint, 'hint') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('no problems') : parts.join(', ');
}

function problemsLink(counts: StatusParams['counts']): string {
  const any = Object.values(counts).some((number) => number > 0);
  return any ? `[${problems(counts)}](command:${SHOW_PROBLEMS})` : problems(counts);
}

/** Only files are linked to: a link to a command could come from nowhere but a crafted name. */
function link({ uri, label }: FileLabel): string {
  const text = escapeMarkdown(label);
  return /^(file|vscode-remote|vscode-vfs|untitled):[^\s()<>]*$/.test(uri) ? `[${text}](${uri})` : text;
}

/** Names come from files: nothing in them may become markup, a link or an icon. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replaceAll(/[\\`*_{}[\]()#+\-!~|<>&]/g, (character) => `\\${character}`)
      // Icons are looked for after the markup is read, when an escape is gone.
      .replaceAll('$', '&#36;')
      .replaceAll(/\s+/g, ' ')
  );
}

/** The status bar knows no escape for icons. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '(');
}
