// `npm test`: builds, gets VS Code and Chromium where they are missing, runs every test project, and ends with totals.
// Further arguments go to vitest: `npm test -- --project e2e`, `npm test -- -t 'light bulb'`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };

const wanted = given.flatMap((arg, i) =>
  arg === '--project'
    ? (given[i + 1] ?? [])
    : arg.startsWith('--project=')
      ? arg.slice('--project='.length)
      : [],
);
const every = wanted.length === 0 || wanted.some((name) => name.includes('*'));

await import('./build.mjs');
try {
  if (every || wanted.includes('e2e')) {
    // Both come over the network, perhaps from different places: at the same time.
    const [{ ensureVsCode }, { ensureChromium }] = await Promise.all([
      import('./vscode/code-server.mjs'),
      import('./vscode/chromium.mjs'),
    ]);
    await Promise.all([ensureVsCode(console.log), ensureChromium(console.log)]);
  }
  if (every || wanted.includes('e2e') || wanted.includes('package')) {
    // Once and for all tests: packaging builds anew, which must not happen below a running test.
    const { makeVsix } = await import('./vscode/extension.mjs');
    process.env.MENDER_COMPOSE_VSIX = await makeVsix(root);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // The fast tests can still be run; this counts as one failure.
  totals.failed += 1;
  if (every) given.push('--project', 'fast', '--project', 'whole');
}
await runVitest(given);

const noneRan = totals.passed + totals.failed === 0;
if (noneRan) console.error('No test ran.');
process.exitCode = totals.failed > 0 || noneRan ? 1 : 0;
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);

/**
 * Runs vitest, with its usual output, and adds its results to the totals.
 * @param {readonly string[]} args
 */
async function runVitest(args) {
  const temporary = mkdtempSync(join(tmpdir(), 'mender-compose-test-'));
  const report = join(temporary, 'report.json');
  const manifest = createRequire(import.meta.url).resolve('vitest/package.json');
  const cli = join(dirname(manifest), 'vitest.mjs');
  const reporters = [
    '--reporter=default',
    '--reporter=./test/reporter.ts',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  try {
    const child = spawn(process.execPath, [cli, 'run', ...reporters, ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    // Ctrl-C reaches vitest too, which cleans up; this process waits for it.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.on(signal, () => child.kill(signal));
    }
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    count(report, code);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} report the path of vitest's JSON report
 * @param {number | null} code vitest's exit code
 */
function count(report, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // It ended before it could report: a broken configuration, or a crash.
    totals.failed += 1;
    return;
  }
  totals.passed += results.numPassedTests;
  totals.failed += results.numFailedTests;
  totals.skipped += results.numPendingTests + results.numTodoTests;
  // A file that can't be loaded has no tests to fail.
  const broken = results.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  totals.failed += broken;
  // Errors outside of tests, such as a promise that nobody waited for.
  if (code !== 0 && results.numFailedTests + broken === 0 && results.numTotalTests > 0) totals.failed += 1;
}
