// What is bundled, and how: read by build.mjs, and by notices.mjs, which asks what went in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What makes keys and what draws maps are bundles of their own, loaded when something is made or drawn.
 * @type {import('esbuild').Plugin}
 */
const seldomApart = {
  name: 'seldom-apart',
  setup(build) {
    build.onResolve({ filter: /\/(?:pki\/generate|key-map)\/index$/ }, ({ path }) => ({
      path: path.endsWith('key-map/index') ? './draw.js' : './make.js',
      external: true,
    }));
  },
};

/**
 * What plans and completes is a bundle of its own: a server shows its first findings without it. It has copies of modules
 * that the server has too: esbuild shares code between bundles only where they are ES modules, and what is kept compiled
 * here can require, but not import. So nothing may rest on the identity of a class or a memo across the two: `instanceof`
 * of a class of ours fails there.
 * @type {import('esbuild').Plugin}
 */
const planningApart = {
  name: 'planning-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/planning$/ }, () => ({ path: './planning.js', external: true }));
  },
};

/**
 * Each file that imports all of `vscode` would make a copy of it when it is loaded, hundreds of names long: here they
 * share one.
 * @type {import('esbuild').Plugin}
 */
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ kind, namespace }) =>
      kind === 'import-statement' && namespace !== 'once'
        ? { path: 'vscode', namespace: 'once' }
        : { path: 'vscode', external: true },
    );
    build.onLoad({ filter: /./, namespace: 'once' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

/**
 * What is loaded once VS Code has gone on is a bundle of its own.
 * @type {import('esbuild').Plugin}
 */
const activateApart = {
  name: 'activate-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/activate$/ }, () => ({ path: './activate.js', external: true }));
  },
};

/**
 * Takes out what the TypeScript compiler writes at the top of each CommonJS file of the LSP library: all its names set to
 * undefined, before each gets its value.
 * @type {import('esbuild').Plugin}
 */
const namesOnce = {
  name: 'names-once',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]vscode-(?:jsonrpc|languageserver[\w-]*)[\\/]lib[\\/].*\.js$/ },
      ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(/^(?:exports\.\w+ = )+void 0;$/m, ''),
        loader: 'js',
      }),
    );
  },
};

/**
 * Parts of the LSP library that nothing here uses: what looks for npm's global packages, and cancelling by memory that
 * both sides share, which both have to ask for.
 * @type {import('esbuild').Plugin}
 */
const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    build.onLoad(
      {
        filter:
          /[\\/](?:vscode-languageserver[\\/]lib[\\/]node[\\/]files|vscode-jsonrpc[\\/]lib[\\/]common[\\/]sharedArrayCancellation)\.js$/,
      },
      () => ({ contents: '' }),
    );
  },
};

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
    // Code that was kept compiled can require, but not import.
    supported: { 'dynamic-import': false },
    minify: !readable,
    keepNames: false,
    // ESM builds are smaller once tree-shaken than their CommonJS ones.
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'node'],
    // yaml offers its ESM build to browsers alone; it uses nothing of theirs.
    alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
    sourcemap: readable ? 'linked' : false,
    legalComments: 'none',
    logLevel: 'warning',
  };
  return [
    {
      ...common,
      entryPoints: { client: 'client/src/extension.ts' },
      plugins: [activateApart],
      // VS Code answers require('vscode') for files that were loaded by require alone.
      supported: { 'dynamic-import': false },
    },
    { ...common, entryPoints: { activate: 'client/src/activate.ts' }, plugins: [vscodeOnce] },
    {
      ...common,
      entryPoints: { 'map-page': 'client/webview/map-page.ts' },
      platform: 'browser',
      format: 'iife',
      target: 'chrome120',
    },
    { ...common, entryPoints: { make: 'server/src/pki/generate/index.ts' } },
    { ...common, entryPoints: { draw: 'server/src/key-map/index.ts' } },
    {
      ...common,
      entryPoints: { planning: 'server/src/language-service/planning.ts' },
      plugins: [seldomApart],
    },
    { ...common, entryPoints: { server: 'server/src/main/start-language-server.ts' } },
    {
      ...common,
      entryPoints: { 'language-server': 'server/src/main/language-server.ts' },
      plugins: [seldomApart, planningApart, withoutUnused, namesOnce],
    },
    {
      ...common,
      entryPoints: { cli: 'server/src/main/cli.ts' },
      plugins: [seldomApart],
      banner: { js: '#!/usr/bin/env node' },
    },
  ];
}
