/**
 * Bundles the TypeScript into dist/: the server, the commands, the extension and its panel, and with --tests every test
 * file. `--watch` goes on, and bundles again what is written.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder, fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { dist, native, root } from './paths.mjs';
import { Stop, runMain, say } from './report.mjs';

const backend = ['protocol', 'client', 'server', 'cli'].map((folder) => path.join(native, folder));
const client = ['extension', 'webview'].map((folder) => path.join(root, folder));
const pdfium = path.join(root, 'node_modules', '@hyzyla', 'pdfium', 'dist', 'pdfium.wasm');
const lockFile = path.join(root, 'package-lock.json');
const thisFile = fileURLToPath(import.meta.url);

/** Packages that bring binaries of their own and find them beside themselves. */
export const runtimePackages = ['sharp', 'onnxruntime-node'];

/** What a runtime package needs to be installed, and not to run. */
export const installerPackages = ['adm-zip', 'global-agent'];

/** @satisfies {import('esbuild').BuildOptions} */
const forNode = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', ...runtimePackages],
  // What stays outside is required, whenever it is loaded: a package brings no files for import() along.
  supported: { 'dynamic-import': false },
};

/** @satisfies {import('esbuild').BuildOptions} */
const forPanel = {
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  external: [],
  loader: { '.ttf': 'file', '.woff2': 'file' },
  assetNames: 'webview/[name]',
  plugins: [
    {
      name: 'formulas in one font format',
      setup: (build) => {
        // KaTeX offers each of its fonts three times; the workbench takes the smallest.
        build.onLoad({ filter: /[\\/]katex\.css$/ }, ({ path: file }) => ({
          contents: fs.readFileSync(file, 'utf8').replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, ''),
          loader: 'css',
        }));
      },
    },
  ],
};

/** The server, its worker and the commands, each one file: dist/server.cjs, dist/ask.cjs, …; and PDFium beside them. */
export async function bundleProgram() {
  /** @type {Record<string, string>} */
  const entries = { ...server };
  for (const command of commands()) entries[command] = path.join(native, 'cli', `${command}.ts`);
  await bundle('program', fingerprint([...backend, lockFile, thisFile]), {
    ...forNode,
    ...forCheckout,
    entryPoints: entries,
  });
  fs.copyFileSync(pdfium, path.join(dist, 'pdfium.wasm'));
}

/** Bundles everything but the tests whenever a source is written, until the process is ended. */
async function watch() {
  const esbuild = await import('esbuild');
  /** @type {Record<string, string>} */
  const entries = { ...server };
  for (const command of commands()) entries[command] = path.join(native, 'cli', `${command}.ts`);
  /** @satisfies {readonly import('esbuild').BuildOptions[]} */
  const bundles = [
    { ...forNode, ...forCheckout, entryPoints: entries },
    { ...forNode, ...forCheckout, ...forExtension, entryPoints: extension },
    { ...forPanel, ...forCheckout, entryPoints: panel },
  ];
  for (const options of bundles) {
    const context = await esbuild.context({
      ...options,
      bundle: true,
      absWorkingDir: root,
      logLevel: 'warning',
      plugins: [...('plugins' in options ? options.plugins : []), saysWhenBuilt],
    });
    await context.watch();
  }
  fs.copyFileSync(pdfium, path.join(dist, 'pdfium.wasm'));
}

/** .vscode/tasks.json waits for these lines. @type {import('esbuild').Plugin} */
const saysWhenBuilt = {
  name: 'says when built',
  setup: (build) => {
    build.onStart(() => {
      say('[watch] bundling');
    });
    build.onEnd(({ errors }) => {
      say(errors.length === 0 ? '[watch] bundled' : `[watch] bundled with ${errors.length} errors`);
    });
  },
};

/** The quality suite: dist/quality.cjs. */
export async function bundleQuality() {
  const folders = ['quality', 'fixtures'].map((folder) => path.join(root, 'test', folder));
  const print = fingerprint([...backend, ...folders, lockFile, thisFile]);
  await bundle('quality', print, {
    ...forNode,
    ...forCheckout,
    external: [...forNode.external, 'playwright-core'],
    entryPoints: { quality: path.join(root, 'test/quality/main.ts') },
  });
}

/** The benchmark: dist/bench.cjs. */
export async function bundleBench() {
  const folders = ['bench', 'fixtures'].map((folder) => path.join(root, 'test', folder));
  const print = fingerprint([...backend, ...folders, lockFile, thisFile]);
  await bundle('bench', print, {
    ...forNode,
    ...forCheckout,
    entryPoints: { bench: path.join(root, 'test/bench/main.ts') },
  });
}

/** What VS Code loads: dist/extension.cjs, and the panel's page in dist/webview: main.js, main.css and its fonts. */
export async function bundleExtension() {
  const print = fingerprint([...backend, ...client, lockFile, thisFile]);
  await bundle('extension', print, { ...forNode, ...forCheckout, ...forExtension, entryPoints: extension });
  await bundle('webview', print, { ...forPanel, ...forCheckout, entryPoints: panel });
}

/**
 * All that is packed, small and without source maps.
 * @param {string} folder in which `dist` is written
 * @returns {Promise<string[]>} every file that went into a bundle
 */
