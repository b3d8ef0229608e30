/** What a package must not hold: another platform's binaries, too new a C library, a folder of the build machine. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder, writeFile } from '../../scratch.js';

interface CheckPackage {
  checkPackage: (folder: string, target: { name: string; arch: string }, glibc: string | undefined) => void;
}

async function loaded(): Promise<CheckPackage> {
  const script = path.join(packageRoot(), 'backend-native', 'scripts', 'check-package.mjs');
  return (await import(pathToFileURL(script).href)) as CheckPackage;
}

/** @param machine 62 for x64, 183 for arm64 */
function elf(machine: number, ...words: readonly string[]): Buffer {
  const head = Buffer.alloc(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(machine, 18);
  return Buffer.concat([head, Buffer.from(`\0${words.join('\0')}\0`)]);
}

function packed(t: TestContext, ...files: readonly Buffer[]): string {
  const folder = scratchFolder(t);
  files.forEach((bytes, i) => writeFile(folder, `lib${i}.so`, bytes));
  writeFile(folder, 'readme.txt', 'GLIBC_2.99');
  return folder;
}

const x64 = { name: 'linux-x64', arch: 'x64' };

test('binaries_of_the_target_that_need_no_newer_c_library_pass', async (t) => {
  const { checkPackage } = await loaded();
  checkPackage(packed(t, elf(62, 'GLIBC_2.2.5', 'GLIBC_2.28'), elf(62, 'malloc')), x64, '2.28');
  checkPackage(packed(t, elf(62, 'malloc')), x64, '0.0');
  checkPackage(packed(t, elf(62, 'GLIBC_2.34')), x64, undefined);
});

test('each_kind_of_what_does_not_belong_is_named', async (t) => {
  const { checkPackage } = await loaded();
  const refused = (bytes: Buffer, glibc: string | undefined, words: RegExp) => {
    assert.throws(() => {
      checkPackage(packed(t, bytes), x64, glibc);
    }, words);
  };
  refused(elf(183, 'malloc'), '2.28', /lib0\.so is for another processor than linux-x64's/);
  refused(elf(62, 'GLIBC_2.4', 'GLIBC_2.34'), '2.28', /needs glibc 2\.34, and linux-x64 promises to run with 2\.28/);
  refused(elf(62, 'GLIBC_2.2.5'), '0.0', /needs glibc 2\.2\.5/);
  refused(elf(62, `${packageRoot()}${path.sep}a.cpp`), undefined, /names a folder of this machine/);
});
