/**
 * `npm run package`: the extension for this machine as dist/look-once-<platform>-<arch>.vsix;
 * `npm run package -- --target <name>`: for another, or for older systems (package-target.mjs);
 * `npm run package -- --cuda`: for this one, with ggml's CUDA backend and NVIDIA's libraries.
 *
 * What goes in is first put together in dist/package, the very folder that an installed extension is: production
 * bundles, the native backend for every CPU of this architecture, and the packages that cannot be bundled.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { billOfMaterials } from './bill-of-materials.mjs';
import { buildNative, crossPresets, presets } from './build-native.mjs';
import { bundleForPackage, installerPackages, runtimePackages } from './bundle.mjs';
import { checkPackage } from './check-package.mjs';
import { crossTargets } from './cross-compiler.mjs';
import { pinnedCuda } from './cuda-tools.mjs';
import { ensureLlamaCpp, pinned } from './fetch-llama-cpp.mjs';
import { carriers, modelFiles, requireModels } from './fetch-models.mjs';
import { filesUnder } from './fingerprint.mjs';
import { alone } from './lock.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { hasVulkan, noticeOf, packagesOf, withDependencies } from './package-licences.mjs';
import { modulesFor, packageTarget } from './package-target.mjs';
import { dist, root } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, say } from './report.mjs';
import { stageRelease } from './stage-release.mjs';
import { ensureToolchain } from './toolchain.mjs';

/** @typedef {import('./package-target.mjs').Target} Target */
/** @typedef {import('./build-native.mjs').Preset & { level: string | undefined }} Build */

/** Open VSX and the Marketplace take more; nobody likes to wait for it. */
const largestVsix = 200e6;
/** NVIDIA's library of matrix products alone is larger: that package is for a release's own page. */
const largestWithCuda = 800e6;
/** What the extension host reads, at once or with the first question. */
const largestExtensionBundle = 1e6;

const stage = path.join(dist, 'package');

/**
 * @typedef {object} Options
 * @property {boolean} [trial] for fewer processors, which is built much sooner, as
 *   dist/trial/look-once-<platform>-<arch>.vsix: to be tried here, not to be given away
 * @property {string | undefined} [target] one of package-target.mjs
 * @property {boolean} [vulkan] with the backend for GPUs, where the preset has it
 * @property {boolean} [cuda] with the one for NVIDIA's GPUs too, which ggml prefers where their driver is
 */

/**
 * @param {Options} [options]
 * @returns {Promise<string>} the path of the VSIX
 */
export async function makePackage({ trial = false, target: name, vulkan = true, cuda: withCuda = false } = {}) {
  const target = packageTarget(name);
  if (withCuda && (target.cross || target.name !== 'linux-x64'))
    throw new Stop('CUDA is packed on Linux x64, for its own C library: leave --target out.');
  await ensureToolchain({ install: false });
  await alone('build', ensureNpmPackages);
  const whole = target.cross
    ? await crossPresets(target.cross)
    : [{ ...(trial ? presets.trial : presets.release), level: undefined }];
  const builds = vulkan ? whole : withoutVulkan(whole);
  const place = trial ? path.join(dist, 'trial') : dist;
  for (const build of builds) await alone(path.basename(build.folder), () => buildNative(build));
  const cuda = withCuda ? await pinnedCuda() : undefined;
  const { cudaLibrary } = presets;
  if (cuda) await alone(path.basename(cudaLibrary.folder), () => buildNative(cudaLibrary, { flags: cuda.flags }));
  return alone('package', async () => {
    say(`[package] putting the extension together`);
    const called = `${target.name}${cuda ? '-cuda' : ''}`;
    const backend = path.join(place, 'native', called);
    stageRelease(builds, backend, target.cross !== undefined);
    const more = cuda ? [path.join(cudaLibrary.folder, 'bin', 'libggml-cuda.so'), ...cuda.libraries] : [];
    for (const file of more) fs.copyFileSync(file, path.join(backend, path.basename(file)));
    await stagePackage(backend, target, cuda);
    const vsix = path.join(place, `look-once-${called}.vsix`);
    checkPackage(stage, target, target.cross ? crossTargets[target.cross].glibc : undefined);
    await runVsce(vsix, target, cuda ? hugeFiles : []);
    checkSizes(vsix, cuda ? largestWithCuda : largestVsix);
    return vsix;
  });
}

/**
 * @param {readonly Build[]} builds
 * @returns {Build[]}
 */
function withoutVulkan(builds) {
  return builds
    .filter(({ level }) => level !== 'vulkan')
    .map((one) => ({ ...one, vulkan: false, flags: [...one.flags, '-DGGML_VULKAN=OFF'] }));
}

/**
 * @param {string} backend the folder of the native backend
 * @param {Target} target
 * @param {import('./cuda-tools.mjs').Cuda | undefined} cuda whose libraries lie in that folder
 */
