/** Not a test: what `npm run agreement` runs. `node <bundle> [--pairs N] [--seed N]`; exit code 1 on differences. */
import { parseArgs } from 'node:util';
import { agree } from './agree';

const { values } = parseArgs({ options: { pairs: { type: 'string' }, seed: { type: 'string' } } });
const pairs = Number(values.pairs ?? 320);
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000);

const counted = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([what, count]) => `    ${String(count).padStart(5)}  ${what}`).join('\n');

console.log(`agreement with openssl: ${pairs} pairs of certificate and key, seed ${seed}`);
const tally = await agree({ pairs, seed, large: true });
console.log(`  files        ${tally.files}`);
console.log(`  comparisons  ${tally.comparisons}`);
console.log(`  differences  ${tally.differences.length}`);
if (tally.deliberate.size > 0) console.log(`  on purpose:\n${counted(tally.deliberate)}`);
if (tally.untold.size > 0) console.log(`  left open:\n${counted(tally.untold)}`);
for (const difference of tally.differences) console.error(difference);
process.exitCode = tally.differences.length > 0 ? 1 : 0;
