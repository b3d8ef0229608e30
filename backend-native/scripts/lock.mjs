/** One build at a time in a folder: two commands started together would write the same files. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache } from './paths.mjs';
import { say } from './report.mjs';

/**
 * @template T
 * @param {string} what is built: the name of the lock
 * @param {() => Promise<T>} work
 * @param {string} [folder] where the lock is; the checkout's unless what is built is shared by several
 * @returns {Promise<T>}
 */
export async function alone(what, work, folder = cache) {
  const file = path.join(folder, `${what}.lock`);
  fs.mkdirSync(folder, { recursive: true });
  for (let said = false; !take(file); said = true) {
    if (!said) say(`[wait] another command is at work on ${what}`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether the lock is ours now; a lock whose process is gone is taken over
 */
function take(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const owner = Number(text);
  if (text !== '' && !isAlive(owner)) fs.rmSync(file, { force: true });
  return false;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