async function stagePackage(backend, target, cuda) {
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', ...wordsOfManifest()])
    fs.copyFileSync(path.join(root, name), path.join(stage, name));
  fs.writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(packedManifest(), null, 2)}\n`);
  // The pictures of the README are shown by the Marketplace, from the repository.
  fs.cpSync(path.join(root, 'media'), path.join(stage, 'media'), {
    recursive: true,
    // The stand-in answers where the base weights could not be had; a package always has them.
    filter: (file) => path.basename(file) !== 'screenshots' && !path.basename(file).startsWith('look-once-tiny'),
  });
  const models = await requireModels();
  for (const name of modelFiles) fs.copyFileSync(path.join(models, name), path.join(stage, 'media/model', name));
  // Where the backend looks for it: by Node's words, which know no Alpine.
  const place = path.join(stage, 'dist/native', `${target.platform}-${target.arch}`);
  fs.cpSync(backend, place, { recursive: true });
  const bundled = await bundleForPackage(stage);
  const brought = runtimePackages.filter((one) => runsOn(one, target));
  const modules = await modulesFor(target, brought);
  const staged = withDependencies(brought, installerPackages, modules);
  for (const folder of staged) stageNodePackage(folder, path.dirname(modules), target);
  const packages = [...packagesOf(bundled), ...staged];
  fs.writeFileSync(
    path.join(stage, 'THIRD-PARTY-NOTICES.txt'),
    noticeOf(packages, await ensureLlamaCpp(), fs.readdirSync(place), cuda?.licence),
  );
  const bill = billOfMaterials(String(packedManifest()['version']), packages, [
    { name: 'llama.cpp', version: pinned.tag, licence: 'MIT' },
    ...(hasVulkan(fs.readdirSync(place)) ? [{ name: 'Vulkan-Headers', version: '1.4', licence: 'MIT' }] : []),
    ...(cuda?.components ?? []),
    ...carriers.map(({ requirement, licence }) => {
      const [name = '', version = ''] = requirement.split('==');
      return { name, version, licence };
    }),
  ]);
  fs.writeFileSync(path.join(stage, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}

/**
 * onnxruntime's binaries for Linux want glibc. Without them no text is recognised in pictures, which answers then say.
 * @param {string} name of a package
 * @param {Target} target
 */
function runsOn(name, target) {
  return !(target.name.startsWith('alpine') && name === 'onnxruntime-node');
}

/** The manifest's words, in every language that there is. */
function wordsOfManifest() {
  return fs.readdirSync(root).filter((name) => /^package\.nls(?:\.[\w-]+)?\.json$/.test(name));
}

/** What only a checkout needs stays out: an installed extension has no scripts and installs nothing. */
function packedManifest() {
  /** @type {unknown} */
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const kept = Object.entries(/** @type {Record<string, unknown>} */ (manifest)).filter(
    ([name]) => !['private', 'binary', 'scripts', 'devDependencies', 'dependencies'].includes(name),
  );
  return Object.fromEntries(kept);
}

/** Libraries through which onnxruntime would use a GPU of Windows, 38 MB; text is recognised on the CPU. */
const forGpus = /[\\/](?:DirectML|dxcompiler|dxil)\.dll$/;

/**
 * Node finds packages of dist/node_modules from dist/server.cjs.
 * @param {string} folder of the package
 * @param {string} base the folder of its node_modules
 * @param {Target} target
 */
function stageNodePackage(folder, base, target) {
  const runs = /\.(?:c?js|json|node|dylib|dll|wasm)$|\.so(?:\.\d+)*$/;
  const tells = /^(?:licen[cs]e|notice|copying)/i;
  const files = filesUnder(folder).filter((file) => {
    const inside = path.relative(folder, file);
    return (
      !/^(?:src|install|script)\b/.test(inside) &&
      isForPlatform(inside, target) &&
      !forGpus.test(inside) &&
      (runs.test(inside) || tells.test(path.basename(inside)))
    );
  });
  for (const file of files) {
    const copy = path.join(stage, 'dist', path.relative(base, file));
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
  }
}

/**
 * Some packages bring the binaries of every platform: bin/napi-v6/<platform>/<arch>.
 * @param {string} inside a path in the package
 * @param {Target} target
 */
function isForPlatform(inside, target) {
  const [, platform, arch] = /^bin[\\/]napi-v\d+[\\/]([^\\/]+)[\\/]([^\\/]+)/.exec(inside) ?? [];
  return platform === undefined || (platform === target.platform && arch === target.arch);
}

/** vsce looks for secrets in every file as one string, and NVIDIA's library is longer than a string can be. */
const hugeFiles = ['--allow-package-all-secrets', '--allow-package-env-file'];

/**
 * @param {string} vsix
 * @param {Target} target
 * @param {readonly string[]} more options of vsce
 */
async function runVsce(vsix, target, more) {
  const manifest = createRequire(path.join(root, 'package.json')).resolve('@vscode/vsce/package.json');
  await runLogged(
    process.execPath,
    [
      path.join(path.dirname(manifest), 'vsce'),
      'package',
      '--no-dependencies',
      '--target',
      target.name,
      '--out',
      vsix,
      '--no-rewrite-relative-links',
      ...more,
    ],
    { cwd: stage, log: path.join(dist, 'package.log'), failure: 'vsce could not pack dist/package.' },
  );
}

/**
 * @param {string} vsix
 * @param {number} largest in bytes
 */
function checkSizes(vsix, largest) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const file of filesUnder(stage)) {
    const inside = path.relative(stage, file).split(path.sep);
    const part = inside.slice(0, inside[0] === 'dist' || inside[0] === 'media' ? 2 : 1).join('/');
    sizes.set(part, (sizes.get(part) ?? 0) + fs.statSync(file).size);
  }
  for (const [part, size] of [...sizes].sort((a, b) => b[1] - a[1])) say(`${megabytes(size).padStart(10)}  ${part}`);
  const packed = fs.statSync(vsix).size;
  say(`${megabytes(packed).padStart(10)}  packed: ${vsix}`);
  if (packed > largest)
    throw new Stop(`Expected a VSIX of at most ${megabytes(largest)} but it has ${megabytes(packed)}.`);
  const bundle = ['dist/extension.cjs', 'dist/serverClient.cjs', 'dist/guestServer.cjs'].reduce(
    (sum, name) => sum + (sizes.get(name) ?? 0),
    0,
  );
  if (bundle > largestExtensionBundle)
    throw new Stop(
      `Expected the bundles of the extension to have at most ${megabytes(largestExtensionBundle)} but they ` +
        `have ${megabytes(bundle)}.`,
    );
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
