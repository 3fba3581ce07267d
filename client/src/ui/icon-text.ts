/** Text behind an icon, as VS Code writes both. Pure, so that it can be tested without VS Code. */
import { label } from '../../../server/src/text/harmless';

/** Made here alone: in it only our own icons are icons. */
export type IconText = string & { readonly __harmless: true };

/** An icon of VS Code's by its name, and a text, which may come from files. */
export function iconText(icon: string, text: string): IconText {
  return `$(${icon}) ${label(text)}` as IconText;
}

/** Several, one after the other. */
export function joined(...parts: readonly IconText[]): IconText {
  return parts.join(' ') as IconText;
}
