/** What a package must not hold: another platform's binaries, too new a C library, a folder of the build machine. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder, writeFile } from '../../scratch.js';

interface CheckPackage {
  checkPackage: (
    folder: string,
    target: { name: string; platform: string; arch: string },
    glibc: string | undefined,
  ) => void;
}

async function loaded(): Promise<CheckPackage> {
  const script = path.join(packageRoot(), 'backend-native', 'scripts', 'check-package.mjs');
  return (await import(pathToFileURL(script).href)) as CheckPackage;
}

/**
 * A library of two segments: the whole file, and its table of what it needs.
 * @param machine 62 for x64, 183 for arm64
 * @param words names in its table; those of libraries are what it is linked with
 */
function elf(machine: number, ...words: readonly string[]): Buffer {
  const names = Buffer.from(`\0${words.join('\0')}\0`, 'latin1');
  const libraries = words.filter((word) => word.includes('.so'));
  const tableAt = 64 + 2 * 56;
  const tableSize = 16 * (libraries.length + 3);
  const namesAt = tableAt + tableSize;
  const bytes = Buffer.alloc(namesAt);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  // Addresses differ from places in the file, as they do in real ones.
  const base = 0x1000;
  const segment = (at: number, type: number, offset: number, size: number) => {
    bytes.writeUInt32LE(type, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(base + offset), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(64, 1, 0, namesAt + names.length);
  segment(64 + 56, 2, tableAt, tableSize);
  const entries = [
    ...libraries.map((word) => [1, names.indexOf(word)]),
    [5, base + namesAt],
    [10, names.length],
    [0, 0],
  ];
  entries.flat().forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), tableAt + 8 * i));
  return Buffer.concat([bytes, names]);
}

/** @param machine 0x8664 for x64, 0xaa64 for arm64 */
function windows(machine: number): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(machine, 132);
  return bytes;
}

function packed(t: TestContext, ...files: readonly Buffer[]): string {
  const folder = scratchFolder(t);
  files.forEach((bytes, i) => writeFile(folder, `lib${i}.so`, bytes));
  writeFile(folder, 'readme.txt', 'GLIBC_2.99');
  return folder;
}

const x64 = { name: 'linux-x64', platform: 'linux', arch: 'x64' };
const forWindows = { name: 'win32-x64', platform: 'win32', arch: 'x64' };

test('binaries_of_the_target_that_need_no_newer_c_library_pass', async (t) => {
  const { checkPackage } = await loaded();
  checkPackage(packed(t, elf(62, 'libc.so.6', 'GLIBC_2.2.5', 'GLIBC_2.28'), elf(62, 'malloc')), x64, '2.28');
  checkPackage(packed(t, elf(62, 'malloc')), x64, '0.0');
  checkPackage(packed(t, elf(62, 'libc.so.6', 'GLIBC_2.34')), x64, undefined);
  checkPackage(packed(t, elf(62, 'libc.so.6', 'libstdc++.so.6', 'lib1.so'), elf(62, 'libvulkan.so.1')), x64, '2.28');
  // GCC's own library calls its oldest symbols so, with musl too.
  checkPackage(packed(t, elf(62, 'libc.musl-x86_64.so.1', 'libgcc_s.so.1', 'GLIBC_2.0')), x64, '0.0');
  checkPackage(packed(t, windows(0x8664)), forWindows, undefined);
  // No program: what begins like one and ends before its header.
  checkPackage(packed(t, windows(0x8664).subarray(0, 100), Buffer.from('MZ')), x64, undefined);
});

test('each_kind_of_what_does_not_belong_is_named', async (t) => {
  const { checkPackage } = await loaded();
  const refused = (bytes: Buffer, glibc: string | undefined, words: RegExp, target = x64) => {
    assert.throws(() => {
      checkPackage(packed(t, bytes), target, glibc);
    }, words);
  };
  refused(elf(183, 'malloc'), '2.28', /lib0\.so is for another processor than linux-x64's/);
  refused(
    elf(62, 'libm.so.6', 'GLIBC_2.4', 'GLIBC_2.34'),
    '2.28',
    /needs glibc 2\.34, and linux-x64 promises to run with 2\.28/,
  );
  refused(elf(62, 'libc.so.6', 'GLIBC_2.2.5'), '0.0', /needs glibc 2\.2\.5/);
  refused(elf(62, 'libc.so.6', 'libgomp.so.1'), '2.28', /needs libgomp\.so\.1, which neither comes along/);
  const reports = elf(62, 'https://mobile.events.data.microsoft.com/OneCollector/1.0');
  refused(reports, '2.28', /names events\.data\.microsoft\.com, to which it would report/);
  refused(windows(0x8664), undefined, /lib0\.so is for another system than linux-x64/);
  refused(elf(62, 'malloc'), undefined, /is for another system than win32-x64/, forWindows);
  refused(windows(0xaa64), undefined, /is for another processor than win32-x64's/, forWindows);
  refused(elf(62, `${packageRoot()}${path.sep}a.cpp`), undefined, /names a folder of this machine/);
});

test('a_library_that_ends_before_its_own_tables_is_named', async (t) => {
  const { checkPackage } = await loaded();
  const whole = elf(62, 'libc.so.6');
  for (const length of [64, 120, 200, whole.length - 5]) {
    assert.throws(() => {
      checkPackage(packed(t, whole.subarray(0, length)), x64, undefined);
    }, /lib0\.so is cut short/);
  }
});
