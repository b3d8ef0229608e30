/** A CMake build folder that was moved, renamed or copied: CMake refuses it with forty lines, and we make it anew. */
import fs from 'node:fs';
import path from 'node:path';
import { readStamp, writeStamp } from './fingerprint.mjs';
import { say } from './report.mjs';

/**
 * Empties a build folder that CMake configured for another place. What was chosen for it (flags.json) stays.
 * @param {string} folder the build folder, absolute
 * @param {string} source the folder of the top level CMakeLists.txt, absolute
 */
export function forgetMovedBuild(folder, source) {
  const elsewhere = configuredFor(folder, source);
  if (!elsewhere) return;
  say(`[moved] ${folder} was configured as ${elsewhere}; it is made anew`);
  const flagsFile = path.join(folder, 'flags.json');
  const flags = readStamp(flagsFile);
  fs.rmSync(folder, { recursive: true, force: true });
  if (flags !== undefined) writeStamp(flagsFile, flags);
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
