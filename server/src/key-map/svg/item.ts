import { escapeXml } from '../model/text-width';

/** What can be pointed at. */
interface Item {
  readonly id: string;
  readonly label: string;
  readonly tooltip: string;
}

/** Opens the group of something that can be pointed at; where it is `interactive`, by keyboard too. */
export function openItem(className: string, item: Item, interactive: boolean, more = ''): string {
  const reach = interactive
    ? ` role="button" tabindex="-1" aria-label="${escapeXml(item.label)}" data-id="${item.id}"${more && ` ${more}`}`
    : '';
  return `<g class="${className}${interactive ? ' map-item' : ''}"${reach}><title>${escapeXml(item.tooltip)}</title>`;
}
