/** The suites of `npm test`, and what each of them depends on. */
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { buildNative, presets } from './build-native.mjs';
import { bundleQuality } from './bundle.mjs';
import { runCtest } from './ctest.mjs';
import { requireModels } from './fetch-models.mjs';
import { filesUnder } from './fingerprint.mjs';
import { lint } from './lint.mjs';
import { alone } from './lock.mjs';
import { runNodeTests } from './node-tests.mjs';
import { makePackage } from './package.mjs';
import { dist, root } from './paths.mjs';
import { runHere } from './processes.mjs';
import { ensureVulkanDriver } from './vulkan-tools.mjs';
import { ensureWorkbench } from './workbench.mjs';

/** @typedef {import('./report.mjs').Counts} Counts */
/** @typedef {import('./run-suites.mjs').Suite} Suite */

/** How it is built and run, and the versions of what is installed. */
const tools = ['backend-native/scripts', 'package.json', 'package-lock.json', 'tsconfig.base.json'];
const cpp = [
  ...['CMakeLists.txt', 'cmake', 'package.json', 'src', 'tests'].map((place) => `backend-native/${place}`),
  'media/model',
  'test/cases',
];
const backend = ['protocol', 'client', 'server', 'cli'].map((folder) => `backend-native/${folder}`);
const client = ['extension', 'webview', 'package.nls.json', 'package.nls.de.json'];
/** What several suites take from each other's tests; the double of VS Code stands in for it outside of a workbench. */
const shared = [
  'test/fixtures',
  'test/unit/extension/doubles',
  ...['catalogues', 'failsWith', 'plainError', 'scratch'].map((file) => `test/${file}.ts`),
  'test/tsconfig.json',
];
const everything = [...tools, ...cpp, ...backend, ...client, ...shared, 'media'];

/** They need the embedded model and the files that come with it. */
const embeddedTests = [
  'server/textLayer.test.cjs',
  'server/recogniserAtHome.test.cjs',
  'server/embeddedMemory.test.cjs',
];

