/** A root certificate that isn't at hand is asked for, and what clients refuse is taken in only by somebody who insists. */
import { describe, expect, test } from 'vitest';
import { DONE, plan, play, refused } from './task-play';

const wanting = { ...plan, rootWanted: 'Corp Root' };

describe('a root certificate', () => {
  test('is asked for where the plan could do more with it', async () => {
    const replies = [['/p/signed.pem'], { type: 'Select' }, ['/p/root.pem'], 'go'] as const;
    const { log, planned, run } = play('import', replies, {}, [wanting, plan]);
    await run();
    expect(log.slice(1)).toEqual([
      'pick 2/3 < Select the root certificate…',
      'files 2/3 < certificate',
      'confirm 3/3 <',
      DONE,
    ]);
    expect(planned.map((task) => task && 'root' in task && task.root)).toEqual([undefined, '/p/root.pem']);
  });

  test('is asked for once, and goes without', async () => {
    const { log, planned, run } = play('import', [['/p/signed.pem'], { type: 'Continue' }, 'go'], {}, [
      wanting,
      wanting,
    ]);
    await run();
    expect(log.at(-1)).toBe(DONE);
    expect(planned.at(-1)).toMatchObject({ root: undefined });
  });

  test('is needed for a bundle', async () => {
    const asks = refused('The root is not at hand.', { rootNeeded: true });
    const { log, planned, run } = play('bundle', ['go', ['/p/root.pem'], 'go'], {}, [asks, plan]);
    await run();
    expect(log[0]).toBe('anyway? The root is not at hand. [Select the root certificate…]');
    expect(planned.at(-1)).toMatchObject({ kind: 'bundle', root: '/p/root.pem' });
    const not = play('bundle', ['cancel'], {}, [asks]);
    await not.run();
    expect(not.planned).toHaveLength(1);
  });
});

test('a certificate that clients refuse is imported only where somebody insists', async () => {
  const bad = refused('Clients refuse it.', { anyway: true });
  const { log, planned, run } = play('import', [['/p/signed.pem'], 'go', 'go'], {}, [bad, plan]);
  await run();
  expect(log).toContain('anyway? Clients refuse it. [Import Anyway]');
  expect(planned.at(-1)).toMatchObject({ anyway: true });
});
