/** What goes into a VSIX, looked at before it is packed: binaries of its platform alone, nothing of this machine. */
import fs from 'node:fs';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { root } from './paths.mjs';
import { Stop, say } from './report.mjs';

/** As ELF numbers processors. @type {Readonly<Record<string, number>>} */
const elfMachines = { x64: 62, arm64: 183 };

/**
 * @typedef {object} Binary
 * @property {string} file
 * @property {number} machine ELF's e_machine
 * @property {string | undefined} glibc the newest version whose symbols it needs; undefined when it needs none
 */

/**
 * @param {Buffer} bytes of a file
 * @param {string} file its name
 * @returns {Binary | undefined} undefined when it is no ELF file of 64 bits, little end first
 */
export function readElf(bytes, file) {
  const isElf64 = bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64) return undefined;
  // The versions that are needed stand as words in .dynstr, and nothing else is called so.
  const versions = [...bytes.toString('latin1').matchAll(/\0GLIBC_(\d+\.\d+(?:\.\d+)?)(?=\0)/g)].map(
    (found) => found[1] ?? '',
  );
  return { file, machine: bytes.readUInt16LE(18), glibc: versions.sort(byVersion).at(-1) };
}

/**
 * @param {string} folder what is packed
 * @param {{ name: string, arch: string }} target
 * @param {string | undefined} glibc the oldest that it has to run with; undefined: whatever this compiler made
 * @returns {void} throws a Stop that names the first file that does not belong there
 */
export function checkPackage(folder, target, glibc) {
  const here = Buffer.from(`${root}${path.sep}`);
  let newest = '';
  for (const file of filesUnder(folder)) {
    const bytes = fs.readFileSync(file);
    const inside = path.relative(folder, file);
    const binary = readElf(bytes, inside);
    if (!binary) continue;
    if (binary.machine !== elfMachines[target.arch])
      throw new Stop(`${inside} is for another processor than ${target.name}'s.`);
    if (bytes.includes(here)) throw new Stop(`${inside} names a folder of this machine: ${root}.`);
    const needed = binary.glibc ?? '';
    if (glibc !== undefined && byVersion(needed, glibc) > 0)
      throw new Stop(`${inside} needs glibc ${needed}, and ${target.name} promises to run with ${glibc}.`);
    if (byVersion(needed, newest) > 0) newest = needed;
  }
  say(`[package] every binary is for ${target.name}${newest === '' ? '' : ` and runs with glibc ${newest} or newer`}`);
}

/**
 * @param {string} a such as 2.28
 * @param {string} b
 */
function byVersion(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
