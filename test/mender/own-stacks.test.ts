/** Our own stacks: the release that is recognised, what each service needs and is given, and what is said of it. */
import { describe, expect, it } from 'vitest';
import { type CorpusStack, judgeCorpus, lineOf, ownStacks } from './corpus';

async function reportOf(stack: CorpusStack): Promise<string> {
  const { deployment, findings } = await judgeCorpus(stack);
  const requirements = deployment.services.flatMap(({ service, role, states }) => [
    `${service.name} (${role.id})`,
    ...states.map(({ target, how, hostFile }) => `  ${target}: ${how}${hostFile ? ` ${hostFile}` : ''}`),
  ]);
  const problems = deployment.stack.problems.map(({ message }) => message);
  return [
    deployment.recognition.title,
    '',
    ...requirements,
    '',
    ...(findings.length + problems.length > 0
      ? [...problems, ...findings.map(lineOf).sort()]
      : ['no finding']),
    '',
  ].join('\n');
}

describe('our own stack', () => {
  it.each(ownStacks.map((stack) => [`${stack.release} ${stack.name}`, stack] as const))(
    '%s is read as before',
    async (name, stack) => {
      await expect(await reportOf(stack)).toMatchFileSnapshot(
        `../golden/stacks/${name.replaceAll(' ', '-')}.txt`,
      );
    },
  );

  it('there is one for each way that releases want their files', async () => {
    const layouts = new Set<string>();
    for (const stack of ownStacks) layouts.add((await judgeCorpus(stack)).deployment.layout.id);
    expect([...layouts].sort()).toMatchInlineSnapshot(`
      [
        "nginx-1.0",
        "server-4.0",
        "traefik-2.7",
        "traefik-3.0",
        "traefik-3.1",
        "traefik-3.2",
        "traefik-3.3",
        "traefik-3.4",
        "traefik-3.5",
        "traefik-3.7",
        "traefik-3.8",
      ]
    `);
  });
});
