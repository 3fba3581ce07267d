// `npm run pictures`: the README's pictures from the screenshots that the end-to-end tests took last.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The picture in `images/`, and the screenshot in `test-results/screenshots/` that it is. */
export const pictures = {
  'problems-dark.png': 'problems-dark.png',
  'light-bulb.png': 'light-bulb.png',
  'generate-preview.png': 'generate-preview.png',
  'stack-status.png': 'stack-status-dark.png',
  'hover.png': 'features-hover-dark.png',
  'completion.png': 'features-completion-dark.png',
  'lens.png': 'features-lens-dark.png',
  'key-map.png': 'map-dark.png',
  'keys-view.png': 'keys-made-dark.png',
  'request.png': 'request-preview.png',
  'rotate.png': 'rotate-preview.png',
  'beside-others.png': 'neighbours-completion.png',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = [];
  for (const [picture, screenshot] of Object.entries(pictures)) {
    const from = join(root, 'test-results', 'screenshots', screenshot);
    if (existsSync(from)) copyFileSync(from, join(root, 'images', picture));
    else missing.push(screenshot);
  }
  if (missing.length > 0) {
    console.error(
      `These screenshots are not there: ${missing.join(', ')}. Run npm test -- --project e2e first.`,
    );
    process.exitCode = 1;
  }
}
