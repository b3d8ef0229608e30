/**
 * What a suite leaves behind when it has passed: a hash of all that its result depends on. As long as that is what it
 * was, the suite would pass again. Contents count, not times: another branch and back is no change.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { modelFiles, modelFolder } from './fetch-models.mjs';
import { readStamp, writeStamp } from './fingerprint.mjs';
import { dist, native, root } from './paths.mjs';

/** @typedef {import('./report.mjs').Counts} Counts */

/**
 * @typedef {object} Passed
 * @property {string} print
 * @property {string} when
 * @property {Counts} counts
 */

/** Built, downloaded or installed, wherever it is; what decides about those is in the sources and `machinePrint`. */
const notOurs = /^(?:node_modules|dist|build(?:-.*)?|runs|\.git|\.cache|\.llama\.cpp|__pycache__|.*\.tsbuildinfo)$/;

/** Variables that the programs under test, the compilers or the tests themselves look at. */
const telling = new RegExp(
  '^(?:LOOK_ONCE|GGML|LLAMA|GOMP|OMP|HF|UV|NODE|ASAN|UBSAN|GLIBC|LC)_|FLAGS$|DISPLAY$|' +
    '^(?:CC|CXX|LANG|TZ|XDG_CACHE_HOME)$',
);

/**
 * @param {readonly string[]} places files and folders of the checkout; '.' is everything
 * @returns {string} a hash that changes when a file under the places is added, removed, renamed or has other content
 */
export function contentPrint(places) {
  const hash = crypto.createHash('sha256');
  for (const place of places) {
    hash.update(`${place}\0`);
    for (const file of sourcesUnder(path.join(root, place))) {
      const bytes = fs.readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest('hex');
}

/**
 * What else decides: this machine, its packages (the compiler, the browser, the C library are among them), the flags
 * of the builds, the model's files, and variables.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} undefined where that cannot be told: everything is run then
 */
export function machinePrint(env = process.env) {
  const packages = '/var/lib/dpkg/status';
  // Another checkout of llama.cpp may change at any time.
  if (env['LLAMA_CPP_DIR'] || !fs.existsSync(packages)) return undefined;
  const variables = Object.entries(env).filter(([name]) => telling.test(name));
  const devices = fs.readdirSync('/dev').filter((name) => /^(?:dri|kfd|nvidia)/.test(name));
  const hash = crypto.createHash('sha256');
  hash.update(
    JSON.stringify([
      [process.version, process.arch, os.release(), os.cpus()[0]?.model, os.availableParallelism()],
      [process.getuid?.(), os.homedir(), devices.sort(), variables.sort()],
    ]),
  );
  const models = env['LOOK_ONCE_MODELS'] || modelFolder;
  const files = [
    packages,
    path.join(root, 'node_modules/.package-lock.json'),
    ...['build', 'build-trial'].map((folder) => path.join(native, folder, 'flags.json')),
    ...modelFiles.map((name) => path.join(models, name)),
  ];
  for (const file of files) {
    hash.update(`${file}\0`);
    if (fs.existsSync(file)) hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * @param {string} suite
 * @param {string} print
 * @returns {Passed | undefined} how it passed the last time; undefined when it has to run
 */
export function passedBefore(suite, print) {
  const text = readStamp(stampOf(suite));
  if (text === undefined) return undefined;
  try {
    /** @type {unknown} */
    const parsed = JSON.parse(text);
    const passed = /** @type {Passed} */ (parsed);
    return passed.print === print && passed.counts.failed === 0 ? passed : undefined;
  } catch (error) {
    // Whatever was written there, the suite runs and writes it anew.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Before a suite runs, so that one which fails or is cut off leaves nothing.
 * @param {string} suite
 */
export function forgetPassed(suite) {
  fs.rmSync(stampOf(suite), { force: true });
}

/**
 * @param {string} suite
 * @param {string} print
 * @param {Counts} counts
 */
export function notePassed(suite, print, counts) {
  // Where everything was skipped, something is missing that may be there the next time.
  if (counts.failed > 0 || counts.passed === 0) return;
  const when = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  writeStamp(stampOf(suite), JSON.stringify({ print, when, counts }));
}

/**
 * @param {string} place
 * @returns {string[]} sorted
 */
function sourcesUnder(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat?.isFile()) return [place];
  if (!stat?.isDirectory()) return [];
  return fs
    .readdirSync(place, { withFileTypes: true })
    .filter((entry) => !notOurs.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = path.join(place, entry.name);
      return entry.isDirectory() ? sourcesUnder(inside) : entry.isFile() ? [inside] : [];
    });
}

/** @param {string} suite */
function stampOf(suite) {
  return path.join(dist, 'stamps', 'passed', `${suite}.json`);
}
