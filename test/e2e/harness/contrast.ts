// Whether the texts of a drawing can be told from what lies under them.

/** The little of the browser that is used here. */
interface Shape {
  readonly textContent: string | null;
  readonly ownerSVGElement: { querySelectorAll(selector: string): Iterable<Shape> } | null;
  getBoundingClientRect(): { left: number; right: number; top: number; bottom: number };
  compareDocumentPosition(other: Shape): number;
}

/**
 * Runs in the window. Texts whose contrast with the boxes under them is below a ratio, as WCAG counts it, each with it.
 * @param texts `text` elements of one `svg` whose boxes are `rect` elements
 */
export function tooFaint(texts: readonly unknown[], least: number): string[] {
  const page = globalThis as unknown as { getComputedStyle(shape: Shape): { fill: string } };
  const FOLLOWING = 4;

  function colour(shape: Shape): { rgb: number[]; alpha: number } | undefined {
    const [r, g, b, alpha = 1] = (page.getComputedStyle(shape).fill.match(/[\d.]+/g) ?? []).map(Number);
    if (r === undefined || g === undefined || b === undefined) return undefined;
    return { rgb: [r, g, b], alpha };
  }

  function under(text: Shape): number[] {
    const box = text.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    let seen = [255, 255, 255];
    for (const rect of text.ownerSVGElement?.querySelectorAll(':scope rect:not(clipPath rect)') ?? []) {
      const area = rect.getBoundingClientRect();
      const inside = area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
      const fill = colour(rect);
      if (!inside || !fill || !(rect.compareDocumentPosition(text) & FOLLOWING)) continue;
      seen = seen.map((value, index) => value * (1 - fill.alpha) + (fill.rgb[index] ?? 0) * fill.alpha);
    }
    return seen;
  }

  function luminance(rgb: readonly number[]): number {
    const [r = 0, g = 0, b = 0] = rgb
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  return (texts as readonly Shape[]).flatMap((text) => {
    const fill = colour(text);
    if (!fill) return [];
    const [light = 0, dark = 0] = [luminance(fill.rgb), luminance(under(text))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    return ratio < least ? [`${text.textContent}: ${ratio.toFixed(1)}`] : [];
  });
}
