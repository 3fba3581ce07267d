/** `--root` and `--anyway`, and the question for a root certificate on a terminal. */
import { describe, expect, it } from 'vitest';
import { memoryHost } from '../../platform/memory-host';
import { FILE, making, plan, runTask, target } from './task-script';

const files = {
  [FILE]: 'mender\n',
  '/project/leaf.pem': 'x',
  '/project/root.pem': 'x',
  '/project/key.pem': 'x',
};
const IMPORT = ['import', 'leaf.pem', '--no-color'];
const SIGN = ['sign', '--ca-cert', 'leaf.pem', '--ca-key', 'key.pem', '--no-color'];
const done = making('/project/new.pem', 'certificate', 'gateway');
const targets = [target('gateway')];

describe('a root certificate', () => {
  it.each([
    [IMPORT, (root: unknown) => ({ root })],
    [['bundle', '--no-color'], (root: unknown) => ({ root })],
    [SIGN, (root: unknown) => ({ authority: { root } })],
  ])('is given by an option, or typed where a plan could do more with it: %j', async (args, holding) => {
    const answer = (task: object) =>
      plan({ ...done, ...(JSON.stringify(task).includes('root.pem') ? {} : { rootWanted: 'Corp' }) });
    const script = { targets, answer };
    const given = await runTask([...args, '--root', 'root.pem', '--dry-run'], {
      ...script,
      host: memoryHost({ files }),
    });
    expect(given.tasks.at(-1)).toMatchObject(holding('/project/root.pem'));
    const typed = await runTask(args, {
      ...script,
      host: memoryHost({ files }),
      isTTY: true,
      input: 'none.pem\nroot.pem\nn\n',
    });
    expect(typed.err).toContain('File with the root certificate of Corp (leave empty to continue without): ');
    expect(typed.err).toContain('none.pem is not a file.');
    expect(typed.tasks.at(-1)).toMatchObject(holding('/project/root.pem'));
    const without = await runTask(args, {
      ...script,
      host: memoryHost({ files }),
      isTTY: true,
      input: '\nn\n',
    });
    expect(JSON.stringify(without.tasks)).not.toContain('root.pem');
  });

  it('that is missing is told by its option, as is what can be done all the same', async () => {
    const needs = { kind: 'refused', message: 'The root is not at hand.', rootNeeded: true } as const;
    const { code, err } = await runTask(['bundle', '--yes'], { targets, answer: () => needs });
    expect([code, err]).toEqual([2, expect.stringContaining('not at hand. Pass it with --root FILE.')]);
    const bad = { kind: 'refused', message: 'Clients refuse it.', anyway: true } as const;
    const host = memoryHost({ files });
    const refused = await runTask([...IMPORT, '--yes'], { targets, host, answer: () => bad });
    expect(refused.err).toContain('Clients refuse it. Pass --anyway to import it anyway.');
    const insists = await runTask([...IMPORT, '--anyway', '--dry-run'], {
      targets,
      host,
      answer: () => plan(done),
    });
    expect(insists.tasks.at(-1)).toMatchObject({ anyway: true });
    const none = await runTask([...IMPORT, '--root', 'none.pem', '--yes'], { targets, host });
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('none.pem')]);
  });
});
