import type { Format } from './format';
import { json } from './json';
import { text } from './text';

/** All output formats by name. */
export const FORMATS = { text, json } satisfies Record<string, Format>;
