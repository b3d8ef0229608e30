/** Runs bundled test files with Node's own test runner. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from './paths.mjs';
import { runHere } from './processes.mjs';
import { Stop } from './report.mjs';

const counter = path.join(path.dirname(fileURLToPath(import.meta.url)), 'count-reporter.mjs');

/**
 * @param {readonly string[]} files
 * @returns {Promise<import('./run-tests.mjs').Counts>}
 */
export async function runNodeTests(files) {
  if (files.length === 0) throw new Stop('There are no test files to run.');
  const summary = path.join(cache, 'node-tests.json');
  fs.mkdirSync(cache, { recursive: true });
  fs.rmSync(summary, { force: true });
  const status = await runHere(process.execPath, [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${counter}`,
    `--test-reporter-destination=${summary}`,
    ...files,
  ]);
  if (!fs.existsSync(summary)) throw new Stop(`The test runner ended with status ${status} and left no summary.`);
  /** @type {unknown} */
  const written = JSON.parse(fs.readFileSync(summary, 'utf8'));
  const counts = /** @type {import('./run-tests.mjs').Counts} */ (written);
  // A status without a failed test (a crash of the runner) must not pass for a success.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
