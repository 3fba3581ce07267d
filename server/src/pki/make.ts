/** What changes the disk, in one module that is loaded only when something is made. */
export { make } from './generate';
export { setModes } from './modes';
export { recoverRuns } from './run';
