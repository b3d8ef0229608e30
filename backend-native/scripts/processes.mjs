/** Child processes whose output goes to a log file, with the end of it shown when they fail. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { Stop } from './report.mjs';

const tailLines = 40;

/**
 * @typedef {object} LoggedOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} log the file
 * @property {boolean} [append] to what the log holds
 * @property {string} failure the first line of the error: what was being done and what to try next
 * @property {(line: string) => void} [onLine]
 */

/**
 * Runs a command to its end. Its output goes to `log`; `onLine` sees every line.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {LoggedOptions} options
 * @returns {Promise<void>} rejects with a Stop that carries the end of the log
 */
export async function runLogged(command, args, options) {
  fs.mkdirSync(path.dirname(options.log), { recursive: true });
  const log = fs.createWriteStream(options.log, { flags: options.append ? 'a' : 'w' });
  log.write(`$ ${[command, ...args].join(' ')}\n`);
  // A process group of its own, so that ending this script ends the compilers that it started too.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const endWithUs = endGroupOnSignals(child);
  /** @type {string[]} */
  const tail = [];
  for (const stream of [child.stdout, child.stderr]) {
    readline.createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      options.onLine?.(line);
    });
  }
  /** @type {string} */
  const ended = await new Promise((resolve) => {
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      resolve(code === 0 ? '' : signal ? `signal ${signal}` : `status ${code ?? '?'}`);
    });
  });
  endWithUs();
  await new Promise((resolve) => {
    log.end(resolve);
  });
  if (ended) {
    throw new Stop(
      `${options.failure} (${path.basename(command)}: ${ended})\n${tail.join('\n')}\nThe whole log: ${options.log}`,
    );
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops watching
 */
function endGroupOnSignals(child) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGTERM');
    process.exit(128 + os.constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/**
 * Runs a command in this terminal, with its own input and output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: 'inherit' | 'stderr' }} [options]
 * @returns {Promise<number>} the exit status; 128 + the signal's number when a signal ended it
 */
export function runHere(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['inherit', options.stdout === 'stderr' ? process.stderr : 'inherit', 'inherit'],
  });
  // Ctrl+C reaches the child through the terminal: this process has to outlive it to pass its status on.
  const wait = () => undefined;
  process.on('SIGINT', wait);
  const pass = () => {
    child.kill('SIGTERM');
  };
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      resolve(code ?? (signal ? 128 + os.constants.signals[signal] : 1));
    });
  });
}
