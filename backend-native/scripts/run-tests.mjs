/**
 * `npm test`: every check of the project, one after the other, and one closing line with the sum.
 * `--only <suite>` runs a single one, `--quick` those that need no native backend.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildNative, presets } from './build-native.mjs';
import { bundleExtension, bundleProgram, bundleQuality, bundleTests } from './bundle.mjs';
import { runCtest } from './ctest.mjs';
import { requireModels } from './fetch-models.mjs';
import { filesUnder } from './fingerprint.mjs';
import { lint } from './lint.mjs';
import { alone } from './lock.mjs';
import { runNodeTests } from './node-tests.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { dist, root } from './paths.mjs';
import { runHere } from './processes.mjs';
import { makePackage } from './package.mjs';
import { Stop, duration, say } from './report.mjs';
import { ensureNode, ensureToolchain } from './toolchain.mjs';
import { ensureVulkanDriver } from './vulkan-tools.mjs';
import { ensureWorkbench } from './workbench.mjs';

/** @typedef {import('./report.mjs').Counts} Counts */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} what
 * @property {() => Promise<Counts>} run
 * @property {boolean} [quick] needs no native backend, and belongs to the inner loop
 * @property {boolean} [onlyWhenNamed]
 * @property {boolean} [embedded] asks the embedded model; all others ask its tiny stand-in, which is quick and whose
 *   answers are known
 */

/** They need the files that come with the embedded model. */
const recogniserTests = 'server/textLayer.test.cjs';

/** @type {readonly Suite[]} The quick ones first. */
const suites = [
  { name: 'typecheck', what: 'types', run: () => check(['typescript/bin/tsc', '--build']), quick: true },
  { name: 'lint', what: 'lint rules, formats and lengths', run: lint, quick: true },
  {
    name: 'unit',
    what: 'unit tests',
    run: () => runNodeTests(testFiles('unit'), { filesAtOnce: os.availableParallelism() }),
    quick: true,
  },
  {
    name: 'native',
    what: 'C++ tests',
    run: async () => {
      await alone('build', () =>
        buildNative(presets.local, { targets: ['look_once', 'look-once-tests', 'llama-mtmd-cli', 'ggml-rpc-server'] }),
      );
      return runCtest(presets.local.folder, { sanitized: false });
    },
  },
  {
    name: 'server',
    what: 'tests of the real backend',
    run: async () => {
      await alone('build', () =>
        buildNative(presets.local, { targets: ['look_once', 'llama-mtmd-cli', 'ggml-rpc-server'] }),
      );
      const ofRecogniser = new Set(testFiles(recogniserTests));
      const files = [...testFiles('server'), ...testFiles('quality')];
      return runNodeTests(files.filter((file) => !ofRecogniser.has(file)));
    },
  },
  {
    name: 'quality',
    what: 'answers under compression, beside those that were recorded',
    run: async () => {
      await alone('build', async () => {
        await buildNative(presets.local, { targets: ['look_once'] });
        await bundleQuality();
      });
      return started([path.join(dist, 'quality.cjs'), '--check']);
    },
  },
  {
    name: 'webview',
    what: 'tests of the panel in a browser',
    run: async () => {
      // What is missing is said by the tests, which then skip themselves.
      await ensureWorkbench({ install: true });
      return runNodeTests(testFiles('webview'));
    },
  },
  {
    name: 'vscode',
    what: 'tests in the extension host of a VS Code workbench',
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look_once'] }));
      await ensureWorkbench({ install: true });
      return runNodeTests(testFiles('vscode/host.test.cjs'));
    },
  },
  {
    name: 'sanitize',
    what: 'C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look-once-tests-sanitized'] }));
      return runCtest(presets.local.folder, { sanitized: true });
    },
  },
  {
    name: 'text-layer',
    what: 'tests of the real recogniser of text',
    embedded: true,
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look_once'] }));
      await requireModels();
      return runNodeTests(testFiles(recogniserTests));
    },
  },
  {
    name: 'vsix',
    what: 'a walk through the packed and installed extension',
    embedded: true,
    run: async () => {
      await makePackage({ trial: true });
      await ensureWorkbench({ install: true });
      return runNodeTests(testFiles('vscode/vsix.test.cjs'));
    },
  },
  {
    name: 'vulkan',
    what: 'tests on a GPU through Vulkan, or on its driver for the CPU',
    // Its shaders take minutes to compile, and what the driver for the CPU does at them depends on its version.
    onlyWhenNamed: true,
    run: runVulkan,
  },
  {
    // Downloads VS Code and needs a display.
    name: 'electron',
    what: 'tests in the extension host of the desktop VS Code',
    onlyWhenNamed: true,
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look_once'] }));
      return runNodeTests(testFiles('vscode/electron.test.cjs'));
    },
  },
];

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function runTests(args) {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const chosen = suites.filter((suite) =>
    values.only ? suite.name === values.only : values.quick ? suite.quick : !suite.onlyWhenNamed,
  );
  if (chosen.length === 0)
    throw new Stop(`Expected --only ${suites.map((suite) => suite.name).join('|')} but received ${values.only ?? ''}.`);
  const start = Date.now();
  if (values.quick) ensureNode();
  else await ensureToolchain({ install: true });
  await alone('build', async () => {
    await ensureNpmPackages();
    await bundleProgram();
    await bundleExtension();
    await bundleTests();
  });
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of chosen) {
    const counts = await runSuite(suite);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  say(`\n== everything in ${duration(Date.now() - start)}`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
}

/**
 * A suite that cannot even be built is one failure, and the others still run.
 * @param {Suite} suite
 * @returns {Promise<Counts>}
 */
async function runSuite(suite) {
  say(`\n== ${suite.what}`);
  const start = Date.now();
  const given = process.env['LOOK_ONCE_MODELS'];
  // A folder without the base weights: the stand-in answers.
  if (!suite.embedded) process.env['LOOK_ONCE_MODELS'] = path.join(dist, 'no-models');
  /** @type {Counts} */
  let counts;
  try {
    counts = await suite.run();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`error: ${error.message}`);
    counts = { passed: 0, failed: 1, skipped: 0 };
  } finally {
    if (given === undefined) delete process.env['LOOK_ONCE_MODELS'];
    else process.env['LOOK_ONCE_MODELS'] = given;
  }
  say(
    `== ${suite.what}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ` +
      duration(Date.now() - start),
  );
  return counts;
}

/** @returns {Promise<Counts>} of the C++ tests that look for GPUs, and of those that ask models on one */
async function runVulkan() {
  await ensureVulkanDriver();
  const targets = ['look_once', 'test-lookm-device', 'test-engine-device'];
  await alone('build', () => buildNative(presets.vulkan, { targets }));
  const native = path.join(presets.vulkan.folder, 'Release', 'look_once.node');
  // Named devices are taken whatever they are; ggml passes over drivers that run on the CPU otherwise.
  const before = process.env;
  process.env = {
    ...before,
    LOOK_ONCE_NATIVE: native,
    GGML_VK_VISIBLE_DEVICES: '0',
    // A driver on the CPU wants the processors that OpenMP's threads would spin on.
    GOMP_SPINCOUNT: '1000',
  };
  try {
    const inside = await runCtest(presets.vulkan.folder, { sanitized: false, only: '^(lookm|engine)-device$' });
    const outside = await runNodeTests(testFiles('vulkan'));
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
