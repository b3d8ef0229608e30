/** Wine, which runs programs for Windows here: a Windows 10 of its own in the build's cache. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { alone } from './lock.mjs';
import { ensureZig } from './cross-compiler.mjs';
import { cache, native } from './paths.mjs';
import { Stop } from './report.mjs';
import { isOnPath } from './toolchain.mjs';

/**
 * @returns {Promise<NodeJS.ProcessEnv>} what a program that `wine` starts gets beside the environment of this one
 */
export async function ensureWine() {
  if (!isOnPath('wine'))
    throw new Stop('Programs for Windows are run by Wine. Install it: apt-get install wine wine64');
  const added = { WINEPREFIX: path.join(cache, 'wine'), WINEDEBUG: '-all' };
  const random = path.join(added.WINEPREFIX, 'drive_c', 'windows', 'system32', 'bcryptprimitives.dll');
  if (!fs.existsSync(random)) {
    const env = { ...process.env, ...added };
    execFileSync('wine', ['winecfg', '-v', 'win10'], { env, stdio: 'ignore' });
    const source = path.join(native, 'scripts', 'wine', 'bcryptprimitives.c');
    const target = ['-target', 'x86_64-windows-gnu', '-shared', '-s', '-O1'];
    execFileSync(await alone('zig', ensureZig), ['cc', ...target, '-o', random, source, '-ladvapi32']);
  }
  return added;
}
