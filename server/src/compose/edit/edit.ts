/**
 * The smallest text change that adds or corrects an entry of a compose file, written the way the file's author
 * writes. The file is never printed back through the YAML library, so nothing else moves.
 */
import { isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { applyChanges, lineEndOf, lineIndex, type TextChange } from '../syntax/line-index';
import { parseYaml, type YamlFile } from '../yaml/parse-yaml';
import type { Editing } from './insert-lines';
import type { EditOperation } from './operations';
import { editService, type ServiceChanges } from './service';
import { columnOf, fileStyle, literal, pairOf } from './style';
import { hasEffect, keepsAll, type Verification } from './verify';
import { makeReadOnly } from './volumes';

/** What comes of operations on one text. */
export interface ComposeEdit {
  /** Not overlapping, in the order of the text. */
  readonly changes: readonly TextChange[];
  /** Operations that the changes don't carry out. */
  readonly undone: readonly EditOperation[];
}

/**
 * Carries out all operations at once. What no longer applies is left out, and so is what would break the YAML, take
 * something away that was there, or not have the effect that it is for.
 */
export function editCompose(text: string, wanted: readonly EditOperation[]): ComposeEdit {
  const yaml = parsed(text);
  const operations = wanted.filter((operation) => isReadAsItStands(operation, yaml));
  if (operations.length === wanted.length) return editWith(yaml, operations);
  const { changes, undone } = editWith(yaml, operations);
  return { changes, undone: [...undone, ...wanted.filter((operation) => !operations.includes(operation))] };
}

/**
 * False for an operation on a service in whose text a syntax error is: where its parts end is the parser's guess there,
 * and Compose may read them otherwise.
 */
function isReadAsItStands(operation: EditOperation, { text, syntaxErrors, roots }: YamlFile): boolean {
  if (syntaxErrors.length === 0 || operation.op === 'append-line') return true;
  const stretches = roots.flatMap((root, index) =>
    servicesIn(root, roots[index + 1]?.range?.[0] ?? text.length),
  );
  const isOf = ({ name, start, end }: ServiceText) =>
    operation.op === 'replace'
      ? operation.start >= start && operation.start < end
      : name === operation.service;
  return !stretches
    .filter(isOf)
    .some(({ start, end }) => syntaxErrors.some((offset) => offset >= start && offset <= end));
}

interface ServiceText {
  readonly name: string;
  readonly start: number;
  /** Where the next key of a service, or of the document, stands: what is not closed is reported there. */
  readonly end: number;
}

/** `end`: of the document. */
function servicesIn(root: Node, end: number): readonly ServiceText[] {
  const starts = (pairs: readonly Pair[]) =>
    pairs.flatMap(({ key }) => (key as Node | null)?.range?.[0] ?? []);
  const services = servicesOf(root)?.value;
  if (!isMap(root) || !isMap(services)) return [];
  const pairs = services.items as Pair[];
  const all = [...starts(pairs), ...starts(root.items as Pair[]), end].sort((a, b) => a - b);
  return pairs.flatMap(({ key }) => {
    const start = (key as Node | null)?.range?.[0];
    if (start === undefined || !isScalar(key)) return [];
    return { name: String(key.value), start, end: all.find((other) => other > start) ?? start };
  });
}

function editWith(yaml: YamlFile, operations: readonly EditOperation[]): ComposeEdit {
  const all = changesOf(yaml, operations);
  if (operations.every(({ op }) => op === 'append-line')) return { changes: all, undone: [] };
  if (isSound(yaml, operations, all)) return { changes: all, undone: [] };
  if (operations.length === 1) return { changes: [], undone: operations };
  const done: EditOperation[] = [];
  const undone: EditOperation[] = [];
  for (const operation of operations) {
    const tried = [...done, operation];
    (isSound(yaml, tried, changesOf(yaml, tried)) ? done : undone).push(operation);
  }
  return { changes: changesOf(yaml, done), undone };
}

/** The text that was edited last: several fixes are tried on one. It is held as long as there is room. */
let last: WeakRef<YamlFile> | undefined;

function parsed(text: string): YamlFile {
  const known = last?.deref();
  if (known?.text === text) return known;
  const yaml = parseYaml(text);
  last = new WeakRef(yaml);
  return yaml;
}

/** Whether a text is as good YAML after the changes, says what it said, and all operations have their effect. */
function isSound(
  before: YamlFile,
  operations: readonly EditOperation[],
  changes: readonly TextChange[],
): boolean {
  const after = parseYaml(applyChanges(before.text, changes));
  if (
    after.duplicateKeys.length > before.duplicateKeys.length ||
    !hasNoNewSyntaxErrors(before, after, changes)
  )
    return false;
  const verification: Verification = { before, after, changes, operations };
  return keepsAll(verification) && operations.every((operation) => hasEffect(operation, verification));
}

/** Whether a text has no syntax error after the changes that it didn't have before. */
function hasNoNewSyntaxErrors(before: YamlFile, after: YamlFile, changes: readonly TextChange[]): boolean {
  const moved = (offset: number) =>
    changes.reduce(
      (sum, { start, end, newText }) => (end <= offset ? sum + newText.length - (end - start) : sum),
      offset,
    );
  const known = new Set(before.syntaxErrors.map(moved));
  return after.syntaxErrors.every((offset) => known.has(offset));
}

function changesOf(yaml: YamlFile, operations: readonly EditOperation[]): TextChange[] {
  const first = editingOf(yaml, yaml.roots[0]);
  const changes: TextChange[] = [];
  const wanted: {
    readonly root: Node | undefined;
    readonly name: string;
    readonly changes: ServiceChanges;
  }[] = [];
  const forService = (name: string, root: Node | undefined) => {
    const known = wanted.find((each) => each.name === name && each.root === root);
    if (known) return known.changes;
    const fresh: ServiceChanges = { mounts: [], environment: [], removed: [] };
    wanted.push({ root, name, changes: fresh });
    return fresh;
  };
  for (const operation of operations) {
    if (operation.op === 'replace')
      changes.push({ start: operation.start, end: operation.end, newText: operation.text });
    else if (operation.op === 'append-line') changes.push(appendLine(operation.text, first));
    else if (operation.op === 'make-read-only') {
      // Two aliases can name one entry.
      for (const change of makeReadOnly(operation, first))
        if (!changes.some(({ start, newText }) => start === change.start && newText === change.newText))
          changes.push(change);
    } else if (operation.op === 'remove-mount')
      forService(operation.service, rootAt(yaml, operation.start)).removed.push(operation);
    else {
      const own = forService(operation.service, rootWith(yaml, operation.service));
      if (operation.op === 'add-mount') own.mounts.push(operation.mount);
      else own.environment.push({ name: operation.name, value: literal(operation.value) });
    }
  }
  for (const { root, name, changes: own } of wanted) {
    changes.push(...editService(name, own, root === yaml.roots[0] ? first : editingOf(yaml, root)));
  }
  return mergeInsertions(changes);
}

/** The document where something is added to a service: the last one that names it, for that one wins. */
function rootWith({ roots }: YamlFile, service: string): Node | undefined {
  return roots.findLast((root) => {
    const services = servicesOf(root)?.value;
    return isMap(services) && pairOf(services, service) !== undefined;
  });
}

function rootAt({ roots }: YamlFile, offset: number): Node | undefined {
  return roots.find(({ range }) => range && range[0] <= offset && offset <= range[2]);
}

function servicesOf(root: Node | undefined): Pair | undefined {
  return isMap(root) ? pairOf(root, 'services') : undefined;
}

/** `root`: the document whose services are edited, and whose habits are followed. */
function editingOf(yaml: YamlFile, root: Node | undefined): Editing {
  const { text } = yaml;
  const lines = lineIndex(text);
  const pair = servicesOf(root);
  const services: YAMLMap | undefined = isMap(pair?.value) ? pair.value : undefined;
  const keyRange = (pair?.key as Node | undefined)?.range;
  return {
    text,
    lines,
    eol: lineEndOf(text),
    yaml,
    services,
    style: fileStyle(services, keyRange ? columnOf(keyRange[0], lines) : 0, lines),
  };
}

function appendLine(line: string, { text, eol }: Editing): TextChange {
  const lead = text === '' || /[\r\n]$/.test(text) ? '' : eol;
  return { start: text.length, end: text.length, newText: `${lead}${line}${eol}` };
}

/** Insertions at one place become one, in order, so that no client can shuffle them. */
function mergeInsertions(changes: readonly TextChange[]): TextChange[] {
  const result: TextChange[] = [];
  for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    if (last && last.start === last.end && change.start === change.end && last.start === change.start) {
      result[result.length - 1] = { ...last, newText: last.newText + change.newText };
    } else if (!last || change.start >= last.end) {
      result.push(change);
    }
  }
  return result;
}
