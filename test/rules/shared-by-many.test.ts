/** A key that hundreds of services use: what is said of each is what is said of two, cut to what can be read. */
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { FILE, MOUNTS_ONLY } from './marked';

const COUNT = 300;
const name = (index: number) => `mender-useradm-${index}`;
const service = (index: number) =>
  `  ${name(index)}:\n    image: mendersoftware/useradm:mender-3.7.0\n    volumes:\n      - ./keys/one.pem:/etc/useradm/rsa/private.pem:ro\n`;

it('is found in each of them, with the others in order', async () => {
  const editor = createLanguageService(memoryHost({}));
  editor.configure(MOUNTS_ONLY);
  const indexes = [...Array(COUNT).keys()];
  editor.open(FILE, `services:\n${indexes.map(service).join('')}`, 1);
  const answer = await editor.check(FILE);
  const findings = answer && 'findings' in answer ? answer.findings : [];
  expect(findings.map(({ code }) => code)).toEqual(Array(COUNT).fill('shared-token-key'));
  for (const [index, { message, related }] of findings.entries()) {
    const others = indexes.filter((each) => each !== index).map(name);
    const whole = `Token signing key of ${name(index)} is shared with ${others.join(' and ')}: whoever gets it from one of them can forge the tokens of all. Give each service its own key.`;
    expect(message).toBe(`${whole.slice(0, 700)} … ${whole.slice(-250)}`);
    expect(related.map((each) => each.message)).toEqual(
      others.slice(0, 50).map((each) => `${each} uses the same key.`),
    );
  }
  const lenses = await editor.lenses(FILE);
  expect(new Set(lenses.map(({ title }) => title))).toEqual(
    new Set([`Token key: shared with ${COUNT - 1} services`]),
  );
});
