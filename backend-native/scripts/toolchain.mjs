/** The tools that a native build needs, and how to get the ones that are missing. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cache } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, say } from './report.mjs';

/** Any one of the commands will do; the Debian package brings the first. */
const tools = [
  { commands: ['cmake'], debian: 'cmake', mac: 'brew install cmake' },
  { commands: ['g++', 'clang++', 'cl'], debian: 'g++', mac: 'xcode-select --install' },
  { commands: ['ninja', 'make', 'msbuild'], debian: 'ninja-build', mac: 'xcode-select --install' },
  { commands: ['git'], debian: 'git', mac: 'xcode-select --install' },
];

/** Not needed, but with it llama.cpp is compiled once for all build folders and checkouts of this machine. */
const helpful = { command: 'ccache', debian: 'ccache' };

const oldestNode = [20, 19];
const oldestCmake = [3, 25];

/**
 * @param {{ install: boolean }} options install: fetch missing Debian packages when this user may
 * @returns {Promise<void>} rejects with a Stop that names what to install
 */
export async function ensureToolchain(options) {
  ensureNode();
  const missing = tools.filter((tool) => !tool.commands.some(isOnPath));
  if (options.install && mayInstall()) await installTools(missing.map((tool) => tool.debian));
  else if (missing.length > 0) {
    throw new Stop(
      `Missing: ${missing.map((tool) => tool.commands.join(' or ')).join(', ')}. ${howToInstall(missing)}`,
    );
  }
  const cmake = /\d+\.\d+/.exec(execFileSync('cmake', ['--version'], { encoding: 'utf8' }))?.[0] ?? '0.0';
  if (isOlder(cmake, oldestCmake)) {
    throw new Stop(
      `Look Once needs CMake ${oldestCmake.join('.')} or newer, and this is ${cmake}. ` +
        'Install a newer one from https://cmake.org/download.',
    );
  }
}

/** Throws a Stop when this Node.js is too old to run anything of ours. */
export function ensureNode() {
  if (isOlder(process.versions.node, oldestNode)) {
    throw new Stop(
      `Look Once needs Node.js ${oldestNode.join('.')} or newer, and this is ${process.versions.node}. ` +
        'Install a newer one from https://nodejs.org.',
    );
  }
}

/** @param {readonly { debian: string, mac: string }[]} missing */
function howToInstall(missing) {
  if (process.platform === 'darwin') return `Run: ${[...new Set(missing.map((tool) => tool.mac))].join(' && ')}`;
  if (process.platform === 'win32')
    return (
      'Install Visual Studio Build Tools with the C++ workload, CMake and Git, ' +
      'and start again from a new terminal.'
    );
  return `On Debian or Ubuntu run: sudo apt-get install -y ${missing.map((tool) => tool.debian).join(' ')}`;
}

/**
 * @param {readonly string[]} missing Debian packages without which nothing can be built
 */
async function installTools(missing) {
  const wanted = isOnPath(helpful.command) ? missing : [...missing, helpful.debian];
  if (wanted.length === 0) return;
  try {
    await aptInstall(wanted);
  } catch (error) {
    if (!(error instanceof Stop) || missing.length > 0) throw error;
    say(`[packages] building without ${helpful.command}, which takes longer: ${error.message.split('\n', 1)[0] ?? ''}`);
  }
}

/** Whether missing Debian packages can be installed without asking anybody. */
export function mayInstall() {
  return process.getuid?.() === 0 && isOnPath('apt-get');
}

/** @param {readonly string[]} packages */
export async function aptInstall(packages) {
  say(`[packages] installing ${packages.join(' ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const log = path.join(cache, 'apt-get.log');
  const failure = `apt-get could not install ${packages.join(' ')}. Install them by hand and start again.`;
  await runLogged('apt-get', ['update'], { env, log, failure });
  await runLogged('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    env,
    log,
    append: true,
    failure,
  });
}

/** @param {string} command */
export function isOnPath(command) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => suffixes.some((suffix) => fs.existsSync(path.join(folder, command + suffix))));
}

/**
 * @param {string} version
 * @param {readonly number[]} oldest [major, minor]
 */
function isOlder(version, oldest) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
