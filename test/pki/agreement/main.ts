/**
 * Not a test: what `npm run agreement` runs. `node <bundle> [--pairs N] [--chains N] [--seed N] [--judges DIR]`; exit code 1
 * on differences. The same seed makes the same choices, with other keys. The judges are Go sources, asked as well where a Go
 * is installed.
 */
import { parseArgs } from 'node:util';
import { agree } from './agree';
import { compareTokenKeys, compareWithGo, goVersion } from './ask-go';
import type { Tally } from './compare';
import { agreeOnChains, compareChainsWithGo } from './compare-chains';
import { oddKeys } from './odd-keys';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { pairs: text, chains: text, seed: text, judges: text } });
const pairs = Number(values.pairs ?? 320);
const chains = Number(values.chains ?? 600);
const seed = Number(values.seed ?? 1);

function report(title: string, tally: Tally): void {
  const counted = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([what, count]) => `    ${String(count).padStart(5)}  ${what}`).join('\n');
  console.log(title);
  console.log(`  files        ${tally.files}`);
  console.log(`  comparisons  ${tally.comparisons}`);
  console.log(`  differences  ${tally.differences.length}`);
  if (tally.deliberate.size > 0) console.log(`  on purpose:\n${counted(tally.deliberate)}`);
  if (tally.untold.size > 0) console.log(`  left open:\n${counted(tally.untold)}`);
  for (const difference of tally.differences) console.error(difference);
  if (tally.differences.length > 0) process.exitCode = 1;
}

console.log(`${pairs} pairs of certificate and key, seed ${seed}`);
const { tally, cases } = await agree({ pairs, seed, large: true });
report('agreement with openssl', tally);
const { openssl, accepted, cases: chainCases } = await agreeOnChains(chains, seed);
const counted = [...accepted].map(([verifier, count]) => `${count} by ${verifier}`).join(', ');
report(`${chains} chains against openssl verify, plain and strict (accepted: ${counted})`, openssl);
const { judges } = values;
const version = judges === undefined ? undefined : await goVersion();
if (judges === undefined || version === undefined) console.log('Go is not installed, and was not asked');
else {
  report(`agreement with ${version}`, await compareWithGo(cases, `${judges}/judge.go`));
  report(
    `RSA keys as Go 1.23 and ${version} load them`,
    await compareTokenKeys(await oddKeys(seed), `${judges}/judge.go`),
  );
  const byGo = await compareChainsWithGo(chainCases, `${judges}/judge-chains.go`);
  report(`${chains} chains against Go's Verify (accepted: ${byGo.accepted})`, byGo.tally);
}
