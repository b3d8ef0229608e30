/**
 * Zig as a cross compiler: one download that compiles for every Linux, whatever its C library.
 *
 * CMake and ggml speak to it as to clang, through wrappers that name the target.
 */
import fs from 'node:fs';
import path from 'node:path';
import { alone } from './lock.mjs';
import { cache, native } from './paths.mjs';
import { Stop } from './report.mjs';
import { withWheel } from './wheels.mjs';

const version = '0.17.0';

/** Of the machine that compiles. @type {Readonly<Record<string, string>>} */
const wheels = { 'linux-x64': '97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b' };

/**
 * @typedef {object} CrossTarget
 * @property {string} zig as zig calls it; with the oldest C library that is supported
 * @property {string} system as CMake calls it
 * @property {string} processor
 * @property {string} glibc the oldest that it runs with; 0.0: it needs none
 */

/** By the names that VS Code has for its platforms. @satisfies {Record<string, CrossTarget>} */
export const crossTargets = {
  'linux-x64': { zig: 'x86_64-linux-gnu.2.28', system: 'Linux', processor: 'x86_64', glibc: '2.28' },
  'linux-arm64': { zig: 'aarch64-linux-gnu.2.28', system: 'Linux', processor: 'aarch64', glibc: '2.28' },
  'alpine-x64': { zig: 'x86_64-linux-musl', system: 'Linux', processor: 'x86_64', glibc: '0.0' },
  'alpine-arm64': { zig: 'aarch64-linux-musl', system: 'Linux', processor: 'aarch64', glibc: '0.0' },
};

/**
 * @param {keyof typeof crossTargets} name
 * @returns {Promise<readonly string[]>} the flags of CMake that compile for it
 */
export async function crossFlags(name) {
  const { zig, system, processor } = crossTargets[name];
  const wrappers = path.join(cache, `zig-${name}`);
  writeWrappers(wrappers, await alone('zig', ensureZig), zig);
  return [
    `-DCMAKE_TOOLCHAIN_FILE=${path.join(native, 'cmake', 'zig.cmake')}`,
    `-DLOOK_ONCE_ZIG=${wrappers}`,
    `-DLOOK_ONCE_SYSTEM=${system}`,
    `-DLOOK_ONCE_PROCESSOR=${processor}`,
    // It brings no OpenMP; ggml has threads of its own.
    '-DGGML_OPENMP=OFF',
    // Zig links its C++ library into every file, and two of them in a process free each other's memory: one file then,
    // for the oldest processor of the architecture.
    '-DGGML_BACKEND_DL=OFF',
    '-DGGML_CPU_ALL_VARIANTS=OFF',
    // It compiles with debug information, which names folders of this machine, unless told otherwise.
    '-DCMAKE_SHARED_LINKER_FLAGS=-s',
    '-DCMAKE_MODULE_LINKER_FLAGS=-s',
  ];
}

/** @returns {Promise<string>} the program */
async function ensureZig() {
  const folder = path.join(cache, `zig-${version}`);
  const program = path.join(folder, 'zig');
  if (fs.existsSync(program)) return program;
  const sha256 = wheels[`${process.platform}-${process.arch}`];
  if (sha256 === undefined)
    throw new Stop(
      `Compiling for other platforms was made to work on ${Object.keys(wheels).join(', ')} and this is ` +
        `${process.platform}-${process.arch}.`,
    );
  await withWheel('zig', { requirement: `ziglang==${version}`, sha256, megabytes: 101 }, (unpacked) => {
    fs.renameSync(path.join(unpacked, 'ziglang'), folder);
    fs.chmodSync(program, 0o755);
  });
  return program;
}

/**
 * ggml names processors as GCC does (-march=armv8.2-a+dotprod+fp16), and zig takes LLVM's words.
 */
const arm = String.raw`
    -march=armv8-a | -march=armv8.0-a) a="-mcpu=generic" ;;
    -march=armv*)
      a=$(printf %s "$a" | sed -E 's/^-march=armv([89])\.([0-9])-a/-mcpu=generic+v\1_\2a/; s/\+fp16/+fullfp16/') ;;`;

/**
 * @param {string} folder
 * @param {string} zig the program
 * @param {string} target
 */
function writeWrappers(folder, zig, target) {
  fs.mkdirSync(folder, { recursive: true });
  const compiler = (/** @type {string} */ tool) => `#!/bin/sh
n=$#
while [ $n -gt 0 ]; do
  a=$1
  shift
  n=$((n - 1))
  case "$a" in${arm}
  esac
  set -- "$@" "$a"
done
exec "${zig}" ${tool} -target ${target} "$@"
`;
  const scripts = {
    'zig-cc': compiler('cc'),
    'zig-c++': compiler('c++'),
    'zig-ar': `#!/bin/sh\nexec "${zig}" ar "$@"\n`,
    'zig-ranlib': `#!/bin/sh\nexec "${zig}" ranlib "$@"\n`,
  };
  for (const [name, text] of Object.entries(scripts)) {
    const file = path.join(folder, name);
    // Unchanged files keep their date: CMake would compile everything anew.
    if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
    fs.writeFileSync(file, text, { mode: 0o755 });
  }
}
