/**
 * Brings llama.cpp's source into backend-native/.llama.cpp, pinned and unmodified.
 *
 * The npm package node-llama-cpp carries the whole source as a git bundle. The package is checked against a pinned
 * sha512 and the checkout against a pinned commit. LLAMA_CPP_DIR names another checkout, which is used as it is.
 */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, native } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, runMain, say } from './report.mjs';

export const pinned = {
  package: 'node-llama-cpp@3.22.1',
  sha512: 'bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==',
  tag: 'v0.5.0',
  commit: 'de3ff815ea7d559ee917f063901b8986f038abc6',
};

const checkout = path.join(native, '.llama.cpp');

/** @returns {Promise<string>} the folder of llama.cpp's source, fetched when it is not there */
export async function ensureLlamaCpp() {
  const other = process.env['LLAMA_CPP_DIR'];
  if (other) {
    if (!fs.existsSync(path.join(other, 'include/llama.h'))) {
      throw new Stop(
        `LLAMA_CPP_DIR is ${other}, which holds no include/llama.h. Point it to a llama.cpp checkout, or unset it.`,
      );
    }
    return path.resolve(other);
  }
  if (headOf(checkout) === pinned.commit) return checkout;

  const bundle = await fetchBundle();
  say(`[llama.cpp] checking out ${pinned.tag}`);
  const fresh = fs.mkdtempSync(path.join(native, '.llama.cpp-'));
  try {
    await runLogged('git', ['clone', '--quiet', bundle, fresh], {
      log: path.join(cache, 'llama-cpp-clone.log'),
      failure: 'Cloning llama.cpp from its bundle failed. Is there room on the disk?',
    });
    const commit = headOf(fresh);
    if (commit !== pinned.commit) {
      throw new Stop(
        `Expected llama.cpp at commit ${pinned.commit} but the bundle holds ${commit ?? 'none'}. Do not build from it.`,
      );
    }
    fs.rmSync(checkout, { recursive: true, force: true });
    fs.renameSync(fresh, checkout);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  return checkout;
}

/** @returns {Promise<string>} the path of the verified bundle */
async function fetchBundle() {
  const bundle = path.join(cache, `llama.cpp-${pinned.tag}-${pinned.commit.slice(0, 12)}.bundle`);
  if (fs.existsSync(bundle)) return bundle;
  fs.mkdirSync(cache, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(cache, 'download-'));
  try {
    say(`[llama.cpp] downloading ${pinned.package} from the npm registry (36 MB)`);
    await runLogged('npm', ['pack', '--silent', '--pack-destination', scratch, pinned.package], {
      log: path.join(cache, 'llama-cpp-download.log'),
      failure:
        `Downloading ${pinned.package} failed. Check the network, or point LLAMA_CPP_DIR to a llama.cpp ` +
        `${pinned.tag} checkout.`,
    });
    const archive = fs.readdirSync(scratch).find((name) => name.endsWith('.tgz'));
    if (!archive) throw new Stop(`npm pack ${pinned.package} left no archive. Run it by hand to see why.`);
    const bytes = fs.readFileSync(path.join(scratch, archive));
    const sum = crypto.createHash('sha512').update(bytes).digest('base64');
    if (sum !== pinned.sha512) {
      throw new Stop(
        `${pinned.package} does not have its pinned sha512: expected ${pinned.sha512} but received ${sum}. Do ` +
          'not build from it.',
      );
    }
    await runLogged('tar', ['-xzf', path.join(scratch, archive), '-C', scratch, 'package/llama/gitRelease.bundle'], {
      log: path.join(cache, 'llama-cpp-extract.log'),
      failure: 'Unpacking the llama.cpp bundle failed. Is there room on the disk?',
    });
    fs.renameSync(path.join(scratch, 'package/llama/gitRelease.bundle'), bundle);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return bundle;
}

/**
 * @param {string} directory
 * @returns {string | undefined} the commit checked out there; undefined when it is no checkout of its own
 */
function headOf(directory) {
  if (!fs.existsSync(path.join(directory, '.git', 'HEAD'))) return undefined;
  return execFileSync('git', ['-C', directory, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    say(`[llama.cpp] ${pinned.tag} is in ${await ensureLlamaCpp()}`);
    return 0;
  });
}
