/** Which files are of concern: by their names, and by a quick look at their text. */
import { roles } from '../../mender/releases/index';
import type { Analysis } from './run-rules';

const CONVENTIONAL = /^(docker-)?compose([.-].*)?\.ya?ml$/i;

/** True for the names that Compose itself looks for, and their overlays. */
export function hasComposeName(file: string): boolean {
  return CONVENTIONAL.test(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
}

/** True for names of `.env` files: they hold variables of compose files, and are none themselves. */
export function hasEnvName(file: string): boolean {
  return /(^|[\\/])\.env[^\\/]*$|\.env$/i.test(file) && !/\.ya?ml$/i.test(file);
}

/** A quick look that spares other YAML files the parse: no word of Mender, no Mender service. */
export function mightBeMender(text: string): boolean {
  const words = ['mender', ...roles.flatMap((role) => role.commonNames)];
  const lower = text.toLowerCase();
  return words.some((word) => lower.includes(word));
}

/**
 * Whether problems of a stack without a recognised Mender service are told: not those of other software's files.
 * A file that can't be read can't be told from Mender's, so its name decides.
 */
export function isRelevant(file: string, text: string, { deployment }: Analysis, isOpen: boolean): boolean {
  if (deployment.isMender) return true;
  if (deployment.stack.services.size > 0) return mightBeMender(text);
  return !isOpen || hasComposeName(file) || mightBeMender(text);
}
