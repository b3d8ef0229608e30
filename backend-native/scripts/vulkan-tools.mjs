/**
 * What compiles ggml's Vulkan backend: a shader compiler and headers that know cooperative matrices. Those of Debian 12
 * do not, so there they come from the packages of Debian 13, which are unpacked beside the build and installed nowhere.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { alone } from './lock.mjs';
import { cache } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, say } from './report.mjs';
import { aptInstall, isOnPath, mayInstall } from './toolchain.mjs';

/** A shader that an older compiler refuses. */
const newestShader = 'ggml/src/ggml-vulkan/vulkan-shaders/feature-tests/coopmat.comp';
const suite = 'trixie';
/** The compiler, the libraries that it runs with, and headers. */
const packages = ['glslc', 'libshaderc1', 'libc6', 'libstdc++6', 'libgcc-s1', 'libvulkan-dev', 'spirv-headers'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * How the library that finds drivers is found: as others are, or when it is needed, where a machine may have none
 * (cmake/vulkan-loader.c).
 * @typedef {'linked' | 'opened'} Loader
 */

/**
 * @param {string} llamaCpp the checkout of llama.cpp
 * @param {Loader} loader
 * @returns {Promise<readonly string[]>} flags of CMake that build the Vulkan backend; rejects with a Stop that says
 *   what to install
 */
export async function vulkanFlags(llamaCpp, loader) {
  if (loader === 'linked' && compiles('glslc', path.join(llamaCpp, newestShader))) return ['-DGGML_VULKAN=ON'];
  if (process.platform !== 'linux' || !isOnPath('apt-get') || !fs.existsSync(keyring))
    throw new Stop(
      'The Vulkan backend needs a shader compiler (glslc) that knows GL_KHR_cooperative_matrix, and headers of its ' +
        'age. Install the Vulkan SDK from https://vulkan.lunarg.com and start again, or package without it: ' +
        '`npm run package -- --without-vulkan`.',
    );
  const { compiler, usr } = await alone('vulkan-tools', unpackedTools);
  if (!compiles(compiler, path.join(llamaCpp, newestShader)))
    throw new Stop(`${compiler} does not compile ${newestShader} of llama.cpp. Delete its folder and start again.`);
  return [
    '-DGGML_VULKAN=ON',
    `-DVulkan_GLSLC_EXECUTABLE=${compiler}`,
    `-DVulkan_INCLUDE_DIR=${path.join(usr, 'include')}`,
    loader === 'linked' ? `-DVulkan_LIBRARY=${await vulkanLoader()}` : '-DLOOK_ONCE_OPENS_VULKAN=ON',
    `-DSPIRV-Headers_DIR=${path.join(usr, 'share', 'cmake', 'SPIRV-Headers')}`,
  ];
}

/** Drivers for tests: those of Mesa have one that runs on the CPU. @returns {Promise<void>} */
export async function ensureVulkanDriver() {
  const drivers = '/usr/share/vulkan/icd.d';
  if (fs.existsSync(drivers) || process.platform !== 'linux') return;
  if (!mayInstall())
    throw new Stop('No Vulkan driver is installed. On Debian run: sudo apt-get install -y mesa-vulkan-drivers');
  await aptInstall(['mesa-vulkan-drivers']);
}

/**
 * @param {string} compiler
 * @param {string} shader
 */
function compiles(compiler, shader) {
  try {
    const args = ['-o', '-', '-fshader-stage=compute', '--target-env=vulkan1.3', shader];
    execFileSync(compiler, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<string>} the library of this machine that finds drivers */
async function vulkanLoader() {
  if (!installedLoader() && mayInstall()) await aptInstall(['libvulkan1']);
  const found = installedLoader();
  if (!found) throw new Stop('The Vulkan loader is missing. On Debian run: sudo apt-get install -y libvulkan1');
  return found;
}

function installedLoader() {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/sbin:/usr/sbin` };
  return /libvulkan\.so\.1 .*=> (\/\S+)/.exec(execFileSync('ldconfig', ['-p'], { env, encoding: 'utf8' }))?.[1];
}

/** @returns {Promise<{ compiler: string, usr: string }>} */
async function unpackedTools() {
  const folder = path.join(cache, `vulkan-tools-${suite}`);
  const usr = path.join(folder, 'usr');
  const compiler = path.join(folder, 'glslc');
  if (fs.existsSync(compiler)) return { compiler, usr };
  const part = `${folder}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  const downloads = path.join(part, 'downloads');
  fs.mkdirSync(path.join(downloads, 'lists', 'partial'), { recursive: true });
  fs.mkdirSync(path.join(downloads, 'archives', 'partial'), { recursive: true });
  fs.writeFileSync(path.join(downloads, 'status'), '');
  fs.writeFileSync(
    path.join(downloads, 'sources.list'),
    `deb [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`,
  );
  say(`[vulkan] downloading a shader compiler and headers from Debian ${suite}, checked by Debian's signature (18 MB)`);
  const options = {
    cwd: downloads,
    log: path.join(cache, 'vulkan-tools.log'),
    failure: `Downloading ${packages.join(' ')} of Debian ${suite} failed. Check the network and start again.`,
  };
  await runLogged('apt-get', [...aptOptions(downloads), 'update'], options);
  await runLogged('apt-get', [...aptOptions(downloads), 'download', ...packages], { ...options, append: true });
  for (const file of fs.readdirSync(downloads).filter((name) => name.endsWith('.deb')))
    await runLogged('dpkg-deb', ['-x', file, part], { ...options, append: true });
  fs.rmSync(downloads, { recursive: true });
  writeCompiler(part);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(part, folder);
  return { compiler, usr };
}

/**
 * Options that keep apt away from what this machine has installed.
 * @param {string} folder
 */
function aptOptions(folder) {
  const settings = {
    'Dir::Etc::sourcelist': path.join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': path.join(folder, 'lists'),
    'Dir::State::status': path.join(folder, 'status'),
    'Dir::Cache': path.join(folder, 'archives'),
    'APT::Architectures': execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim(),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * The compiler runs with the libraries that it was made for, and not with the older ones of this machine.
 * @param {string} folder
 */
function writeCompiler(folder) {
  const usr = path.join(folder, 'usr');
  const linker = filesUnder(path.join(usr, 'lib')).find((file) => /\/ld-linux-[\w-]+\.so\.\d$/.test(file));
  const library = filesUnder(path.join(usr, 'lib')).find((file) => /\/libshaderc\.so\.1$/.test(file));
  if (!linker || !library) throw new Stop(`The packages of Debian ${suite} lack what glslc runs with.`);
  const inside = (/** @type {string} */ file) => `"$here/${path.relative(folder, file)}"`;
  fs.writeFileSync(
    path.join(folder, 'glslc'),
    '#!/bin/sh\n' +
      'here=$(dirname "$(readlink -f "$0")")\n' +
      `exec ${inside(linker)} --library-path ${inside(path.dirname(library))} "$here/usr/bin/glslc" "$@"\n`,
    { mode: 0o755 },
  );
}
