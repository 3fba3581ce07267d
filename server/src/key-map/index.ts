/** The drawing room from outside: a bundle of its own, loaded when something is drawn. */
export { drawMermaid } from './mermaid/mermaid';
export { type MapModel, modelOf, type Section } from './model/model';
export { drawSvg } from './svg/svg';
export { styleSheet } from './svg/theme';
