/** The platforms that a VSIX can be made for on this machine: its own, and those that zig compiles for. */
import fs from 'node:fs';
import path from 'node:path';
import { crossTargets } from './cross-compiler.mjs';
import { cache, root } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, say } from './report.mjs';

/**
 * @typedef {object} Target
 * @property {string} name as VS Code calls it
 * @property {string} platform as Node calls it
 * @property {string} arch as Node calls it
 * @property {import('./cross-compiler.mjs').CrossName | undefined} cross undefined: this machine's compiler makes it
 */

/** @type {Target} */
export const thisMachine = {
  name: `${process.platform}-${process.arch}`,
  platform: process.platform,
  arch: process.arch,
  cross: undefined,
};

/**
 * @param {string} [name] this machine when it is left out; its own name asks for the build that runs on older systems
 * @returns {Target}
 */
export function packageTarget(name) {
  if (name === undefined) return thisMachine;
  const cross = /** @type {import('./cross-compiler.mjs').CrossName[]} */ (Object.keys(crossTargets)).find(
    (one) => one === name,
  );
  if (cross) return { name, platform: crossTargets[cross].platform, arch: crossTargets[cross].arch, cross };
  if (name === thisMachine.name) return thisMachine;
  throw new Stop(
    `Expected a target of ${[...new Set([thisMachine.name, ...Object.keys(crossTargets)])].join(', ')} but received ` +
      `${name}. Others are built where they run: see .github/workflows/release.yml.`,
  );
}

/**
 * npm packages that bring binaries, for a target, at the versions that this checkout uses.
 * @param {Target} target
 * @param {readonly string[]} names
 * @returns {Promise<string>} the node_modules folder that holds them
 */
export async function modulesFor({ name, platform, arch, cross }, names) {
  if (!cross) return path.join(root, 'node_modules');
  const wanted = names.map((one) => {
    /** @type {unknown} */
    const manifest = JSON.parse(fs.readFileSync(path.join(root, 'node_modules', one, 'package.json'), 'utf8'));
    return `${one}@${/** @type {{ version: string }} */ (manifest).version}`;
  });
  const folder = path.join(cache, `npm-${name}`);
  const modules = path.join(folder, 'node_modules');
  const stamp = path.join(folder, 'installed');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted.join(' ')) return modules;
  say(`[package] fetching ${wanted.join(', ')} for ${name}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const libc = platform === 'linux' ? [`--libc=${name.startsWith('alpine') ? 'musl' : 'glibc'}`] : [];
  await runLogged(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', `--os=${platform}`, `--cpu=${arch}`].concat(
      libc,
      wanted,
    ),
    {
      cwd: folder,
      log: path.join(cache, `npm-${name}.log`),
      failure: `npm could not fetch ${wanted.join(', ')} for ${name}.`,
    },
  );
  fs.writeFileSync(stamp, wanted.join(' '));
  return modules;
}
