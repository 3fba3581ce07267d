/** Runs in the page of the key map: shows what the extension sends, keeps focus and scroll position, moves by keyboard. */
import type { FromPage, PageRow, PageState, ToPage } from '../src/key-map/webview-messages';

interface VsCode {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();
const uri = document.body.dataset.uri ?? '';
let before: PageState | undefined = vscode.getState();

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no ${id}.`);
  return found as T;
}

const map = element('map');
const message = element('message');
const notes = element('notes');
const rows = element('rows');
const table = element<HTMLDetailsElement>('table');
const buttons = [element<HTMLButtonElement>('save'), element<HTMLButtonElement>('copy')];

const items = () => [...map.querySelectorAll<SVGGElement>('[data-id]')];
const itemOf = (id: string | undefined) => items().find((item) => item.dataset.id === id);

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.type === 'map') show(data);
  else empty(data.message);
});

function show({
  svg,
  styles,
  rows: lines,
  notes: sentences,
  targets,
}: Extract<ToPage, { type: 'map' }>): void {
  const focused = document.activeElement?.closest<SVGElement>('[data-id]')?.dataset.id;
  const kept = focused ?? current()?.dataset.id ?? before?.focus;
  const { scrollLeft } = map;
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (!(drawing instanceof SVGSVGElement)) return;
  element('map-styles').textContent = styles;
  drawing.setAttribute('aria-describedby', 'hint');
  map.replaceChildren(drawing);
  const leading = new Set(targets);
  for (const item of items()) if (!leading.has(item.dataset.id ?? '')) item.classList.add('no-target');
  makeCurrent(itemOf(kept) ?? items()[0]);
  if (focused !== undefined) (itemOf(focused) ?? items()[0])?.focus();
  notes.replaceChildren(...sentences.map((sentence) => textElement('li', sentence)));
  rows.replaceChildren(...lines.map(rowOf));
  message.textContent = '';
  setVisible(true, sentences.length > 0);
  map.scrollLeft = scrollLeft;
  restore();
}

function empty(text: string): void {
  map.replaceChildren();
  message.textContent = text;
  setVisible(false, false);
}

function setVisible(drawn: boolean, noted: boolean): void {
  for (const each of [map, table, element('hint')]) each.hidden = !drawn;
  notes.hidden = !noted;
  for (const button of buttons) button.disabled = !drawn;
}

/** Once, after a reload: where the page was. */
function restore(): void {
  if (before) {
    map.scrollLeft = before.left;
    window.scrollTo(0, before.top);
  }
  before = undefined;
  remember();
}

function remember(): void {
  if (before) return;
  vscode.setState({ uri, left: map.scrollLeft, top: window.scrollY, focus: current()?.dataset.id });
}

function textElement(name: 'li' | 'td' | 'th', text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function rowOf({ service, file, text, state }: PageRow): HTMLElement {
  const row = document.createElement('tr');
  const head = textElement('th', service);
  head.setAttribute('scope', 'row');
  row.append(head, ...[file, text, state === 'good' ? 'fine' : state].map((each) => textElement('td', each)));
  return row;
}

// One stop for the tab key; arrows move within the drawing.

function current(): SVGGElement | undefined {
  return items().find((item) => item.getAttribute('tabindex') === '0');
}

function makeCurrent(item: SVGGElement | undefined): void {
  for (const each of items()) each.setAttribute('tabindex', each === item ? '0' : '-1');
}

function kindOf(item: SVGGElement): string {
  return ['map-service', 'map-file'].find((name) => item.classList.contains(name)) ?? 'map-edge';
}

function middleOf(item: SVGGElement): number {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}

/** Those of one kind, from top to bottom. */
function column(item: SVGGElement): SVGGElement[] {
  return items()
    .filter((each) => kindOf(each) === kindOf(item))
    .sort((a, b) => middleOf(a) - middleOf(b));
}

function next(item: SVGGElement, key: string): SVGGElement | undefined {
  const { id, from, to } = item.dataset;
  const all = column(item);
  const place = all.indexOf(item);
  const edge = (end: 'from' | 'to') => items().find((each) => each.dataset[end] === id);
  switch (key) {
    case 'ArrowDown':
      return all[place + 1];
    case 'ArrowUp':
      return all[place - 1];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    case 'ArrowRight':
      return to === undefined ? edge('from') : itemOf(to);
    case 'ArrowLeft':
      return from === undefined ? edge('to') : itemOf(from);
    default:
      return undefined;
  }
}

function itemAt({ target }: Event): SVGGElement | undefined {
  return target instanceof Element ? (target.closest<SVGGElement>('[data-id]') ?? undefined) : undefined;
}

function openItem(item: SVGGElement): void {
  makeCurrent(item);
  remember();
  const { id } = item.dataset;
  if (id !== undefined && !item.classList.contains('no-target')) vscode.postMessage({ type: 'open', id });
}

map.addEventListener('click', (event) => {
  const item = itemAt(event);
  if (item) openItem(item);
});
map.addEventListener('keydown', (event) => {
  const item = itemAt(event);
  if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    openItem(item);
    return;
  }
  const found = next(item, event.key);
  if (!found) return;
  event.preventDefault();
  makeCurrent(found);
  found.focus();
  remember();
});
map.addEventListener('focusin', (event) => {
  const item = itemAt(event);
  if (item) makeCurrent(item);
});
map.addEventListener('scroll', remember);
window.addEventListener('scroll', remember);
element('save').addEventListener('click', () => vscode.postMessage({ type: 'save' }));
element('copy').addEventListener('click', () => vscode.postMessage({ type: 'copy' }));

vscode.postMessage({ type: 'ready' });