/** The quick ones first. @type {readonly Suite[]} */
export const suites = [
  { name: 'typecheck', what: 'types', run: () => check(['typescript/bin/tsc', '--build']), quick: true },
  { name: 'lint', what: 'lint rules, formats and lengths', inputs: ['.'], run: lint, quick: true },
  {
    name: 'unit',
    what: 'unit tests',
    inputs: ['.'],
    run: () => runNodeTests(testFiles('unit'), { filesAtOnce: os.availableParallelism() }),
    quick: true,
  },
  {
    name: 'native',
    what: 'C++ tests',
    inputs: [...tools, ...cpp],
    prepare: () => built(['look_once', 'look-once-tests', 'llama-mtmd-cli', 'ggml-rpc-server']),
    run: () => runCtest(presets.local.folder, { sanitized: false }),
  },
  {
    name: 'sanitize',
    what: 'C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    inputs: [...tools, ...cpp],
    prepare: () => built(['look-once-tests-sanitized']),
    run: () => runCtest(presets.local.folder, { sanitized: true }),
  },
  {
    name: 'timed',
    what: 'tests that measure times, with nothing beside them',
    inputs: [...everything, 'test/server', 'test/vscode'],
    prepare: async () => {
      await built(['look_once']);
      await ensureWorkbench({ install: true });
    },
    run: () => runNodeTests([...testFiles('server'), ...testFiles('vscode')].filter(isTimed), { filesAtOnce: 1 }),
  },
  {
    name: 'quality',
    what: 'answers under compression, beside those that were recorded',
    inputs: [...tools, ...cpp, ...backend, ...shared, 'test/quality', 'media'],
    prepare: async () => {
      await built(['look_once']);
      await alone('build', bundleQuality);
    },
    run: () => started([path.join(dist, 'quality.cjs'), '--check']),
  },
  {
    name: 'server',
    what: 'tests of the real backend',
    inputs: [...everything, 'test/server', 'test/quality'],
    prepare: () => built(['look_once', 'llama-mtmd-cli', 'ggml-rpc-server']),
    run: ({ whole }) => {
      const files = [...testFiles('server'), ...testFiles('quality')];
      const ofEmbedded = new Set(embeddedTests.flatMap(testFiles));
      return runNodeTests(files.filter((file) => !ofEmbedded.has(file) && (whole || !isTimed(file))));
    },
  },
  {
    name: 'text-layer',
    what: 'tests of the real recogniser of text, and of what the embedded model takes',
    inputs: [...everything, 'test/server'],
    embedded: true,
    prepare: async () => {
      await built(['look_once']);
      await requireModels();
    },
    run: () => runNodeTests(embeddedTests.flatMap(testFiles), { filesAtOnce: 1 }),
  },
  {
    name: 'vsix',
    what: 'a walk through the packed and installed extension',
    inputs: [...everything, 'test/vscode', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'],
    embedded: true,
    prepare: async () => {
      await makePackage({ trial: true });
      await ensureWorkbench({ install: true });
    },
    run: () => runNodeTests([...testFiles('vscode/vsix.test.cjs'), ...testFiles('vscode/chatView.test.cjs')]),
  },
  {
    name: 'vscode',
    what: 'tests in the extension host of a VS Code workbench',
    inputs: [...everything, 'test/vscode'],
    prepare: async () => {
      await built(['look_once']);
      await ensureWorkbench({ install: true });
    },
    run: ({ whole }) =>
      runNodeTests([...testFiles('vscode/host.test.cjs'), ...(whole ? testFiles('vscode').filter(isTimed) : [])]),
  },
  {
    name: 'webview',
    what: 'tests of the panel in a browser',
    inputs: [...tools, ...backend, ...client, ...shared, 'test/webview', 'media'],
    // What is missing is said by the tests, which then skip themselves.
    prepare: async () => {
      await ensureWorkbench({ install: true });
    },
    run: () => runNodeTests(testFiles('webview')),
  },
  {
    name: 'vulkan',
    what: 'tests on a GPU through Vulkan, or on its driver for the CPU',
    // Its shaders take minutes to compile, and what the driver for the CPU does at them depends on its version.
    onlyWhenNamed: true,
    run: runVulkan,
  },
  {
    name: 'cuda',
    what: 'tests on a GPU through CUDA',
    onlyWhenNamed: true,
    run: () => runOnGpu(presets.cuda),
  },
  {
    // Downloads VS Code and needs a display.
    name: 'electron',
    what: 'tests in the extension host of the desktop VS Code',
    onlyWhenNamed: true,
    prepare: () => built(['look_once']),
    run: () => runNodeTests(testFiles('vscode/electron.test.cjs')),
  },
];

/** @param {readonly string[]} targets of the native build for this machine */
async function built(targets) {
  await alone('build', () => buildNative(presets.local, { targets }));
}

/** @returns {Promise<Counts>} */
async function runVulkan() {
  await ensureVulkanDriver();
  return runOnGpu(presets.vulkan, {
    // Named devices are taken whatever they are; ggml passes over drivers that run on the CPU otherwise.
    GGML_VK_VISIBLE_DEVICES: '0',
    // A driver on the CPU wants the processors that OpenMP's threads would spin on.
    GOMP_SPINCOUNT: '1000',
  });
}

/**
 * @param {import('./build-native.mjs').Preset} preset
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Counts>} of the C++ tests that look for GPUs, and of those that ask models on one
 */
async function runOnGpu(preset, env = {}) {
  const targets = ['look_once', 'test-lookm-device', 'test-engine-device'];
  await alone('build', () => buildNative(preset, { targets }));
  const before = process.env;
  process.env = { ...before, ...env, LOOK_ONCE_NATIVE: path.join(preset.folder, 'Release', 'look_once.node') };
  try {
    const inside = await runCtest(preset.folder, { sanitized: false, only: '^(lookm|engine)-device$' });
    const outside = await runNodeTests(testFiles('gpu'));
    return {
      passed: inside.passed + outside.passed,
      failed: inside.failed + outside.failed,
      skipped: inside.skipped + outside.skipped,
    };
  } finally {
    process.env = before;
  }
}

/**
 * A tool that is right or wrong as a whole counts as one test.
 * @param {readonly [string, ...string[]]} command a script inside node_modules, and its arguments
 * @returns {Promise<Counts>}
 */
async function check([script, ...args]) {
  const [packageName = '', ...inside] = script.split('/');
  const manifest = createRequire(path.join(root, 'package.json')).resolve(`${packageName}/package.json`);
  return started([path.join(path.dirname(manifest), ...inside), ...args]);
}

/**
 * @param {readonly string[]} args of Node: a script and its arguments
 * @returns {Promise<Counts>}
 */
async function started(args) {
  const status = await runHere(process.execPath, ['--enable-source-maps', ...args], { cwd: root });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

/**
 * @param {string} place a folder or a bundle of dist/test
 * @returns {string[]}
 */
function testFiles(place) {
  return filesUnder(path.join(dist, 'test', place)).filter((file) => file.endsWith('.test.cjs'));
}

/**
 * @param {string} file
 * @returns {boolean} whether what it measures says nothing while something runs beside it: `*.timed.test.ts`
 */
function isTimed(file) {
  return file.endsWith('.timed.test.cjs');
}
