/** What a program or library of Linux wants to find on a machine, read from its file ("System V ABI", ELF-64). */
import { Stop } from './report.mjs';

const loaded = 1;
const dynamic = 2;
const neededLibrary = 1n;
const stringTable = 5n;
const stringTableSize = 10n;

/**
 * @typedef {object} Elf
 * @property {number} machine e_machine: the processor
 * @property {readonly string[]} needed names of the libraries that it is linked with
 * @property {readonly string[]} versions of symbols that it wants of them, such as GLIBC_2.28
 */

/**
 * @param {Buffer} bytes of a file
 * @param {string} name of the file
 * @returns {Elf | undefined} undefined when it is no such file of 64 bits, lowest byte first; throws a Stop when it
 *   tells of places outside of itself
 */
export function readElf(bytes, name) {
  try {
    return readWhole(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new Stop(`${name} is cut short: it tells of places behind its end.`);
    throw error;
  }
}

/**
 * @param {Buffer} bytes
 * @returns {Elf | undefined} throws a RangeError when it tells of places outside of itself
 */
function readWhole(bytes) {
  const isElf64 = bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64) return undefined;
  const machine = bytes.readUInt16LE(18);
  const segments = segmentsOf(bytes);
  const table = segments.find(({ type }) => type === dynamic);
  if (!table) return { machine, needed: [], versions: [] };
  /** @type {bigint[]} */
  const names = [];
  let strings = 0n;
  let length = 0n;
  for (let at = table.offset; at + 16 <= table.offset + table.size; at += 16) {
    const tag = bytes.readBigInt64LE(at);
    const value = bytes.readBigUInt64LE(at + 8);
    if (tag === neededLibrary) names.push(value);
    else if (tag === stringTable) strings = value;
    else if (tag === stringTableSize) length = value;
    else if (tag === 0n) break;
  }
  // The table is named by its place in memory.
  const home = segments.find(
    ({ type, address, size }) => type === loaded && strings >= address && strings + length <= address + BigInt(size),
  );
  if (!home) throw new RangeError('Expected the names of an ELF file inside one of its segments.');
  const start = home.offset + Number(strings - home.address);
  if (start + Number(length) > bytes.length) throw new RangeError('Expected the names of an ELF file before its end.');
  const text = bytes.toString('latin1', start, start + Number(length));
  return {
    machine,
    needed: names.map((name) => wordAt(text, Number(name))),
    versions: text.split('\0').filter((word) => /^[A-Z]+_\d+\.\d/.test(word)),
  };
}

/**
 * @param {Buffer} bytes
 * @returns {{ type: number, offset: number, address: bigint, size: number }[]} its segments, as they lie in the file
 */
function segmentsOf(bytes) {
  const start = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, i) => {
    const at = start + i * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: bytes.readBigUInt64LE(at + 16),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

/**
 * @param {string} text
 * @param {number} at
 */
function wordAt(text, at) {
  return text.slice(at, text.indexOf('\0', at));
}
