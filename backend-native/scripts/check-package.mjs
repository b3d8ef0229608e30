/** What goes into a VSIX, looked at before it is packed: binaries of its platform alone, nothing of this machine. */
import fs from 'node:fs';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { root } from './paths.mjs';
import { Stop, say } from './report.mjs';

/** By the numbers of ELF (e_machine) and of Windows' files (Machine). @type {Readonly<Record<number, string>>} */
const processors = { 62: 'x64', 183: 'arm64', 0x8664: 'x64', 0xaa64: 'arm64' };

/**
 * @typedef {object} Binary
 * @property {string} file
 * @property {string} system as Node calls it
 * @property {string | undefined} processor as Node calls it; undefined: one that no package is made for
 * @property {string | undefined} [glibc] the newest version whose symbols it needs; undefined when it needs none
 */

/**
 * @param {Buffer} bytes of a file
 * @param {string} file its name
 * @returns {Binary | undefined} undefined when it is no program or library of Linux or Windows of 64 bits
 */
export function readBinary(bytes, file) {
  return readElf(bytes, file) ?? readWindows(bytes, file);
}

/**
 * "PE Format", Microsoft: where the header begins stands at 0x3c of what begins with MZ.
 * @param {Buffer} bytes
 * @param {string} file
 * @returns {Binary | undefined}
 */
function readWindows(bytes, file) {
  if (bytes.length < 0x40 || bytes.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const header = bytes.readUInt32LE(0x3c);
  if (header + 6 > bytes.length || bytes.toString('latin1', header, header + 4) !== 'PE\0\0') return undefined;
  return { file, system: 'win32', processor: processors[bytes.readUInt16LE(header + 4)] };
}

/**
 * @param {Buffer} bytes
 * @param {string} file
 * @returns {Binary | undefined}
 */
function readElf(bytes, file) {
  const isElf64 = bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64) return undefined;
  // The versions that are needed stand as words in .dynstr, and nothing else is called so.
  const versions = [...bytes.toString('latin1').matchAll(/\0GLIBC_(\d+\.\d+(?:\.\d+)?)(?=\0)/g)].map(
    (found) => found[1] ?? '',
  );
  return {
    file,
    system: 'linux',
    processor: processors[bytes.readUInt16LE(18)],
    glibc: versions.sort(byVersion).at(-1),
  };
}

/**
 * @param {string} folder what is packed
 * @param {{ name: string, platform: string, arch: string }} target
 * @param {string | undefined} glibc the oldest that it has to run with; undefined: whatever this compiler made
 * @returns {void} throws a Stop that names the first file that does not belong there
 */
export function checkPackage(folder, target, glibc) {
  const here = Buffer.from(`${root}${path.sep}`);
  let newest = '';
  for (const file of filesUnder(folder)) {
    const bytes = fs.readFileSync(file);
    const inside = path.relative(folder, file);
    const binary = readBinary(bytes, inside);
    if (!binary) continue;
    if (binary.system !== target.platform) throw new Stop(`${inside} is for another system than ${target.name}.`);
    if (binary.processor !== target.arch) throw new Stop(`${inside} is for another processor than ${target.name}'s.`);
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
