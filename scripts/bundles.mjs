// What is bundled, and how: read by build.mjs, and by notices.mjs, which asks what went in.

/**
 * esbuild's options, one set a bundle.
 * @param {{ root: string, readable: boolean }} options `readable` leaves names and lines as they are, with a map
 * @returns {import('esbuild').BuildOptions[]}
 */
export function bundles({ root, readable }) {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: !readable,
    keepNames: false,
    // The ESM builds of yaml and vscode-uri are smaller once tree-shaken than their CommonJS ones.
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'node'],
    sourcemap: readable ? 'linked' : false,
    legalComments: 'none',
    logLevel: 'warning',
  };
  return [
    { ...common, entryPoints: { client: 'client/src/extension.ts' }, external: ['vscode'] },
    {
      ...common,
      entryPoints: { 'map-page': 'client/webview/map-page.ts' },
      platform: 'browser',
      format: 'iife',
      target: 'chrome120',
    },
    { ...common, entryPoints: { server: 'server/src/lsp/main.ts' } },
    {
      ...common,
      entryPoints: { cli: 'server/src/cli/main.ts' },
      banner: { js: '#!/usr/bin/env node' },
    },
  ];
}
