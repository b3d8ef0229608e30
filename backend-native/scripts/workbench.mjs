/**
 * A VS Code workbench to test in: code-server, which is VS Code itself, and Debian's Chromium to look at it.
 *
 * It is installed once for all checkouts of this user, into the user's cache folder, and takes about three minutes.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './lock.mjs';
import { runLogged } from './processes.mjs';
import { Stop, duration, runMain, say } from './report.mjs';
import { aptInstall, isOnPath, mayInstall } from './toolchain.mjs';

export const pinned = { node: '24.21.0', codeServer: '4.139.1' };

/** What code-server's native modules are compiled with, the browser, and fonts for it to draw with. */
const debianPackages = [
  'chromium',
  'fonts-dejavu-core',
  'fonts-noto-core',
  'g++',
  'libkrb5-dev',
  'libsecret-1-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'make',
  'pkg-config',
  'python3',
];

/**
 * @typedef {object} Workbench
 * @property {string} node the Node.js that code-server runs under
 * @property {string} codeServer the folder of its package
 * @property {string} chromium
 */

/**
 * @param {{ install: boolean }} options install: bring what is missing when this user may
 * @returns {Promise<Workbench | { missing: string }>} missing: why this machine cannot have one, and what to do about
 *   it; rejects with a Stop when it could be had but the installation failed
 */
export async function ensureWorkbench(options) {
  if (process.platform !== 'linux' || !isOnPath('dpkg-query')) {
    return {
      missing:
        `the workbench is installed from Debian packages and this is ${process.platform}; run npm run ` +
        'test:electron instead',
    };
  }
  const packages = missingPackages();
  if (packages.length > 0) {
    const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
    if (!options.install || !mayInstall()) return { missing: `Debian packages are missing; run: sudo ${command}` };
    await aptInstall(packages);
  }
  const place = path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'look-once');
  const folder = path.join(place, `workbench-node-${pinned.node}-code-server-${pinned.codeServer}-${process.arch}`);
  if (!fs.existsSync(folder)) {
    if (!options.install) return { missing: 'it is not installed; run npm run test:vscode, which installs it' };
    await alone('workbench', () => installCodeServer(folder), place);
  }
  return { ...placesIn(folder), chromium: '/usr/bin/chromium' };
}

/** @param {string} folder */
function placesIn(folder) {
  return {
    node: path.join(folder, 'node/node_modules', `node-linux-${process.arch}`, 'bin/node'),
    codeServer: path.join(folder, 'code-server/node_modules/code-server'),
  };
}

/** @returns {string[]} */
function missingPackages() {
  return debianPackages.filter((name) => {
    try {
      return !execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).startsWith('installed');
    } catch (error) {
      // Status 1: dpkg does not know the package, as it is not installed.
      if (error instanceof Error && 'status' in error && error.status === 1) return true;
      throw error;
    }
  });
}

/**
 * Installs beside its place and moves there when all is done, so that a folder that exists is complete.
 * @param {string} folder
 */
async function installCodeServer(folder) {
  if (fs.existsSync(folder)) return;
  const start = Date.now();
  const part = `${folder}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  say(`[workbench] installing Node.js ${pinned.node} from npm`);
  await npmInstall(path.join(part, 'node'), `node-linux-${process.arch}@${pinned.node}`, process.env);
  const { node } = placesIn(part);
  say(`[workbench] installing code-server ${pinned.codeServer} from npm; its native modules compile for some minutes`);
  await npmInstall(path.join(part, 'code-server'), `code-server@${pinned.codeServer}`, {
    ...process.env,
    // npm and the modules' installers must run under the Node.js that code-server is for, and find its headers there.
    PATH: [path.dirname(node), process.env['PATH']].join(path.delimiter),
    // The installer asks npm's user agent for the version of Node.js, and the npm that runs this script says its own.
    npm_config_user_agent: '',
    npm_config_nodedir: path.resolve(node, '../..'),
  });
  const { codeServer } = placesIn(part);
  if (!fs.existsSync(path.join(codeServer, 'lib/vscode/node_modules')))
    throw new Stop(`npm did not run code-server's install script; see ${path.join(part, 'code-server/install.log')}.`);
  fs.renameSync(part, folder);
  say(`[workbench] installed in ${duration(Date.now() - start)}`);
}

/**
 * @param {string} folder
 * @param {string} spec
 * @param {NodeJS.ProcessEnv} env
 */
async function npmInstall(folder, spec, env) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  await runLogged(
    'npm',
    // The npm that runs this script may hand on that no package's script is to run, which is for this project alone.
    ['install', '--ignore-scripts=false', '--prefix', folder, '--no-audit', '--no-fund', '--foreground-scripts', spec],
    {
      cwd: folder,
      env,
      log: path.join(folder, 'install.log'),
      failure: `Installing ${spec} failed. Check the network and the registry that npm is set to.`,
    },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    // The result, as the tests take it.
    process.stdout.write(`${JSON.stringify(await ensureWorkbench({ install: true }))}\n`);
    return 0;
  });
}
