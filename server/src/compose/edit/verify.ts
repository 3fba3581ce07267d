/** Whether an edited compose file says what it said before, and what the edit was for. Aliases are not expanded. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { TextChange } from '../syntax/line-index';
import type { YamlFile } from '../yaml/parse-yaml';
import { isReset } from './insert-lines';
import type { EditOperation, NewMount } from './operations';
import { literal, pairOf } from './style';
import { findItem, shortText } from './volumes';

export interface Verification {
  readonly before: YamlFile;
  readonly after: YamlFile;
  readonly changes: readonly TextChange[];
  readonly operations: readonly EditOperation[];
}

type MakeReadOnly = Extract<EditOperation, { readonly op: 'make-read-only' }>;
type Maybe = Node | null | undefined;

/** True when every key, value and list entry that the changes don't replace is in the text after them, in its order. */
export function keepsAll(verification: Verification): boolean {
  const { before, after } = verification;
  return (
    before.roots.length === after.roots.length &&
    before.roots.every((root, index) => isKept(root, after.roots[index], verification))
  );
}

function isKept(old: Maybe, now: Maybe, verification: Verification): boolean {
  // What stands in a field that is reset counts for nothing.
  if (!old || (isScalar(old) && old.value === null) || isReset(old) || isReplaced(old, verification))
    return true;
  if (isAlias(old)) {
    if (isAlias(now)) return old.source === now.source;
    // A copy of what it names has taken its place.
    return isKept(verification.before.resolve(old), now, verification);
  }
  // What `!!omap` and `!!pairs` list.
  if (isPair(old)) {
    return (
      isPair(now) &&
      isKept(old.key as Maybe, now.key as Maybe, verification) &&
      isKept(old.value as Maybe, now.value as Maybe, verification)
    );
  }
  // `source:target:` is a key without a value, until its mode is there.
  if (isMap(old) && isScalar(now) && isChanged(old, verification)) return true;
  if (!now || isAlias(now) || old.tag !== now.tag) return false;
  if (isScalar(old)) {
    // Binary values and times are objects, another one at each reading.
    const isSame = (a: Scalar, b: Scalar) =>
      a.value === b.value || (typeof a.value === 'object' && a.source !== undefined && a.source === b.source);
    return isScalar(now) && (isSame(old, now) || isChanged(old, verification));
  }
  if (isSeq(old)) return isSeq(now) && keepsItems(old, now, verification);
  return isMap(old) && isMap(now) && keepsPairs(old, now, verification);
}

function keepsItems(old: YAMLSeq, now: YAMLSeq, verification: Verification): boolean {
  let at = 0;
  return (old.items as Node[]).every((item) => {
    if (item?.range && isReplaced(item, verification)) return true;
    while (at < now.items.length && !isKept(item, now.items[at] as Maybe, verification)) at++;
    return at++ < now.items.length;
  });
}

function keepsPairs(old: YAMLMap, now: YAMLMap, verification: Verification): boolean {
  const names = occurrences(now);
  const others = (now.items as Pair[]).filter(({ key }) => !isScalar(key));
  let inherited: ReadonlyMap<string, Node | undefined> | undefined;
  const own = [...occurrences(old)].every(([name, value]) => {
    if (names.has(name)) return isKept(value, names.get(name), verification);
    inherited ??= new Map(verification.after.entries(now).map((entry) => [`0 ${entry.key}`, entry.value]));
    return inherited.has(name) && isKept(value, inherited.get(name), verification);
  });
  const foreign = (old.items as Pair[]).filter(({ key }) => !isScalar(key));
  return (
    own &&
    foreign.every(({ key, value }) =>
      others.some(
        (pair) =>
          isKept(key as Maybe, pair.key as Maybe, verification) &&
          isKept(value as Maybe, pair.value as Maybe, verification),
      ),
    )
  );
}

/** The values of a mapping by `COUNT NAME`: a key can be written twice. */
function occurrences({ items }: YAMLMap): ReadonlyMap<string, Maybe> {
  const counts = new Map<string, number>();
  const result = new Map<string, Maybe>();
  for (const { key, value } of items as Pair[]) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    result.set(`${count} ${name}`, value as Maybe);
  }
  return result;
}

/** Whether a change writes something else in the place of a node. */
function isReplaced({ range }: Node, { changes }: Verification): boolean {
  return !!range && changes.some(({ start, end }) => start < end && start <= range[0] && range[1] <= end);
}

/** Whether a scalar is meant to read otherwise. */
function isChanged({ range }: Node, { changes, operations }: Verification): boolean {
  if (!range) return false;
  return (
    operations.some(({ op, ...at }) => op === 'make-read-only' && 'start' in at && at.start === range[0]) ||
    changes.some(({ start, end }) => start < end && start < range[1] && end > range[0])
  );
}

