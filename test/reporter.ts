/** Says at the end of a run which tests were skipped for want of `../shared`. */
import type { Reporter, TestModule } from 'vitest/node';

const NEEDS = /\(needs \.\.\/shared: ([^)]+)\)/;

export default class SharedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const what = NEEDS.exec(test.fullName)?.[1];
        if (what !== undefined) counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }
    if (counts.size === 0) return;
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...counts].map(([what, count]) => `${what} (${count})`).join(', ');
    console.log(`${total} tests need ../shared, which isn't here: ${reasons}.`);
  }
}
