/**
 * `npm run ask`, `npm run conformance`, `npm test`: from a fresh clone to the result, doing only what is left to do.
 * This file and what it imports run before anything is installed: Node's own modules only.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildNative, presets } from './build-native.mjs';
import { bundleBench, bundleExtension, bundleProgram, bundleQuality } from './bundle.mjs';
import { ensureModels } from './fetch-models.mjs';
import { alone } from './lock.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { makePackage } from './package.mjs';
import { dist } from './paths.mjs';
import { runHere } from './processes.mjs';
import { Stop, runMain } from './report.mjs';
import { runTests } from './run-tests.mjs';
import { ensureToolchain } from './toolchain.mjs';

const [command = '', ...args] = process.argv.slice(2);

/** @type {Readonly<Record<string, () => Promise<number>>>} */
const commands = {
  ask: async () => {
    await prepare(['look_once']);
    await ensureModels();
    return start('ask');
  },
  mcp: async () => {
    await prepare(['look_once']);
    await ensureModels();
    return start('mcp');
  },
  serve: async () => {
    await prepare(['look_once']);
    await ensureModels();
    return start('serve');
  },
  conformance: async () => {
    await prepare(['look_once']);
    return start('conformance');
  },
  bench: async () => {
    await prepare(['look_once', 'llama-mtmd-cli', 'llama-bench', 'llama-server']);
    await ensureModels();
    await alone('build', bundleBench);
    return start('bench');
  },
  quality: async () => {
    await prepare(['look_once']);
    await ensureModels();
    await alone('build', bundleQuality);
    return start('quality');
  },
  build: async () => {
    await prepare(['look_once']);
    await alone('build', bundleExtension);
    return 0;
  },
  package: async () => {
    const flag = /** @type {const} */ ({ type: 'boolean' });
    const { values } = parseArgs({
      args,
      options: { 'target': { type: 'string' }, 'without-vulkan': flag, 'cuda': flag },
    });
    await makePackage({ target: values.target, vulkan: !values['without-vulkan'], cuda: values.cuda === true });
    return 0;
  },
  test: () => runTests(args),
};

await runMain(async () => {
  const run = commands[command];
  if (!run) throw new Stop(`Expected one of ${Object.keys(commands).join(', ')} but received ${command || 'nothing'}.`);
  return run();
});

/** @param {string} name the bundle in dist/ */
function start(name) {
  // npm starts scripts in the package's folder; paths on the command line are meant from where the user is.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  return runHere(process.execPath, ['--enable-source-maps', path.join(dist, `${name}.cjs`), ...args], { cwd });
}

/** @param {readonly string[]} targets */
async function prepare(targets) {
  await ensureToolchain({ install: false });
  await alone('build', async () => {
    await ensureNpmPackages();
    await buildNative(presets.local, { targets });
    await bundleProgram();
  });
}