/** Whether the edited text has what an operation is for. */
export function hasEffect(operation: EditOperation, verification: Verification): boolean {
  switch (operation.op) {
    case 'add-mount':
      return hasField(operation.service, 'volumes', verification, (value) =>
        mounts(value, operation.mount, verification),
      );
    case 'set-environment':
      return hasField(operation.service, 'environment', verification, (value) =>
        sets(value, operation, verification),
      );
    case 'make-read-only':
      return isReadOnly(operation, verification);
    case 'replace':
      if (!isWhere(operation, verification.before.text)) return false;
      return isTouched(operation, verification);
    case 'remove-mount':
      return isTouched(operation, verification);
    case 'append-line':
      return true;
  }
}

/** Whether what an operation would replace stands where it says; true for all other operations. */
export function isWhere(operation: EditOperation, text: string): boolean {
  if (operation.op !== 'replace' || operation.was === undefined) return true;
  return text.slice(operation.start, operation.end) === operation.was;
}

function isTouched({ start, end }: { start: number; end: number }, { changes }: Verification): boolean {
  return changes.some((change) => change.start <= end && change.end >= start);
}

/** Whether a service has a field like that, and all that the field held before. */
function hasField(
  service: string,
  name: string,
  verification: Verification,
  holds: (value: Node) => boolean,
): boolean {
  const { before, after } = verification;
  const now = fieldOf(after, service, name);
  if (!now || isReset(now) || !holds(now)) return false;
  const old = fieldOf(before, service, name);
  return isReset(old) || isKept(old, now, verification);
}

/** A field of a service in the last document that names the service: its own, or through a merge key. */
function fieldOf(yaml: YamlFile, service: string, name: string): Node | undefined {
  const found = yaml.roots.flatMap((root) => {
    const services = isMap(root) ? pairOf(root, 'services')?.value : undefined;
    const pair = isMap(services) ? pairOf(services, service) : undefined;
    return pair ? [yaml.resolve(pair.value)] : [];
  });
  const last = found.at(-1);
  if (!isMap(last) || isReset(last)) return undefined;
  return yaml.entries(last).find(({ key }) => key === name)?.value;
}

function mounts(value: Node, mount: NewMount, { after }: Verification): boolean {
  if (!isSeq(value)) return false;
  const short = shortText(mount);
  const { source, readOnly } = mount;
  const target = literal(mount.target);
  return value.items.some((each) => {
    const item = after.resolve(each);
    if (isScalar(item)) return item.value === short;
    const says = (name: string) => isMap(item) && item.get(name);
    return (
      says('source') === source && says('target') === target && (!readOnly || says('read_only') === true)
    );
  });
}

function sets(
  value: Node,
  { name, value: written }: { readonly name: string; readonly value: string },
  { after }: Verification,
): boolean {
  const wanted = literal(written);
  if (isMap(value)) {
    const entry = after.entries(value).find(({ key }) => key === name)?.value;
    return isScalar(entry) && String(entry.value) === wanted;
  }
  if (!isSeq(value)) return false;
  return value.items.some((each) => {
    const item = after.resolve(each);
    return isScalar(item) && item.value === `${name}=${wanted}`;
  });
}

/** Whether the last section of a short volume is a mode with `ro`. */
function isReadOnlyVolume(volume: string): boolean {
  const colon = volume.lastIndexOf(':');
  const mode = volume.slice(colon + 1);
  return colon >= 0 && !mode.includes('/') && mode.split(',').includes('ro');
}

/** Whether a volume entry is read-only now, and its service has no other copy of it. */
function isReadOnly({ start, service }: MakeReadOnly, { before, after, changes }: Verification): boolean {
  const earlier = changes.filter((change) => change.end <= start);
  const by = earlier.reduce((sum, { newText, start, end }) => sum + newText.length - (end - start), 0);
  const item = after.resolve(findItem(start + by, after.roots));
  const old = before.resolve(findItem(start, before.roots));
  const copies = (yaml: YamlFile) => {
    const volumes = fieldOf(yaml, service, 'volumes');
    const items = isScalar(old) && isSeq(volumes) ? volumes.items.map(yaml.resolve) : [];
    return items.filter((each) => isScalar(each) && isScalar(old) && each.value === old.value).length;
  };
  // An entry can be written twice: the later one counts.
  const left = copies(after);
  if (left > 0 && left >= copies(before)) return false;
  if (isScalar(item)) return isReadOnlyVolume(String(item.value).trimEnd());
  return (
    isMap(item) &&
    after
      .entries(item)
      .some(({ key, value }) => key === 'read_only' && isScalar(value) && value.value === true)
  );
}
