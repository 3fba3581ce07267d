import { bundle } from './bundle';
import { check } from './check';
import type { Command } from './command';
import { convert } from './convert';
import { csr } from './csr';
import { fix } from './fix';
import { generate } from './generate';
import { importCertificate } from './import';
import { lsp } from './lsp';
import { map } from './map';
import { renew } from './renew';
import { rotate } from './rotate';
import { sign } from './sign';
import { split } from './split';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  check,
  fix,
  generate,
  csr,
  importCertificate,
  sign,
  renew,
  rotate,
  split,
  convert,
  bundle,
  map,
  lsp,
];
