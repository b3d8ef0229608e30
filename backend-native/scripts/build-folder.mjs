/**
 * Build folders that are made anew: one that was moved, renamed or copied, which CMake refuses with forty lines, and
 * one that was compiled for the instructions of another processor, whose programs would end by SIGILL.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readStamp, writeStamp } from './fingerprint.mjs';
import { say } from './report.mjs';

/**
 * Empties a build folder that CMake configured for another place or processor. What was chosen for it (flags.json)
 * stays.
 * @param {string} folder the build folder, absolute
 * @param {string} source the folder of the top level CMakeLists.txt, absolute
 * @param {{ processor?: string }} [options] processor: what it is compiled for, where it runs nowhere else
 */
export function forgetMovedBuild(folder, source, { processor } = {}) {
  const elsewhere = configuredFor(folder, source);
  const stamp = path.join(folder, 'stamps', 'processor');
  const before = processor === undefined ? undefined : readStamp(stamp);
  if (elsewhere) say(`[moved] ${folder} was configured as ${elsewhere}; it is made anew`);
  else if (before !== undefined && before !== processor)
    say(`[moved] ${folder} was compiled for another processor; it is made anew`);
  else {
    if (processor !== undefined && before === undefined) writeStamp(stamp, processor);
    return;
  }
  const flagsFile = path.join(folder, 'flags.json');
  const flags = readStamp(flagsFile);
  fs.rmSync(folder, { recursive: true, force: true });
  if (flags !== undefined) writeStamp(flagsFile, flags);
  if (processor !== undefined) writeStamp(stamp, processor);
}

/** @returns {string} what the processor of this machine is and which instructions it has, as far as they can be told */
export function thisProcessor() {
  const cpu = '/proc/cpuinfo';
  const instructions = fs.existsSync(cpu)
    ? /^(?:flags|Features)\s*:\s*(.*)$/m.exec(fs.readFileSync(cpu, 'utf8'))
    : null;
  return [os.arch(), instructions?.[1]?.split(' ').sort().join(' ') ?? os.cpus()[0]?.model ?? ''].join(' ');
}

/**
 * @param {string} folder
 * @param {string} source
 * @returns {string | undefined} the other place that the folder's CMakeCache.txt names; undefined when it names these
 *   two, or when nothing was configured
 */
function configuredFor(folder, source) {
  const cache = readStamp(path.join(folder, 'CMakeCache.txt'));
  if (cache === undefined) return undefined;
  /** @type {readonly (readonly [string, string])[]} */
  const places = [
    ['CMAKE_CACHEFILE_DIR', folder],
    ['CMAKE_HOME_DIRECTORY', source],
  ];
  return places
    .map(([name, here]) => ({ there: new RegExp(`^${name}:INTERNAL=(.*)$`, 'm').exec(cache)?.[1]?.trim(), here }))
    .find(({ there, here }) => there !== undefined && !samePlace(there, here))?.there;
}

/**
 * @param {string} a
 * @param {string} b
 */
function samePlace(a, b) {
  const [first, second] = [a, b].map((place) =>
    fs.existsSync(place) ? fs.realpathSync.native(place) : path.resolve(place),
  );
  return first === second;
}
