/**
 * `npm test`: every check of the project, one after the other, and one closing line with the sum.
 * `--only <suite>` runs a single one.
 */
import { parseArgs } from 'node:util';
import path from 'node:path';
import { createRequire } from 'node:module';
import { buildNative, presets } from './build-native.mjs';
import { bundleProgram, bundleTests } from './bundle.mjs';
import { runCtest } from './ctest.mjs';
import { filesUnder } from './fingerprint.mjs';
import { alone } from './lock.mjs';
import { runNodeTests } from './node-tests.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { dist, root } from './paths.mjs';
import { runHere } from './processes.mjs';
import { Stop, duration, say } from './report.mjs';
import { ensureToolchain } from './toolchain.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, what: string, run: () => Promise<Counts> }} Suite
 */

/** @type {readonly Suite[]} The quick ones first. */
const suites = [
  { name: 'typecheck', what: 'types', run: () => check(['typescript/bin/tsc', '--build']) },
  { name: 'lint', what: 'lint rules', run: () => check(['eslint/bin/eslint.js', '.']) },
  { name: 'unit', what: 'unit tests', run: () => runNodeTests(testFiles((file) => file.startsWith('unit'))) },
  {
    name: 'native',
    what: 'C++ tests',
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look_once', 'look-once-tests', 'llama-mtmd-cli'] }));
      return runCtest(presets.local.folder);
    },
  },
  {
    name: 'server',
    what: 'tests of the real backend',
    run: async () => {
      await alone('build', () => buildNative(presets.local, { targets: ['look_once', 'llama-mtmd-cli'] }));
      return runNodeTests(testFiles((file) => !file.startsWith('unit')));
    },
  },
  {
    name: 'sanitize',
    what: 'C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    run: async () => {
      await alone('build-sanitize', () => buildNative(presets.sanitize));
      return runCtest(presets.sanitize.folder);
    },
  },
];

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function runTests(args) {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' } } });
  const chosen = suites.filter((suite) => !values.only || suite.name === values.only);
  if (chosen.length === 0) throw new Stop(`Expected --only ${suites.map((suite) => suite.name).join('|')} but received ${values.only ?? ''}.`);
  await ensureToolchain({ install: true });
  await alone('build', async () => {
    await ensureNpmPackages();
    await bundleProgram();
    await bundleTests();
  });
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of chosen) {
    const counts = await runSuite(suite);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
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
  /** @type {Counts} */
  let counts;
  try {
    counts = await suite.run();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`error: ${error.message}`);
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  say(`== ${suite.what}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${duration(Date.now() - start)}`);
  return counts;
}

/**
 * A tool that is right or wrong as a whole counts as one test.
 * @param {readonly [string, ...string[]]} command a script inside node_modules, and its arguments
 * @returns {Promise<Counts>}
 */
async function check([script, ...args]) {
  const [packageName = '', ...inside] = script.split('/');
  const manifest = createRequire(path.join(root, 'package.json')).resolve(`${packageName}/package.json`);
  const status = await runHere(process.execPath, [path.join(path.dirname(manifest), ...inside), ...args], { cwd: root });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

/** @param {(file: string) => boolean} belongs decides by the path under test/ */
function testFiles(belongs) {
  const folder = path.join(dist, 'test');
  return filesUnder(folder).filter((file) => file.endsWith('.test.cjs') && belongs(path.relative(folder, file)));
}
