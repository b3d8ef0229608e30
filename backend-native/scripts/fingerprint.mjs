/** Answers "did anything change since the last build?" from the sizes and times of the sources, in milliseconds. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {readonly string[]} places files and folders; a place that is missing counts as empty
 * @param {readonly string[]} more whatever else decides about the result: flags, versions
 * @returns {string} a hash that changes when a file under the places is added, removed or written
 */
export function fingerprint(places, more = []) {
  const hash = crypto.createHash('sha256');
  for (const text of more) hash.update(`${text}\0`);
  for (const place of places) {
    for (const file of filesUnder(place)) {
      const stat = fs.statSync(file);
      hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\0`);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} place
 * @param {{ deep: boolean }} [options] deep: folders inside it too
 * @returns {string[]} sorted, so that the order of the directory does not matter
 */
export function filesUnder(place, { deep } = { deep: true }) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [place];
  return fs
    .readdirSync(place, { recursive: deep, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * @param {string} stamp a file that a finished build left behind
 * @returns {string | undefined} what was written into it
 */
export function readStamp(stamp) {
  return fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8') : undefined;
}

/**
 * @param {string} stamp
 * @param {string} value
 */
export function writeStamp(stamp, value) {
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(`${stamp}.${process.pid}`, value);
  fs.renameSync(`${stamp}.${process.pid}`, stamp);
}
