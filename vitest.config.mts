import { defineConfig } from 'vitest/config';

// Two projects: `fast` needs nothing but Node and openssl; `e2e` drives a real VS Code in Chromium and so runs
// one file at a time, with limits that fit a cold start.
export default defineConfig({
  test: {
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
