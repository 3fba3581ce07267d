/** The drawing room from outside: a bundle of its own, loaded when something is drawn. */
export { drawMermaid } from './mermaid';
export { type MapModel, modelOf, type Section } from './model';
export { drawSvg } from './svg';
export { styleSheet } from './theme';
