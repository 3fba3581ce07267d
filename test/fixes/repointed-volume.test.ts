/** Where a named volume is written in the long form, a new file's entry is a bind mount: Compose refuses a path there. */
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { daysAfter, makeCertificates } from '../rules/made-certificates';
import { edited, FILE } from '../rules/marked';

it('a certificate on a named volume is replaced by an entry of its own', async () => {
  const text = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    volumes:
      - type: volume
        source: tls
        target: /var/www/mendersoftware/cert/cert.crt
        read_only: true
      - ./tls/private.key:/var/www/mendersoftware/cert/private.key:ro
volumes:
  tls:
    driver_opts:
      type: none
      o: bind
      device: ./tls/cert.crt
`;
  const made = await makeCertificates();
  const authority = { certificate: '/project/root.crt', key: '/project/root.key' };
  const files = {
    [FILE]: text,
    [authority.certificate]: made.files['root.crt'] ?? '',
    [authority.key]: made.files['root.key'] ?? '',
  };
  const service = createLanguageService(memoryHost({ files, now: daysAfter(made, 1) }));
  const task = { kind: 'sign', service: 'mender-api-gateway', authority, newKey: true } as const;
  const answer = await service.planTask(FILE, task);
  if (answer.kind !== 'plan') throw new Error(answer.message);
  const after = edited(text, answer.plan);
  expect(after).not.toContain('type: volume');
  expect(after).toMatch(/- \S+:\/var\/www\/mendersoftware\/cert\/cert\.crt:ro\n/);
});
