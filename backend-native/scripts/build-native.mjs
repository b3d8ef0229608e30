/**
 * Builds the native backend: `npm run build:native -- [-D<name>=<value>]... [--target <name>]...`
 *
 * Flags are remembered in the build folder: `-DGGML_CUDA=ON` once is enough, `-DGGML_CUDA=OFF` takes it back.
 * CMake rebuilds what changed; when no source changed at all it is not even started.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { forgetMovedBuild, thisProcessor } from './build-folder.mjs';
import { crossFlags, crossTargets, processorLevels } from './cross-compiler.mjs';
import { cudaFlags } from './cuda-tools.mjs';
import { ensureLlamaCpp } from './fetch-llama-cpp.mjs';
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { alone } from './lock.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { dist, native, root } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, duration, runMain, say } from './report.mjs';
import { stageRelease } from './stage-release.mjs';
import { ensureToolchain } from './toolchain.mjs';
import { vulkanFlags } from './vulkan-tools.mjs';

/**
 * @typedef {object} Preset
 * @property {string} folder the build folder
 * @property {readonly string[]} flags
 * @property {readonly string[]} targets what is built when no target is named
 * @property {import('./vulkan-tools.mjs').Loader | false} [vulkan] with ggml's Vulkan backend, and what compiles it
 * @property {string} is for the progress lines
 */

const releaseFlags = [
  '-DGGML_BACKEND_DL=ON',
  '-DGGML_CPU_ALL_VARIANTS=ON',
  '-DGGML_NATIVE=OFF',
  '-DLOOK_ONCE_TESTS=OFF',
  // What only measurements need is not shipped.
  '-DLOOK_ONCE_SWEEP=OFF',
  // Every library finds the others beside itself, wherever they are put.
  '-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON',
  `-DCMAKE_INSTALL_RPATH=${process.platform === 'darwin' ? '@loader_path' : '$ORIGIN'}`,
];

/**
 * CPU variants of a trial, by Node's name of the architecture: one that runs everywhere and one to be preferred to it,
 * so that the choice at run time is tried too. Others compile all of theirs.
 * @type {Readonly<Record<string, string>>}
 */
const trialCpus = { x64: 'x64;haswell' };

/** @satisfies {Record<string, Preset>} */
export const presets = {
  local: {
    folder: path.join(native, 'build'),
    flags: [],
    targets: ['look_once'],
    is: 'the native backend for this machine',
  },
  release: {
    folder: path.join(native, 'build-release'),
    flags: releaseFlags,
    targets: ['look_once'],
    // A library of its own, which is loaded where a driver is found. Macs have Metal.
    vulkan: process.platform !== 'darwin' && 'linked',
    is: 'the native backend for any machine of this architecture',
  },
  vulkan: {
    folder: path.join(native, 'build-vulkan'),
    flags: [],
    targets: ['look_once'],
    vulkan: 'linked',
    is: 'the native backend with Vulkan',
  },
  cuda: {
    folder: path.join(native, 'build-cuda'),
    flags: ['-DGGML_CUDA=ON'],
    targets: ['look_once'],
    is: 'the native backend with CUDA',
  },
  cudaLibrary: {
    folder: path.join(native, 'build-cuda-library'),
    flags: [...releaseFlags, '-DGGML_CPU_ALL_VARIANTS=OFF', '-DGGML_CUDA=ON'],
    // The one library that `release` lacks.
    targets: ['ggml-cuda'],
    is: "ggml's CUDA backend",
  },
  trial: {
    folder: path.join(native, 'build-trial'),
    flags: [...releaseFlags, `-DLOOK_ONCE_CPU_VARIANTS=${trialCpus[process.arch] ?? ''}`],
    targets: ['look_once'],
    is: 'the native backend as it is released, for fewer processors',
  },
};

/**
 * Release builds that another machine runs.
 * @param {import('./cross-compiler.mjs').CrossName} target
 * @returns {Promise<(Preset & { level: string | undefined })[]>} one for the oldest processors of its architecture, one
 *   for each later generation, and one for GPUs
 */
