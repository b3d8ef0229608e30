/**
 * Zig as a cross compiler: one download that compiles for every Linux, whatever its C library, and for Windows.
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
 * @property {'linux' | 'win32'} platform as Node calls it
 * @property {'x64' | 'arm64'} arch as Node calls it
 * @property {string} zig as zig calls it; with the oldest C library that is supported
 * @property {string} [gpuLevel] of processors, for which the addon with Vulkan is compiled: machines with a GPU run it
 * @property {string} [glibc] the oldest that it runs with; 0.0: it needs none
 */

/** As CMake calls them. */
const systems = { linux: 'Linux', win32: 'Windows' };
const processors = { linux: { x64: 'x86_64', arm64: 'aarch64' }, win32: { x64: 'AMD64', arm64: 'ARM64' } };

/** @typedef {'linux-x64' | 'linux-arm64' | 'alpine-x64' | 'alpine-arm64' | 'win32-x64' | 'win32-arm64'} CrossName */

/** By the names that VS Code has for its platforms. @type {Readonly<Record<CrossName, CrossTarget>>} */
export const crossTargets = {
  'linux-x64': { platform: 'linux', arch: 'x64', zig: 'x86_64-linux-gnu.2.28', glibc: '2.28', gpuLevel: 'haswell' },
  'linux-arm64': { platform: 'linux', arch: 'arm64', zig: 'aarch64-linux-gnu.2.28', glibc: '2.28' },
  'alpine-x64': { platform: 'linux', arch: 'x64', zig: 'x86_64-linux-musl', glibc: '0.0' },
  'alpine-arm64': { platform: 'linux', arch: 'arm64', zig: 'aarch64-linux-musl', glibc: '0.0' },
  'win32-x64': { platform: 'win32', arch: 'x64', zig: 'x86_64-windows-gnu', gpuLevel: 'haswell' },
  'win32-arm64': { platform: 'win32', arch: 'arm64', zig: 'aarch64-windows-gnu' },
};

const avx2 = [
  '-DGGML_SSE42=ON',
  '-DGGML_AVX=ON',
  '-DGGML_F16C=ON',
  '-DGGML_FMA=ON',
  '-DGGML_AVX2=ON',
  '-DGGML_BMI2=ON',
];

/**
 * Zig links its C++ library into every file, and two of those that share names in a process free each other's memory.
 * So there is one whole addon for each generation of processors, beside the one for the oldest, and the server loads
 * the best that runs (backend-native/src/addon/processor.h has what each of them wants).
 * @satisfies {Record<CrossTarget['arch'], Record<string, readonly string[]>>}
 */
export const processorLevels = {
  x64: {
    haswell: avx2,
    icelake: [...avx2, '-DGGML_AVX512=ON', '-DGGML_AVX512_VBMI=ON', '-DGGML_AVX512_VNNI=ON'],
  },
  arm64: { 'armv8.2_2': ['-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod+fp16'] },
};

/**
 * @param {CrossName} name
 * @returns {Promise<readonly string[]>} the flags of CMake that compile for it, for its oldest processors
 */
export async function crossFlags(name) {
  const { platform, arch, zig } = crossTargets[name];
  const wrappers = path.join(cache, `zig-${name}`);
  writeWrappers(wrappers, await alone('zig', ensureZig), zig);
  return [
    `-DCMAKE_TOOLCHAIN_FILE=${path.join(native, 'cmake', 'zig.cmake')}`,
    `-DLOOK_ONCE_ZIG=${wrappers}`,
    `-DLOOK_ONCE_SYSTEM=${systems[platform]}`,
    `-DLOOK_ONCE_PROCESSOR=${processors[platform][arch]}`,
    // It brings no OpenMP; ggml has threads of its own.
    '-DGGML_OPENMP=OFF',
    '-DGGML_BACKEND_DL=OFF',
    '-DGGML_CPU_ALL_VARIANTS=OFF',
    // It compiles with debug information, which names folders of this machine, unless told otherwise.
    '-DCMAKE_SHARED_LINKER_FLAGS=-s',
    '-DCMAKE_MODULE_LINKER_FLAGS=-s',
  ];
}

/** @returns {Promise<string>} the program */
export async function ensureZig() {
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
