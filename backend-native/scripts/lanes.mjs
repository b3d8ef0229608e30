/** Suites beside each other, each in a process of its own whose words are shown whole when it ends. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dist } from './paths.mjs';
import { processorsOfLanes } from './processors.mjs';
import { say } from './report.mjs';

/** @typedef {import('./report.mjs').Counts} Counts */

const suiteProcess = path.join(path.dirname(fileURLToPath(import.meta.url)), 'suite-process.mjs');

/**
 * @param {readonly (readonly string[])[]} lanes names of suites, one after the other within a lane
 * @param {(suite: string, counts: Counts) => void} onEnd
 * @returns {Promise<void>} when all have ended
 */
export async function runLanes(lanes, onEnd) {
  say(`\n== beside each other: ${lanes.map((lane) => lane.join(', ')).join(' | ')}; each is shown when it ends`);
  const processors = processorsOfLanes(lanes.length);
  await Promise.all(
    lanes.map(async (lane, number) => {
      for (const suite of lane) onEnd(suite, await runApart(suite, processors[number]));
    }),
  );
}

/**
 * @param {string} suite
 * @param {string | undefined} processors that it may run on; all where that is not given
 * @returns {Promise<Counts>} a process that ends without a word of them is one failure
 */
async function runApart(suite, processors) {
  const log = path.join(dist, 'test-logs', `${suite}.log`);
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const output = fs.openSync(log, 'w');
  const command = [process.execPath, suiteProcess, suite];
  // What it starts, and whoever counts the processors in it, keeps to them too.
  const [program = '', ...args] = processors === undefined ? command : ['taskset', '-c', processors, ...command];
  const child = spawn(program, args, { stdio: ['ignore', output, output, 'ipc'] });
  fs.closeSync(output);
  /** @type {Counts | undefined} */
  let counts;
  child.on('message', (message) => {
    counts = /** @type {Counts} */ (message);
  });
  /** @type {string} */
  const end = await new Promise((resolve) => {
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      resolve(signal ?? `status ${code ?? '?'}`);
    });
  });
  // At once, so that no line of another suite comes in between.
  process.stdout.write(fs.readFileSync(log));
  if (counts) return counts;
  say(`error: the process of the suite ${suite} ended early: ${end}`);
  return { passed: 0, failed: 1, skipped: 0 };
}
