/** A certificate that a service trusts is drawn by its dates like one that is served, in every way to draw it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { drawMermaid } from '../../server/src/key-map/mermaid/mermaid';
import { modelOf } from '../../server/src/key-map/model/model';
import { drawSvg } from '../../server/src/key-map/svg/svg';
import { MAP_METHOD, type MapAnswer } from '../../server/src/language-server/protocol/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { connect } from '../language-server/wire';
import type { MemoryHost } from '../platform/memory-host';
import { mapsOf } from './stacks';
import { moveOn, TRUSTED_TEXT, trustedHost } from './trusted';

const SUPPRESSED = TRUSTED_TEXT.replace(
  '      - ./trusted.crt',
  '      # mender-ignore-next-line certificate-expires-soon\n      - ./trusted.crt',
);

let host: MemoryHost;
beforeAll(async () => {
  host = await trustedHost();
});

/** The trusted copy, its mount and its service. */
async function trusted(days: number, settings: object = {}, on = host) {
  moveOn(on, days);
  const [map] = await mapsOf(on, settings);
  const mount = map?.mounts.find(({ kind }) => kind === 'trusted-certificate');
  const file = map?.files.find(({ id }) => id === mount?.file);
  const service = map?.services.find(({ id }) => id === mount?.service);
  return { states: [file?.state, mount?.state, service?.state], note: mount?.note, map };
}

describe('a trusted copy of a certificate', () => {
  it('is fine as long as the certificate is, warns near its end, and is an error after it', async () => {
    expect(await trusted(10)).toMatchObject({ states: ['good', 'good', 'good'], note: undefined });
    expect(await trusted(90)).toMatchObject({
      states: ['warning', 'warning', 'warning'],
      note: expect.stringMatching(/^The trusted certificate has \d+ days left\.$/),
    });
    expect(await trusted(200)).toMatchObject({
      states: ['error', 'error', 'error'],
      note: expect.stringMatching(/^The trusted certificate expired on 2025-04-\d\d\.$/),
    });
    expect(await trusted(-3)).toMatchObject({
      states: ['error', 'error', 'error'],
      note: expect.stringMatching(/^The trusted certificate is not valid before 2025-01-\d\d\.$/),
    });
  });

  it('goes by the days, the severities and the comments of the user, and adds no finding', async () => {
    expect((await trusted(50, { expiresSoonDays: 60 })).states[0]).toBe('warning');
    const rules = { 'certificate-expires-soon': 'off', 'certificate-expired': 'information' };
    expect((await trusted(90, { rules })).states[0]).toBe('good');
    expect((await trusted(200, { rules })).states[0]).toBe('information');
    expect((await trusted(90, {}, await trustedHost(SUPPRESSED))).states[0]).toBe('good');
    const { map } = await trusted(90);
    const codes = [...(map?.mounts ?? []), ...(map?.services ?? [])].flatMap(({ findings }) =>
      findings.map(({ code }) => code),
    );
    expect(codes.filter((code) => code.startsWith('certificate-'))).toEqual(['certificate-expires-soon']);
  });

  it('leaves the key in the same file as the served certificate alone', async () => {
    const text = TRUSTED_TEXT.replace('./storage.key:', './storage.crt:');
    const both = await trustedHost(text);
    both.put('/p/storage.crt', `${both.text('/p/storage.crt')}${both.text('/p/storage.key')}`, 0o600);
    const { map } = await trusted(90, {}, both);
    const states = map?.mounts.map(({ kind, state, note }) => [kind, state, note !== undefined]);
    expect(states).toEqual([
      ['certificate', 'warning', false],
      ['private-key', 'good', false],
      ['trusted-certificate', 'warning', true],
    ]);
  });

  it('beside which the newer one stands that is served is fine', async () => {
    const both = await trustedHost(undefined, 80);
    both.put('/p/trusted.crt', `${host.text('/p/storage.crt')}${both.text('/p/storage.crt')}`);
    expect((await trusted(95, {}, both)).states[0]).toBe('good');
  });

  it('is told by every drawing', async () => {
    moveOn(host, 90);
    const model = modelOf(await mapsOf(host));
    const edge = model.sections[0]?.edges.find(({ tooltip }) => tooltip.includes('The trusted certificate'));
    expect(edge).toMatchObject({
      state: 'warning',
      label: expect.stringContaining('warning, The trusted certificate has'),
    });
    expect(drawSvg(model, { theme: 'vscode' })).toMatch(/The trusted certificate has \d+ days left/);
    // The certificate is another in every run.
    const steady = (text: string) =>
      text.replaceAll(/([0-9A-F]{2}(:|#58;)){5}[0-9A-F]{2}/g, 'AA:BB:CC:DD:EE:FF');
    await expect(steady(drawSvg(model, { theme: 'light' }))).toMatchFileSnapshot(
      '../golden/map/trusted-light.svg',
    );
    await expect(steady(drawMermaid(model))).toMatchFileSnapshot('../golden/map/trusted.mmd');
  });

  it('is told by the page and its table', async () => {
    moveOn(host, 90);
    const wire = await connect(createLanguageService(host));
    const answer = await wire.client.sendRequest<MapAnswer>(MAP_METHOD, {
      uri: 'file:///p/docker-compose.yml',
    });
    wire.close();
    const row = answer?.rows.find(({ file }) => file === './trusted.crt');
    expect(row).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/The trusted certificate has \d+ days left\./),
    });
    expect(answer?.svg).toContain('The trusted certificate has');
  });
});
