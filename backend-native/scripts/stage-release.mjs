/** Puts what a release build made into one folder that runs on its own: <platform>-<arch>. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { say } from './report.mjs';
import { isOnPath } from './toolchain.mjs';

/** A library, under the one name that others ask for: libggml.so.0 and not libggml.so.0.25.1. */
const library = /^(?:lib)?[\w+-]+(?:\.\d_\d)?(?:\.so(?:\.\d+)?|(?:\.\d+)?\.dylib|\.dll)$/;

/**
 * @param {readonly { folder: string, level?: string | undefined }[]} builds the first with all libraries; the others
 *   are one addon each, for later generations of processors, called after their level
 * @param {string} folder that receives the files, in place of what it held
 * @param {boolean} isCross whether another compiler than this machine's made them, which needs none of its libraries
 */
export function stageRelease(builds, folder, isCross) {
  const part = `${folder}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  for (const build of builds) {
    const name = `look_once${build.level === undefined ? '' : `-${build.level}`}.node`;
    fs.copyFileSync(path.join(build.folder, 'Release', 'look_once.node'), path.join(part, name));
  }
  const buildFolder = builds[0]?.folder ?? '';
  const libraries = path.join(buildFolder, 'bin');
  const made = fs.existsSync(libraries) ? fs.readdirSync(libraries) : [];
  const names = made.filter((name) => library.test(name) && !isLeftOut(name, buildFolder));
  // copyFile follows links: what is copied is a file of its own.
  for (const name of names.filter((name) => !isOnlyForLinking(name, names)))
    fs.copyFileSync(path.join(libraries, name), path.join(part, name));
  const openMp = isCross ? undefined : openMpLibrary();
  if (openMp) fs.copyFileSync(openMp, path.join(part, path.basename(openMp)));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(part, folder);
  say(`[release] ${fs.readdirSync(folder).length} files in ${folder}`);
}

/**
 * Whether a library is one of the CPU variants that this build does not compile (LOOK_ONCE_CPU_VARIANTS).
 * @param {string} name
 * @param {string} buildFolder
 */
function isLeftOut(name, buildFolder) {
  const variant = /^(?:lib)?ggml-cpu-(\w+(?:\.\d_\d)?)\./.exec(name)?.[1];
  const cache = fs.readFileSync(path.join(buildFolder, 'CMakeCache.txt'), 'utf8');
  const chosen = /^LOOK_ONCE_CPU_VARIANTS:\w+=(.*)$/m.exec(cache)?.[1]?.trim() ?? '';
  return variant !== undefined && chosen !== '' && !chosen.split(';').includes(variant);
}

/**
 * libggml.so, where there is a libggml.so.0, is for compilers.
 * @param {string} name
 * @param {readonly string[]} names
 */
function isOnlyForLinking(name, names) {
  const stem = name.replace(/\.(?:so|dylib)$/, '');
  return (
    stem !== name &&
    names.some((other) => /^\.(?:so\.\d+|\d+\.dylib)$/.test(other.slice(stem.length)) && other.startsWith(stem))
  );
}

/**
 * ggml's threads are GCC's OpenMP, whose library is not on every machine, unlike the C++ library.
 * @returns {string | undefined} its path; undefined for other compilers
 */
export function openMpLibrary() {
  if (process.platform !== 'linux' || !isOnPath('g++')) return undefined;
  const file = execFileSync('g++', ['-print-file-name=libgomp.so.1'], { encoding: 'utf8' }).trim();
  // A bare name: the compiler has none.
  return path.isAbsolute(file) ? file : undefined;
}
