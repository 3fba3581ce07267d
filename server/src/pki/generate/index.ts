/** What changes the disk or works with private keys, in one module that is loaded only when it is needed. */
export { factsOfConverted, orTrouble } from '../pem/load-private-key';
export { recoverRuns } from '../store/run';
export { setModes } from '../store/set-modes';
export { make } from './generate';
export { checkSigning } from './signing-check';
