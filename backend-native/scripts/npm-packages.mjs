/** Installs the npm packages of the lock file, once for each lock file. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readStamp, writeStamp } from './fingerprint.mjs';
import { cache, root } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, duration, say } from './report.mjs';

export async function ensureNpmPackages() {
  const lockFile = path.join(root, 'package-lock.json');
  const modules = path.join(root, 'node_modules');
  const stamp = path.join(modules, '.look-once-installed');
  const wanted = crypto.createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex');
  if (readStamp(stamp) === wanted) return;
  if (!installedByHand(modules, lockFile)) {
    // npm ci empties the folder first, and through a link that is the folder of another checkout.
    if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new Stop(
        `${modules} is a link, and what is there is not what package-lock.json asks for. Install in the folder ` +
          'it points to, or remove the link and start again.',
      );
    say('[npm] installing the packages of package-lock.json');
    const start = Date.now();
    await runLogged('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      log: path.join(cache, 'npm-ci.log'),
      failure: 'npm ci failed. Check the network and the registry that npm is set to.',
    });
    say(`[npm] installed in ${duration(Date.now() - start)}`);
  }
  writeStamp(stamp, wanted);
}

/**
 * Whether `npm install` has brought node_modules up to this lock file already.
 * @param {string} modules
 * @param {string} lockFile
 */
function installedByHand(modules, lockFile) {
  const installed = fs.statSync(path.join(modules, '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= fs.statSync(lockFile).mtimeMs;
}
