/**
 * `npm test`: every check of the project that has to run, and one closing line with the sum.
 * `--all` runs those too that passed before and depend on nothing that has changed, `--only <suite>` a single one in
 * any case, `--quick` those that need no native backend.
 */
import { parseArgs } from 'node:util';
import { bundleExtension, bundleProgram, bundleTests } from './bundle.mjs';
import { alone } from './lock.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { Stop } from './report.mjs';
import { runSuites } from './run-suites.mjs';
import { suites } from './suites.mjs';
import { ensureNode, ensureToolchain } from './toolchain.mjs';

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function runTests(args) {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, quick: flag, all: flag },
  });
  const chosen = suites.filter((suite) =>
    values.only ? suite.name === values.only : values.quick ? suite.quick : !suite.onlyWhenNamed,
  );
  if (chosen.length === 0)
    throw new Stop(`Expected --only ${suites.map((suite) => suite.name).join('|')} but received ${values.only ?? ''}.`);
  if (values.quick) ensureNode();
  else await ensureToolchain({ install: true });
  await alone('build', async () => {
    await ensureNpmPackages();
    await bundleProgram();
    await bundleExtension();
    await bundleTests();
  });
  const named = values.only !== undefined;
  return runSuites(chosen, { again: values.all || named, whole: named });
}
