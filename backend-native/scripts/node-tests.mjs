/** Runs bundled test files with Node's own test runner. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from './paths.mjs';
import { runHere } from './processes.mjs';
import { Stop, say } from './report.mjs';

/** Milliseconds after which a test that hangs has failed; the slowest takes a tenth of them. */
const longestTest = 600_000;

const counter = path.join(path.dirname(fileURLToPath(import.meta.url)), 'count-reporter.mjs');

/**
 * @param {readonly string[]} files
 * @param {{ filesAtOnce?: number }} [options] filesAtOnce: how many files run side by side, each in a process of its
 *   own; Node's own number leaves a core for the runner
 * @returns {Promise<import('./report.mjs').Counts>}
 */
export async function runNodeTests(files, { filesAtOnce } = {}) {
  if (files.length === 0) throw new Stop('There are no test files to run.');
  // Of this process alone: suites run beside each other.
  const summary = path.join(cache, `node-tests-${process.pid}.json`);
  fs.mkdirSync(cache, { recursive: true });
  const status = await runHere(process.execPath, [
    '--enable-source-maps',
    '--test',
    `--test-timeout=${longestTest}`,
    ...(filesAtOnce === undefined ? [] : [`--test-concurrency=${filesAtOnce}`]),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${counter}`,
    `--test-reporter-destination=${summary}`,
    ...files,
  ]);
  // What a runner that was killed leaves is empty.
  const text = fs.existsSync(summary) ? fs.readFileSync(summary, 'utf8') : '';
  fs.rmSync(summary, { force: true });
  if (text === '') throw new Stop(`The test runner ended with status ${status} and left no summary.`);
  /** @type {unknown} */
  const written = JSON.parse(text);
  const { passed, failed, skipped, empty } = /** @type {import('./count-reporter.mjs').NodeTestSummary} */ (written);
  for (const file of empty) say(`error: there is no test in ${file}`);
  // A status without a failed test (a crash of the runner) must not pass for a success.
  const crashed = status !== 0 && failed === 0 ? 1 : 0;
  return { passed, failed: failed + empty.length + crashed, skipped };
}