export async function crossPresets(target) {
  const { arch, gpuLevel } = crossTargets[target];
  const flags = [...releaseFlags, ...(await crossFlags(target))];
  /** @type {Readonly<Record<string, readonly string[]>>} */
  const levels = processorLevels[arch];
  const made = (/** @type {string | undefined} */ level, /** @type {readonly string[]} */ more) => ({
    level,
    folder: path.join(native, `build-${target}${level === undefined ? '' : `-${level}`}`),
    flags: [...flags, ...more],
    targets: ['look_once'],
    is: `the native backend for ${target}${level === undefined ? '' : ` with ${level}`}`,
  });
  return [
    made(undefined, []),
    ...Object.entries(levels).map(([level, more]) => made(level, more)),
    ...(gpuLevel ? [{ ...made('vulkan', levels[gpuLevel] ?? []), vulkan: /** @type {const} */ ('opened') }] : []),
  ];
}

/**
 * @param {Preset} preset
 * @param {{ flags?: readonly string[], targets?: readonly string[] }} [options]
 * @returns {Promise<void>} rejects with a Stop that carries the end of the compiler's output
 */
export async function buildNative(preset, options = {}) {
  const everywhere = mergeFlags(preset, options.flags ?? []).includes('-DGGML_NATIVE=OFF');
  forgetMovedBuild(preset.folder, native, everywhere ? {} : { processor: thisProcessor() });
  const llamaCpp = await alone('llama-cpp', ensureLlamaCpp);
  const asked = mergeFlags(preset, options.flags ?? []);
  const vulkan = preset.vulkan || (asked.includes('-DGGML_VULKAN=ON') && 'linked');
  const tools = [
    ...(vulkan ? await vulkanFlags(llamaCpp, vulkan) : []),
    ...(asked.includes('-DGGML_CUDA=ON') && !namesCompiler(asked) ? await cudaFlags() : []),
  ];
  const flags = tools.length > 0 ? mergeFlags(preset, [...tools, ...(options.flags ?? [])]) : asked;
  const targets = options.targets?.length ? options.targets : preset.targets;
  // Ours are watched here; another checkout of llama.cpp may change at any time, so that one is left to CMake.
  const sources = ['src', 'tests', 'cmake', 'CMakeLists.txt'].map((place) => path.join(native, place));
  const configured = fingerprint([], [llamaCpp, ...packageVersions(), ...flags]);
  const built = fingerprint(sources, [configured]);
  const stamps = targets.map((target) => path.join(preset.folder, 'stamps', target));
  const watched = !process.env['LLAMA_CPP_DIR'];
  if (watched && stamps.every((stamp) => readStamp(stamp) === built)) return;

  const start = Date.now();
  const log = path.join(preset.folder, 'build.log');
  const configureStamp = path.join(preset.folder, 'stamps', 'configure');
  if (readStamp(configureStamp) !== configured || !fs.existsSync(path.join(preset.folder, 'CMakeCache.txt'))) {
    say(`[  0 %] configuring ${preset.is}`);
    await cmakeJs(preset, 'configure', [`-DLLAMA_CPP_DIR=${llamaCpp}`, ...flags], log, undefined);
    writeStamp(path.join(preset.folder, 'flags.json'), JSON.stringify(flags));
    writeStamp(configureStamp, configured);
  }
  await cmakeJs(preset, 'build', ['--target', ...targets], log, progressLines(preset.is, start));
  for (const stamp of stamps) writeStamp(stamp, built);
  say(`[100 %] built ${preset.is} in ${duration(Date.now() - start)}`);
}

/**
 * @param {Preset} preset
 * @param {'configure' | 'build'} command
 * @param {readonly string[]} args passed on to CMake
 * @param {string} log
 * @param {((line: string) => void) | undefined} onLine
 */
