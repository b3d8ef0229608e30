/** Runs the C++ tests of a build folder and counts them from CTest's JUnit report. */
import fs from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import { runHere } from './processes.mjs';
import { Stop, say } from './report.mjs';

/**
 * As protocol/processEnd.ts has it: OpenMP's threads of tests that run beside each other would spin while they wait for
 * one that is kept from running. engine-tap took 12 s of processor time so, and takes 5.
 */
const briefSpin = { GOMP_SPINCOUNT: '10000' };

/**
 * @param {string} folder
 * @param {{ sanitized: boolean, only?: string }} options which of every test's two programs, and a pattern of names
 * @returns {Promise<import('./report.mjs').Counts>}
 */
export async function runCtest(folder, { sanitized, only }) {
  const junit = path.join(folder, 'ctest.xml');
  fs.rmSync(junit, { force: true });
  const args = [
    '--test-dir',
    folder,
    '--output-on-failure',
    '--output-junit',
    junit,
    '--no-tests=error',
    sanitized ? '--label-regex' : '--label-exclude',
    'sanitized',
    ...(only === undefined ? [] : ['--tests-regex', only]),
    '-j',
    String(os.availableParallelism()),
  ];
  const status = await runHere('ctest', args, { env: { ...briefSpin, ...process.env } });
  if (!fs.existsSync(junit)) throw new Stop(`ctest ended with status ${status} and left no report in ${folder}.`);
  const report = fs.readFileSync(junit, 'utf8');
  const count = (/** @type {string} */ attribute) =>
    Number(new RegExp(`<testsuite[^>]*\\b${attribute}="(\\d+)"`).exec(report)?.[1] ?? 0);
  const skipped = count('skipped') + count('disabled');
  for (const [, name = '', message = ''] of report.matchAll(
    /<testcase name="([^"]*)"[^>]*>\s*<skipped message="([^"]*)"/g,
  )) {
    say(`skipped ${name}: ${message}`);
  }
  const failed = count('failures');
  return { passed: count('tests') - failed - skipped, failed: status !== 0 && failed === 0 ? 1 : failed, skipped };
}
