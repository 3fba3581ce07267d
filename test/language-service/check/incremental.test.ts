/**
 * A service that reads only what an edit touched answers as one that reads everything. `npm run equality` makes many
 * more edits; `EQUALITY_SEED` and `EQUALITY_EDITS` choose them.
 */
import { describe, expect, it } from 'vitest';
import { compareAnswers, compareReadings } from '../equality';
import { generatedProjects, longProject, releaseProjects, shortProjects } from '../equality-projects';

const seed = Number(process.env.EQUALITY_SEED ?? Math.floor(Math.random() * 2 ** 31));
const edits = Number(process.env.EQUALITY_EDITS ?? 600);

describe('what is read after edits is what is read of the whole file', () => {
  const count = edits * 2;
  it(
    `over ${count} edits, seed ${seed}`,
    () => {
      const projects = [
        ...shortProjects(),
        longProject(),
        ...generatedProjects(seed, 10),
        ...releaseProjects(),
      ];
      const outcome = compareReadings(projects, { edits: count, seed });
      console.log(
        `readings: ${outcome.edits} edits, ${outcome.differences.length} differences (seed ${seed})`,
      );
      expect(outcome.differences.join('\n')).toBe('');
    },
    120_000 + edits * 100,
  );
});

describe('answers after edits are those of a service that is new', () => {
  const generated = [longProject(), ...generatedProjects(seed, Math.max(10, edits / 100))];
  // Two in three edits are of the short ones.
  const short = shortProjects();
  const projects = [
    ...generated,
    ...generated.flatMap((_, i) => [0, 1].map((j) => short[(2 * i + j) % short.length] ?? longProject())),
  ];
  // Mender's files are long, and few edits of them take as long as many others.
  const parts = [
    { name: 'generated files', projects, edits: Math.ceil(edits * 0.95) },
    { name: 'stacks of releases', projects: releaseProjects(), edits: Math.floor(edits * 0.05) },
  ];
  for (const part of parts) {
    it(
      `over ${part.edits} edits of ${part.name}, seed ${seed}`,
      async () => {
        const outcome = await compareAnswers(part.projects, { edits: part.edits, seed });
        console.log(
          `${part.name}: ${outcome.edits} edits, ${outcome.compared} answers compared, ${outcome.differences.length} differences (seed ${seed})`,
        );
        expect(outcome.differences.join('\n')).toBe('');
        expect(outcome.edits).toBe(part.edits);
      },
      120_000 + edits * 200,
    );
  }
});