async function cmakeJs(preset, command, args, log, onLine) {
  const cli = createRequire(path.join(root, 'package.json')).resolve('cmake-js/bin/cmake-js');
  const jobs = String(os.availableParallelism());
  await runLogged(
    process.execPath,
    [cli, command, '-d', native, '-O', preset.folder, '-B', 'Release', '-p', jobs, '--', ...args],
    {
      cwd: root,
      // Generators print the same progress in every language.
      env: { ...compilerCache, ...process.env, LC_ALL: 'C', NINJA_STATUS: '[%f/%t] ' },
      log,
      append: command === 'build',
      failure:
        `The native build failed while it was to ${command} ${preset.is}. The compiler's words are below; after ` +
        'mending it, the same command goes on from there.',
      ...(onLine ? { onLine } : {}),
    },
  );
}

/**
 * ccache, which ggml's build puts before the compiler where it is installed, serves every build folder of every
 * checkout on this machine: paths count from the checkout, and the folder of the build is not part of what is looked
 * up.
 */
const compilerCache = { CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: '1' };

/**
 * What the native build takes from npm: another version is another build, a new version of anything else is not.
 * @returns {string[]}
 */
function packageVersions() {
  /** @type {unknown} */
  const parsed = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const lock = /** @type {{ packages?: Record<string, { version?: string }> }} */ (parsed);
  return ['cmake-js', 'node-addon-api', 'node-api-headers'].map(
    (name) => `${name} ${lock.packages?.[`node_modules/${name}`]?.version ?? 'not locked'}`,
  );
}

/**
 * Whether a compiler for CUDA that is there was named, now or before.
 * @param {readonly string[]} flags
 */
function namesCompiler(flags) {
  const name = '-DCMAKE_CUDA_COMPILER=';
  return flags.some((flag) => flag.startsWith(name) && fs.existsSync(flag.slice(name.length)));
}

/**
 * The flags of a build: the preset's, those remembered from the last configure, and the new ones, later ones first.
 * @param {Preset} preset
 * @param {readonly string[]} added
 * @returns {string[]}
 */
function mergeFlags(preset, added) {
  /** @type {unknown} */
  const remembered = JSON.parse(readStamp(path.join(preset.folder, 'flags.json')) ?? '[]');
  /** @type {Map<string, string>} */
  const byName = new Map();
  for (const flag of [...(Array.isArray(remembered) ? remembered.map(String) : []), ...preset.flags, ...added]) {
    byName.set(flag.slice(0, flag.indexOf('=')), flag);
  }
  return [...byName.values()].sort();
}

/**
 * @param {string} what
 * @param {number} start
 * @returns {(line: string) => void} turns the generator's lines into one progress line every few seconds
 */
function progressLines(what, start) {
  let last = 0;
  return (line) => {
    const ninja = /^\[(\d+)\/(\d+)\]/.exec(line);
    const make = /^\[ *(\d+)%\]/.exec(line);
    if ((!ninja && !make) || Date.now() - last < 5000) return;
    last = Date.now();
    const percent = ninja ? Math.floor((100 * Number(ninja[1])) / Number(ninja[2])) : Number(make?.[1]);
    const file = /([\w.+-]+\.(?:cpp|cc|c|cu|m|comp))(?:\.o|\.obj)?$/.exec(line)?.[1] ?? '';
    say(
      `[${String(percent).padStart(3)} %] building ${what}${file ? `: ${file}` : ''} (${duration(Date.now() - start)})`,
    );
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const args = process.argv.slice(2);
    const { values } = parseArgs({
      args: args.filter((arg) => !/^-D\w+(:\w+)?=/.test(arg)),
      options: {
        preset: { type: 'string', default: 'local' },
        target: { type: 'string', multiple: true, default: [] },
      },
    });
    const preset = Object.entries(presets).find(([name]) => name === values.preset)?.[1];
    if (!preset)
      throw new Stop(`Expected a preset of ${Object.keys(presets).join(', ')} but received ${values.preset}.`);
    await ensureToolchain({ install: false });
    await alone('build', ensureNpmPackages);
    const flags = args.filter((arg) => arg.startsWith('-D'));
    await alone(path.basename(preset.folder), () => buildNative(preset, { flags, targets: values.target }));
    if (preset === presets.release)
      stageRelease([preset], path.join(dist, 'native', `${process.platform}-${process.arch}`), false);
    return 0;
  });
}
