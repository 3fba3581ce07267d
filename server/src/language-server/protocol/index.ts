/**
 * What our server understands beside LSP itself. Types and names only, so that the client can import it.
 * URIs are those of the client; lines and characters count from 0, characters in UTF-16 code units.
 */
export * from './key-map';
export * from './plans';
export * from './status';
export * from './workspace';
