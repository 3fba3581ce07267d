import { defineConfig } from 'vitest/config';

// `fast` needs nothing but Node and openssl, and so does `whole`: some of the same tests, with files parsed as a whole
// at each change instead of block by block. `e2e` drives a real VS Code in Chromium and so runs one file at a time, with
// limits that fit a cold start.
export default defineConfig({
  test: {
    reporters: ['default', './test/reporter.ts'],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/package/**'],
          testTimeout: 60_000,
          // Hooks make keys, which takes a while on a busy machine.
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'whole',
          include: [
            'test/compose/discovery/*.test.ts',
            'test/compose/loader/{hostile,load-project}.test.ts',
            'test/language-service/check/{corpus,incremental,typing}.test.ts',
            'test/language-service/robust.test.ts',
            'test/rules/fixtures.test.ts',
          ],
          setupFiles: ['test/compose/document/without-blocks.ts'],
          env: { EQUALITY_EDITS: '40' },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // VS Code now and then starts without its folders, or drops a question: a test that fails is run once more, in
          // a new window, and the report says so.
          retry: 1,
        },
      },
    ],
  },
});
