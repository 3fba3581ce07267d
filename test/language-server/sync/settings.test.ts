import { afterEach, describe, expect, test, vi } from 'vitest';
import { ConfigurationRequest } from 'vscode-languageserver/node';
import { readExpiresSoonDays, readRules } from '../../../server/src/language-server/sync/parse-settings';
import { listRules } from '../../../server/src/language-service/info/rules';
import { type FakeService, fakeService } from '../fake-service';
import { connect, type Wire, type WireOptions } from '../wire';

let wire: Wire | undefined;
let service: FakeService;

async function start(options?: WireOptions): Promise<Wire> {
  service = fakeService();
  wire = await connect(service, options);
  return wire;
}

afterEach(() => {
  wire?.close();
  wire = undefined;
});

const off = { rules: { 'missing-certificate-mount': 'off' } };
const error = { rules: { 'missing-certificate-mount': 'error' } };
const hint = { rules: { 'missing-certificate-mount': 'hint' } };
const severities = (w: Wire, index: number) => w.published[index]?.diagnostics.map((d) => d.severity);

describe('the settings', () => {
  test('of initializationOptions hold from the first diagnostics on', async () => {
    const w = await start({ initializationOptions: { prompts: true, settings: hint }, configuration: hint });
    await w.open('BAD');
    await w.publication(() => true);
    expect(severities(w, 0)).toEqual([4]);
  });

  test('are asked for, and asked for again when they change', async () => {
    const w = await start({ configuration: hint });
    await w.open('BAD');
    await w.publication((p) => p.diagnostics[0]?.severity === 4);
    w.configuration = off;
    const before = w.published.length;
    await w.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    expect((await w.publication(() => true, before)).diagnostics).toEqual([]);
  });

  test('of the last question hold, whichever answer comes last', async () => {
    const w = await start({ configuration: hint });
    await vi.waitFor(() => expect(service.settings.at(-1)?.rules).toEqual(hint.rules));
    const answers: ((sections: unknown[]) => void)[] = [];
    w.client.onRequest(
      ConfigurationRequest.type,
      () => new Promise<unknown[]>((resolve) => answers.push(resolve)),
    );
    for (const asked of [1, 2]) {
      await w.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await vi.waitFor(() => expect(answers).toHaveLength(asked));
    }
    answers[1]?.([error]);
    await vi.waitFor(() => expect(service.settings.at(-1)?.rules).toEqual(error.rules));
    answers[0]?.([off]);
    // What is sent after an answer is handled after it.
    const before = w.published.length;
    await w.open('BAD');
    await w.publication(() => true, before);
    expect(service.settings.at(-1)?.rules).toEqual(error.rules);
  });

  test('come with the notification for a client that cannot be asked', async () => {
    const w = await start({ capabilities: {} });
    await w.open('BAD');
    await w.publication(() => true);
    await w.client.sendNotification('workspace/didChangeConfiguration', { settings: { mender: hint } });
    await w.publication((p) => p.diagnostics[0]?.severity === 4);
  });

  test('that change nothing cause no new check', async () => {
    const w = await start({ capabilities: {}, initializationOptions: { settings: hint } });
    await w.open('BAD');
    await w.publication(() => true);
    await w.client.sendNotification('workspace/didChangeConfiguration', { settings: hint });
    await w.open('BAD', 1, 'file:///project/other.yml');
    await w.publication((p) => p.uri.endsWith('other.yml'));
    expect(w.published).toHaveLength(2);
  });

  test('that are wrong are named in one message of the log, and the others hold', async () => {
    const rules = {
      'no-such-rule': 'error',
      'missing-certificate-mount': 'hint',
      'shared-token-key': 'fatal',
    };
    const w = await start({ capabilities: {}, initializationOptions: { settings: { rules } } });
    await w.open('BAD');
    await w.publication(() => true);
    expect(severities(w, 0)).toEqual([4]);
    expect(w.logged).toEqual([
      'Ignored in the setting mender.rules: no-such-rule (no such rule); shared-token-key: "fatal" (use error, warning, information, hint, off).',
    ]);
  });

  test.each([[undefined], [null], [3], ['x'], [{}], [{ mender: null }], [{ rules: null }]])(
    'of %j change nothing and are no reason to complain',
    (value) => {
      expect(readRules(value, listRules())).toEqual({ rules: {}, complaint: undefined });
    },
  );

  test('expiresSoonDays reaches the façade, and what is not a number of days is complained of', async () => {
    const w = await start({ capabilities: {}, initializationOptions: { settings: { expiresSoonDays: 7 } } });
    expect(service.settings.at(-1)?.expiresSoonDays).toBe(7);
    await w.client.sendNotification('workspace/didChangeConfiguration', {
      settings: { mender: { expiresSoonDays: 'a week' } },
    });
    await vi.waitFor(() => expect(service.settings.at(-1)?.expiresSoonDays).toBeUndefined());
    await vi.waitFor(() => expect(w.logged.join()).toContain('"a week" is not a number of days'));
    expect(readExpiresSoonDays({ expiresSoonDays: 0 })).toEqual({
      expiresSoonDays: 0,
      complaint: undefined,
    });
    expect(readExpiresSoonDays({ expiresSoonDays: -1 }).complaint).toContain('mender.expiresSoonDays');
    expect(readExpiresSoonDays({})).toEqual({ expiresSoonDays: undefined, complaint: undefined });
  });

  test('rules that are no object are complained of', () => {
    expect(readRules({ rules: ['x'] }, listRules()).complaint).toContain('must be an object');
  });

  test('cannot name what every object has', () => {
    const { rules, complaint } = readRules(
      JSON.parse('{"rules":{"__proto__":"off","toString":"off"}}'),
      listRules(),
    );
    expect(rules).toEqual({});
    expect(complaint).toContain('toString');
  });
});

describe('trust', () => {
  test('is told to the façade from the start, and when it changes everything is checked again', async () => {
    const w = await start({ initializationOptions: { prompts: true, trusted: false } });
    await w.open('BAD');
    await w.publication(() => true);
    expect(service.settings.at(-1)?.trusted).toBe(false);
    const before = service.checks.length;
    await w.client.sendNotification('mender/trust', { trusted: true });
    await vi.waitFor(() => expect(service.checks.length).toBeGreaterThan(before));
    expect(service.settings.at(-1)?.trusted).toBe(true);
  });

  test('tells nothing anew where the findings stay as they are: that would close a menu of fixes', async () => {
    const w = await start({ initializationOptions: { prompts: true, trusted: false } });
    await w.open('BAD');
    await w.publication(() => true);
    const before = service.checks.length;
    await w.client.sendNotification('mender/trust', { trusted: true });
    await vi.waitFor(() => expect(service.checks.length).toBeGreaterThan(before));
    await w.change('BAD BAD', 2);
    // The second publication is that of the change, not one of the check between.
    expect(await w.publication(() => true, 1)).toMatchObject({ version: 2 });
  });

  test('is assumed where the editor does not know it', async () => {
    await start({ initializationOptions: undefined });
    expect(service.settings.at(-1)?.trusted).toBe(true);
  });
});
