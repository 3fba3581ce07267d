/** How long single calls of the façade take: one input asks many things, and each has to be answered in time. */
import type { LanguageService } from '../../server/src/language-service/api/index';

/** The longest call since it was last set to 0, in milliseconds. */
export const stopwatch = { longest: 0 };

/** The same service, each of its calls timed. */
export function timed(service: LanguageService): LanguageService {
  return new Proxy(service, {
    get(target, name) {
      const member = target[name as keyof LanguageService];
      return async (...given: never[]) => {
        const start = performance.now();
        try {
          return await (member as (...all: never[]) => unknown)(...given);
        } finally {
          stopwatch.longest = Math.max(stopwatch.longest, performance.now() - start);
        }
      };
    },
  });
}
