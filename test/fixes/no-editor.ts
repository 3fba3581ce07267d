/** The verbs of an editor for façades in tests that have nothing to say to one. */
import type { EditorMethods } from '../../server/src/language-service/api/index';

export const noEditor: EditorMethods = {
  describe: async () => undefined,
  complete: async () => [],
  lenses: async () => [],
  lensFix: async () => undefined,
  hints: async () => [],
  links: async () => [],
  definition: async () => undefined,
  references: async () => [],
  outline: async () => [],
};
