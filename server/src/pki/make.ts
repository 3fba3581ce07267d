/** What changes the disk or works with private keys, in one module that is loaded only when it is needed. */
export { factsOfConverted, orTrouble } from './existing-key';
export { make } from './generate';
export { setModes } from './modes';
export { recoverRuns } from './run';
export { trySigning } from './trial';