export async function bundleForPackage(folder) {
  const small = {
    outdir: path.join(folder, 'dist'),
    minify: true,
    sourcemap: false,
    legalComments: /** @type {const} */ ('none'),
    metafile: true,
  };
  const built = [
    await build({ ...forNode, ...small, entryPoints: { ...server, mcp: path.join(native, 'cli/mcp.ts') } }),
    await build({ ...forNode, ...small, ...forExtension, entryPoints: extension }),
    await build({ ...forPanel, ...small, entryPoints: panel }),
  ];
  fs.copyFileSync(pdfium, path.join(folder, 'dist', 'pdfium.wasm'));
  return built.flatMap((result) => Object.keys(result.metafile?.inputs ?? {})).map((file) => path.resolve(root, file));
}

/**
 * Every test file becomes dist/test/<same path>.cjs, with source maps, so that failures name TypeScript lines:
 * *.test.ts for Node's runner, *.suite.ts for the extension host.
 */
export async function bundleTests() {
  const folder = path.join(root, 'test');
  const files = filesUnder(folder);
  /** @param {string} kind */
  const entriesOf = (kind) =>
    Object.fromEntries(
      files
        .filter((file) => file.endsWith(kind))
        .map((file) => [path.join('test', path.relative(folder, file).slice(0, -'.ts'.length)), file]),
    );
  const print = fingerprint([...backend, ...client, folder, lockFile, thisFile]);
  if (readStamp(stampOf('tests')) !== print) {
    fs.rmSync(path.join(dist, 'test'), { recursive: true, force: true });
    fs.rmSync(stampOf('suites'), { force: true });
  }
  const forTests = {
    ...forNode,
    ...forCheckout,
    // The tools of the tests stay packages: they read files beside themselves, and mocha must be the host's own.
    external: [
      ...forNode.external,
      'mocha',
      'playwright-core',
      'axe-core',
      'esbuild',
      '@vscode/l10n-dev',
      '@vscode/test-electron',
    ],
    // Tests import scripts by their address, which is not known when they are bundled.
    supported: {},
  };
  await bundle('suites', print, { ...forTests, entryPoints: entriesOf('.suite.ts') });
  // Outside of the extension host there is no VS Code.
  const alias = { vscode: path.join(folder, 'unit', 'extension', 'doubles', 'vscode.cjs') };
  await bundle('tests', print, { ...forTests, alias, entryPoints: entriesOf('.test.ts') });
}

/** With PDFium, which documentWorker loads, beside them. */
const server = {
  server: path.join(native, 'server/transport/main.ts'),
  documentWorker: path.join(native, 'server/attachments/documents/documentWorker.ts'),
  recogniser: path.join(native, 'server/attachments/pictures/textLayer/recogniser/recogniserMain.ts'),
};
/** What speaks JSON-RPC are files of their own, which activating does not read. */
const extension = {
  extension: path.join(root, 'extension/extension.ts'),
  serverClient: path.join(root, 'extension/backend/serverClient.ts'),
  guestServer: path.join(root, 'extension/backend/guestServer.ts'),
};
/** @satisfies {import('esbuild').BuildOptions} */
const forExtension = {
  // VS Code gives itself to what is required, not to what is imported.
  supported: { 'dynamic-import': false },
  plugins: [
    {
      name: 'JSON-RPC apart',
      setup: (/** @type {import('esbuild').PluginBuild} */ build) => {
        build.onResolve({ filter: /\/(serverClient|guestServer)\.js$/ }, ({ kind, path: file }) =>
          kind === 'dynamic-import' ? { path: `./${path.posix.basename(file, '.js')}.cjs`, external: true } : undefined,
        );
      },
    },
  ],
};
const panel = [
  { in: path.join(root, 'webview/main.ts'), out: 'webview/main' },
  { in: path.join(root, 'webview/style.css'), out: 'webview/main' },
];

/** @satisfies {import('esbuild').BuildOptions} */
const forCheckout = { outdir: dist, sourcemap: true, legalComments: 'linked' };

/** @returns {string[]} the commands of cli/ that `npm run` starts */
function commands() {
  return ['ask', 'conformance', 'mcp', 'serve'].filter((name) => fs.existsSync(path.join(native, 'cli', `${name}.ts`)));
}

/**
 * @param {string} name
 * @param {string} print what the bundle is made of: nothing is done when it is that of the last time
 * @param {import('esbuild').BuildOptions} options
 */
async function bundle(name, print, options) {
  if (readStamp(stampOf(name)) === print) return;
  await build(options);
  writeStamp(stampOf(name), print);
}

/** @param {import('esbuild').BuildOptions} options */
async function build(options) {
  const esbuild = await import('esbuild');
  try {
    return await esbuild.build({
      ...options,
      bundle: true,
      absWorkingDir: root,
      logLevel: 'warning',
      logOverride: { 'empty-import-meta': 'error' },
    });
  } catch (error) {
    throw new Stop(
      'The TypeScript did not bundle; the places are named above. ' +
        (error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''),
    );
  }
}

/** @param {string} name */
function stampOf(name) {
  return path.join(dist, 'stamps', name);
}

if (process.argv[1] === thisFile) {
  await runMain(async () => {
    if (process.argv.includes('--watch')) {
      await watch();
      return undefined;
    }
    await bundleProgram();
    await bundleExtension();
    if (process.argv.includes('--tests')) await bundleTests();
    say(`[bundle] dist/ is up to date`);
    return 0;
  });
}
