/** The drawing from outside: a bundle of its own, loaded when something is drawn. */
export { drawMermaid } from './mermaid/mermaid';
export { modelOf } from './model/model';
export type { MapModel, Section } from './model/types';
export { drawSvg } from './svg/svg';
export { styleSheet } from './svg/theme';
