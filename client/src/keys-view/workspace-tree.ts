/** Which deployments the view shows, and under which folder. Pure, without VS Code. */
import { t } from '../l10n/translate';
import { count } from '../ui/messages';
import { type CheckedStack, idOf, type KeyNode, worst } from './tree';

/** A folder of the workspace. */
export interface Folder {
  readonly uri: string;
  readonly name: string;
}

/**
 * The deployments of the workspace, in their order, then open documents that belong to none of them. What is known of
 * an open document is newer, so it takes the place of the same deployment.
 */
export function shownOf(open: readonly CheckedStack[], workspace: readonly CheckedStack[]): CheckedStack[] {
  const news = new Map(open.map((checked) => [idOf(checked), checked]));
  const listed = workspace.map((checked) => news.get(idOf(checked)) ?? checked);
  const known = listed.map(filesOf);
  const others = open.filter((checked) => {
    const files = filesOf(checked);
    // A base is listed with its overlay, and an overlay that changes no key with its base.
    return !known.some((each) => isPart(each, files) || isPart(files, each));
  });
  return [...listed, ...others];
}

function filesOf({ status }: CheckedStack): ReadonlySet<string> {
  return new Set(status.stacks.flatMap(({ files }) => files.map(({ uri }) => uri)));
}

function isPart(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((uri) => whole.has(uri));
}

/** Stacks under their folders, where there are several folders; what lies in none of them comes last. */
export function byFolder(stacks: readonly KeyNode[], folders: readonly Folder[]): KeyNode[] {
  if (folders.length < 2) return [...stacks];
  const holders = new Map(stacks.map((stack) => [stack, folderOf(stack.uri, folders)]));
  const nodes = folders.flatMap((folder): KeyNode[] => {
    const children = stacks.filter((stack) => holders.get(stack) === folder);
    return children.length === 0 ? [] : [folderNode(folder, children)];
  });
  return [...nodes, ...stacks.filter((stack) => holders.get(stack) === undefined)];
}

function folderNode({ uri, name }: Folder, children: readonly KeyNode[]): KeyNode {
  return {
    id: `folder ${uri}`,
    label: name,
    description: count(children.length, 'stack'),
    tooltip: '',
    kind: 'folder',
    level: worst(children),
    context: 'folder',
    children: children.map((child) => ({ ...child, label: withoutFolder(child.label, name) })),
    uri,
    files: [],
  };
}

/** Of several folders, the server calls files by their folder too; below its row that says nothing new. */
function withoutFolder(label: string, folder: string): string {
  const within = (name: string) => (name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name);
  return label.split(' + ').map(within).join(' + ');
}

/** The innermost folder that holds a file. */
function folderOf(file: string, folders: readonly Folder[]): Folder | undefined {
  const path = decoded(file);
  const within = (folder: Folder) => path.startsWith(`${decoded(folder.uri).replace(/\/$/, '')}/`);
  return folders
    .filter(within)
    .sort((one, other) => other.uri.length - one.uri.length)
    .at(0);
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** More stacks than these are shown closed, but for those with something wrong. */
const FEW = 5;

/** Whether a node is shown open at first. */
export function isOpenAtFirst(node: KeyNode, stacks: number): boolean {
  return node.level !== 'good' || node.kind === 'folder' || (node.kind === 'stack' && stacks <= FEW);
}

export interface Circumstances {
  readonly trusted: boolean;
  /** Whether some folder is none of the disk. */
  readonly virtual: boolean;
  /** False where there are more files than are looked at. */
  readonly complete: boolean;
}

/** What is said over the tree; undefined where there is nothing to say. */
export function viewMessage({ trusted, virtual, complete }: Circumstances): string | undefined {
  const sentences: string[] = [];
  if (!trusted) {
    sentences.push(
      t('This workspace is not trusted: certificates and keys are not checked, only compose files.'),
    );
  }
  if (virtual) sentences.push(t('For folders that are not on disk, only open compose files are shown.'));
  if (!complete) {
    sentences.push(
      t('Too many files to check them all. Open a compose file that is missing here to see its keys.'),
    );
  }
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
