/** What the status bar says of the active compose file. Pure text, so that it can be tested without VS Code. */
import type {
  FileLabel,
  StackStatus,
  StatusParams,
} from '../../../server/src/language-server/protocol/index';
import { plain } from '../../../server/src/text/markdown';
import { t } from '../l10n/translate';
import { type IconText, iconText, joined } from '../ui/icon-text';
import { count } from '../ui/messages';

export const SELECT_STACK = 'mender.selectStack';
export const SELECT_RELEASE = 'mender.selectRelease';
export const SHOW_PROBLEMS = 'workbench.actions.view.problems';

/** Follows the sentence that says where the file is instead of on a disk. */
const NOT_LOOKED_INTO = t('Mounted certificates and keys are not checked.');

export interface StatusView {
  readonly text: IconText;
  /** Markdown with icons, and with links to the two commands. */
  readonly tooltip: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

/** Undefined for a file that is no concern of ours. Where nothing is `trusted`, links to commands would be dead. */
export function statusView(status: StatusParams, trusted: boolean): StatusView | undefined {
  const [first] = status.stacks;
  if (!status.mender || first === undefined) return undefined;
  const titles = new Set(status.stacks.map((stack) => stack.release?.title ?? 'Mender'));
  const title = titles.size === 1 ? [...titles].join('') : 'Mender';
  const size =
    status.stacks.length === 1 ? count(first.files.length, 'file') : count(status.stacks.length, 'stack');
  const { error, warning } = status.counts;
  const marks = [
    ...(error > 0 ? [iconText('error', String(error))] : []),
    ...(warning > 0 ? [iconText('warning', String(warning))] : []),
  ];
  return {
    text: joined(iconText('shield', `${title} · ${size}`), ...marks),
    tooltip: [
      ...status.stacks.map(stackText),
      ...(status.uri.startsWith('file:') ? [] : [NOT_LOOKED_INTO]),
      trusted ? problemsLink(status.counts) : problems(status.counts),
      ...(trusted
        ? [
            `[${t('Select files')}](command:${SELECT_STACK}) · [${t('Select release')}](command:${SELECT_RELEASE})`,
          ]
        : []),
    ].join('\n\n---\n\n'),
    spoken: t('{0}, {1} checked together, {2}', title, size, problems(status.counts)),
  };
}

function stackText(stack: StackStatus): string {
  const { release } = stack;
  const name = stack.name === undefined ? '' : ` (${plain(stack.name)})`;
  const parts = [
    release === undefined
      ? `**${t('Mender release unknown')}**${name}`
      : `**${plain(release.title)}**${name}  \n${plain(release.why)}`,
    stack.files.length === 1 ? t('Checked alone:') : t('Checked together, merged in this order:'),
    stack.files.map((file, index) => `${index + 1}. ${link(file)}`).join('\n'),
    plain(stack.why),
  ];
  if (stack.beside.length > 0) {
    parts.push(
      t('Overlays found here; files they mount are not reported as missing:'),
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

/** Only files are linked to, by addresses in which nothing is markup. */
function link({ uri, label }: FileLabel): string {
  const text = plain(label);
  return /^(file|vscode-remote|vscode-vfs|untitled):[\w\-.~%/:@+]*$/.test(uri) ? `[${text}](${uri})` : text;
}
