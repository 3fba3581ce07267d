/** The drawings: what they look like, that nothing overlaps, and that no name breaks them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf, type Rectangle } from '../../server/src/key-map/layout/layout';
import { drawMermaid, escapeMermaid } from '../../server/src/key-map/mermaid/mermaid';
import { modelOf } from '../../server/src/key-map/model/model';
import { shorten, textWidth } from '../../server/src/key-map/model/text-width';
import { drawSvg } from '../../server/src/key-map/svg/svg';
import type { StackMap } from '../../server/src/language-service/api/key-map';
import { anyMap, mapsOf, sharedHost } from './stacks';
import { elementsOf, parseXml } from './xml';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '</text><script>alert(1)</script>',
    '"><a href="javascript:1">',
    ']]>&amp;<!--',
    '\u0000\ud800\u202e',
    '%%{init: {"theme":"dark"}}%%',
    '"];click n0_s0 call x()',
    'end',
    'style a:b#c;',
    '`**x**`',
  ),
);

/** The key is another in every run. */
const steady = (text: string) => text.replaceAll(/([0-9A-F]{2}(:|#58;)){5}[0-9A-F]{2}/g, 'AA:BB:CC:DD:EE:FF');

describe('the drawing as SVG', () => {
  it('looks as it did', async () => {
    const host = await sharedHost();
    const model = modelOf(await mapsOf(host));
    await expect(steady(drawSvg(model, { theme: 'light' }))).toMatchFileSnapshot(
      '../golden/map/shared-light.svg',
    );
    host.setNow(Date.UTC(2040, 0, 1));
    const later = modelOf(await mapsOf(host));
    await expect(steady(drawSvg(later, { theme: 'vscode' }))).toMatchFileSnapshot(
      '../golden/map/expired-vscode.svg',
    );
  });

  it('is well-formed whatever names it holds, and loads and runs nothing', () => {
    fc.assert(
      fc.property(fc.array(anyMap(HOSTILE, 4), { maxLength: 2 }), fc.boolean(), (maps, page) => {
        const svg = drawSvg(modelOf(maps), { theme: page ? 'vscode' : 'dark' });
        const elements = elementsOf(parseXml(svg));
        const known = ['svg', 'g', 'rect', 'path', 'text', 'title', 'desc', 'style'];
        expect(elements.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
        const attributes = elements.flatMap((element) => [...element.attributes.keys()]);
        expect(attributes.filter((name) => /^on|href|^style$/.test(name))).toEqual([]);
        expect(svg).not.toMatch(/url\(|NaN|Infinity|undefined/);
      }),
    );
  });

  it('carries its own colours alone, and those of VS Code in VS Code', async () => {
    const model = modelOf(await mapsOf(await sharedHost()));
    const [light, dark, page] = (['light', 'dark', 'vscode'] as const).map((theme) =>
      drawSvg(model, { theme }),
    );
    expect(light).toContain('<style>');
    expect(light).not.toContain('var(--vscode');
    expect(dark).not.toBe(light);
    expect(page).not.toContain('<style>');
  });

  it('can be reached by keyboard in VS Code: each service, file and line has a role, a label and an id', async () => {
    const maps = await mapsOf(await sharedHost());
    const items = elementsOf(parseXml(drawSvg(modelOf(maps), { theme: 'vscode' }))).filter(({ attributes }) =>
      attributes.has('data-id'),
    );
    const [map] = maps;
    if (!map) throw new Error('there is no map');
    expect(items).toHaveLength(map.services.length + map.files.length + map.mounts.length);
    for (const { attributes } of items) {
      expect(attributes.get('role')).toBe('button');
      expect(attributes.get('aria-label')).toMatch(/^(Service|File|Mount:|Not mounted:) /);
    }
    expect(new Set(items.map(({ attributes }) => attributes.get('data-id'))).size).toBe(items.length);
  });
});

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** `size` services, each with keys of its own, every fourth with one that all those share. */
function large(size: number): StackMap {
  const base = fc.sample(anyMap(fc.constant('x'), 1), { numRuns: 1, seed: 1 })[0] as StackMap;
  const [service] = base.services;
  const [file] = base.files;
  if (!service || !file) throw new Error('there is nothing to copy');
  const services = Array.from({ length: size }, (_, i) => ({
    ...service,
    id: `s${i}`,
    name: `service-${i}`,
  }));
  const files = Array.from({ length: size + 1 }, (_, i) => ({
    ...file,
    id: `f${i}`,
    label: `./keys/${i}.pem`,
  }));
  const mount = (id: string, from: number, to: number) =>
    ({
      id,
      service: `s${from}`,
      file: `f${to}`,
      kind: 'private-key',
      title: 'TLS private key',
      target: '/k',
      readOnly: true,
      mounted: true,
      misplaced: false,
      state: 'good',
      findings: [],
      note: undefined,
      place: undefined,
    }) as const;
  const sharing = services.map((_, i) => i).filter((i) => i % 4 === 0);
  return {
    ...base,
    services,
    files,
    mounts: [
      ...services.map((_, i) => mount(`m${i}`, i, size - 1 - i)),
      ...sharing.map((from, i) => mount(`m${size + i}`, from, size)),
    ],
    shared: sharing.length > 1 ? [{ files: [`f${size}`], services: sharing.map((i) => `s${i}`) }] : [],
  };
}

describe('the layout', () => {
  it.each([1, 2, 7, 50, 200])('of %i services overlaps nowhere and stays inside', (size) => {
    const layout = layoutOf(modelOf([large(size), large(2)]).sections);
    const boxes = layout.sections.flatMap(({ services, files }) =>
      [...services, ...files].map(({ at }) => at),
    );
    expect(boxes).toHaveLength(2 * size + 1 + 5);
    boxes.forEach((a, index) => {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
      expect(boxes.slice(index + 1).filter((b) => overlap(a, b))).toEqual([]);
    });
  });

  it('keeps the files of a shared key within their frame, and others out of it', () => {
    fc.assert(
      fc.property(anyMap(fc.constant('x'), 8), (map) => {
        for (const { frames, files, services } of layoutOf(modelOf([map]).sections).sections) {
          for (const { item, at } of frames) {
            for (const file of files) expect(overlap(at, file.at)).toBe(item.files.includes(file.item.id));
            for (const service of services) expect(overlap(at, service.at)).toBe(false);
          }
        }
      }),
    );
  });

  it('crosses no lines where they need not cross', () => {
    const [section] = layoutOf(
      modelOf([{ ...large(12), shared: [], mounts: large(12).mounts.slice(0, 12) }]).sections,
    ).sections;
    const edges = section?.edges ?? [];
    const crossings = edges.flatMap((a) => edges.filter((b) => a.from.y < b.from.y && a.to.y > b.to.y));
    expect(edges).toHaveLength(12);
    expect(crossings).toEqual([]);
  });
});

describe('a text that is too long', () => {
  it('keeps its beginning and its end', () => {
    const cut = shorten('./ssl/mender-api-gateway/certificates/of/this/year/cert.pem', 150, 13);
    expect(cut).toMatch(/^\.\/ssl.*….*cert\.pem$/);
    expect(textWidth(cut, 13)).toBeLessThanOrEqual(150);
  });

  it('always fits, and stays whole where it does', () => {
    fc.assert(
      fc.property(HOSTILE, fc.integer({ min: 30, max: 400 }), (text, width) => {
        const cut = shorten(text, width, 12);
        expect(textWidth(cut, 12)).toBeLessThanOrEqual(width);
        if (textWidth(text, 12) <= width) expect(cut).toBe(text);
      }),
    );
    expect(shorten('x'.repeat(1_000_000), 100, 12)).toMatch(/^x+…x+$/);
  });
});

describe('the drawing as Mermaid', () => {
  it('looks as it did', async () => {
    const model = modelOf(await mapsOf(await sharedHost()));
    await expect(steady(drawMermaid(model))).toMatchFileSnapshot('../golden/map/shared.mmd');
  });

  it.each([
    ['a"b', 'a#34;b'],
    ['%%{init}%%', '#37;#37;#123;init#125;#37;#37;'],
    ['<b>&amp;', '#60;b#62;#38;amp#59;'],
    ['`x`', '#96;x#96;'],
    ['#35;', '#35;35#59;'],
    ['Schlüssel 鍵', 'Schlüssel 鍵'],
    ['./keys/a_b.pem', './keys/a_b.pem'],
  ])('writes %s as text', (text, escaped) => {
    expect(escapeMermaid(text)).toBe(escaped);
  });

  it('has lines of its own making only, whatever names it holds', () => {
    const label = String.raw`"(?:[\p{L}\p{M}\p{N} ._/,()+=@·…’-]|#\d+;|<br/>)*"`;
    const node = String.raw`n\d_\w+`;
    const lines = new RegExp(
      String.raw`^(?:flowchart LR|\s*(?:${node}(?:\[${label}\]|\(${label}\)):::\w+|subgraph \w+\[${label}\]|end|${node} (?:-->|==>|-\.->)(?:\|${label}\|)? ${node}|class k?${node} (?:shared|absent)|linkStyle \d+ stroke:#\w+(?:,stroke-width:4px)?|classDef \w+ stroke:#\w+(?:,stroke-width:4px)?|classDef absent stroke-dasharray:5 4)|)$`,
      'u',
    );
    fc.assert(
      fc.property(fc.array(anyMap(HOSTILE, 3), { maxLength: 2 }), (maps) => {
        for (const line of drawMermaid(modelOf(maps)).split('\n')) expect(line).toMatch(lines);
      }),
    );
  });
});
