/** The page of the key map, before anything is drawn in it. */
import { describe, expect, test } from 'vitest';
import { pageHtml } from '../../../client/src/key-map/page-html';

const parts = {
  nonce: 'abc123',
  script: 'https://example.com/dist/map-page.js',
  source: 'https://example.com',
  uri: 'file:///p/docker-compose.yml',
  name: 'docker-compose.yml',
};

describe('the page of the key map', () => {
  test('runs one script, and loads nothing', () => {
    const html = pageHtml(parts);
    expect(html).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;nonce-abc123&#39;; script-src &#39;nonce-abc123&#39; https://example.com"`,
    );
    expect(html.match(/<script\b[^>]*>/g)).toEqual([
      '<script nonce="abc123" src="https://example.com/dist/map-page.js">',
    ]);
    for (const [tag] of html.matchAll(/<style\b[^>]*>/g)) expect(tag).toContain('nonce="abc123"');
    expect(html).not.toMatch(/\son\w+=|style="|@import|url\(/);
  });

  test('takes names as text', () => {
    const html = pageHtml({ ...parts, name: '"><script>x</script>', uri: `file:///"onload='x'` });
    expect(html.match(/<script\b/g)).toHaveLength(1);
    expect(html).not.toMatch(/\sonload=/);
  });
});
