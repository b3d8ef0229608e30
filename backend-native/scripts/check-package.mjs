/**
 * What goes into a VSIX, looked at before it is packed: binaries of its platform alone, with all that they need,
 * nothing of this machine, and none that reports to anybody.
 */
import fs from 'node:fs';
import path from 'node:path';
import { readElf } from './elf.mjs';
import { filesUnder } from './fingerprint.mjs';
import { root } from './paths.mjs';
import { Stop, say } from './report.mjs';

/** By the numbers of ELF (e_machine) and of Windows' files (Machine). @type {Readonly<Record<number, string>>} */
const processors = { 62: 'x64', 183: 'arm64', 0x8664: 'x64', 0xaa64: 'arm64' };

const glibcLibrary = /^lib(?:c|m|dl|pthread|rt|resolv|util)\.so\.\d+$/;

/**
 * Libraries that a machine has: the C library, of which `glibc` tells the version, C++'s, and the loader of a driver,
 * without which the one library that wants it is passed over.
 */
const ofTheMachine = [
  glibcLibrary,
  /^lib(?:stdc\+\+|gcc_s|vulkan)\.so\.\d+$/,
  /^ld-linux-[\w-]+\.so\.\d+$/,
  /^libc(?:\.musl-\w+)?\.so(?:\.1)?$/,
];

/** Where libraries of others send what they see of their users: onnxruntime after 1.28. */
const collectors = ['events.data.microsoft.com'];

/**
 * @typedef {object} Binary
 * @property {string} file
 * @property {string} system as Node calls it
 * @property {string | undefined} processor as Node calls it; undefined: one that no package is made for
 * @property {readonly string[]} needed names of the libraries that it is linked with; of Linux alone
 * @property {string | undefined} [glibc] the newest version whose symbols it needs; undefined when it needs none
 */

/**
 * @param {Buffer} bytes of a file
 * @param {string} file its name
 * @returns {Binary | undefined} undefined when it is no program or library of Linux or Windows of 64 bits
 */
export function readBinary(bytes, file) {
  return readLinux(bytes, file) ?? readWindows(bytes, file);
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
  return { file, system: 'win32', processor: processors[bytes.readUInt16LE(header + 4)], needed: [] };
}

/**
 * @param {Buffer} bytes
 * @param {string} file
 * @returns {Binary | undefined}
 */
function readLinux(bytes, file) {
  const elf = readElf(bytes, file);
  if (!elf) return undefined;
  // GCC's own library has symbols of that name too, with musl as well.
  const isOfGlibc = elf.needed.some((name) => glibcLibrary.test(name));
  const versions = elf.versions.flatMap((word) => /^GLIBC_(\d+\.\d+(?:\.\d+)?)$/.exec(word)?.[1] ?? []);
  return {
    file,
    system: 'linux',
    processor: processors[elf.machine],
    needed: elf.needed,
    glibc: isOfGlibc ? versions.sort(byVersion).at(-1) : undefined,
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
  const files = filesUnder(folder);
  const packed = new Set(files.map((file) => path.basename(file)));
  for (const file of files) {
    const bytes = fs.readFileSync(file);
    const inside = path.relative(folder, file);
    const binary = readBinary(bytes, inside);
    if (!binary) continue;
    if (binary.system !== target.platform) throw new Stop(`${inside} is for another system than ${target.name}.`);
    if (binary.processor !== target.arch) throw new Stop(`${inside} is for another processor than ${target.name}'s.`);
    if (bytes.includes(here)) throw new Stop(`${inside} names a folder of this machine: ${root}.`);
    const collector = collectors.find((name) => bytes.includes(name));
    if (collector !== undefined) throw new Stop(`${inside} names ${collector}, to which it would report.`);
    const missing = binary.needed.find(
      (name) => !packed.has(name) && !ofTheMachine.some((pattern) => pattern.test(name)),
    );
    if (missing !== undefined)
      throw new Stop(`${inside} needs ${missing}, which neither comes along nor is everywhere.`);
    const oldest = binary.glibc ?? '';
    if (glibc !== undefined && byVersion(oldest, glibc) > 0)
      throw new Stop(`${inside} needs glibc ${oldest}, and ${target.name} promises to run with ${glibc}.`);
    if (byVersion(oldest, newest) > 0) newest = oldest;
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
