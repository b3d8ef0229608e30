import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'node:test';

/** A folder of its own for a test, gone when the test is over. */
export function scratchFolder(t: Pick<TestContext, 'after'>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-test-'));
  t.after(() => removed(folder));
  return folder;
}

/**
 * What was started may still write its last file, which Node's own retries do not look for. Windows deletes no file
 * that is open, and a server is ended after this, so there it goes with the process.
 */
async function removed(folder: string, triesLeft = 40): Promise<void> {
  try {
    await fs.promises.rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (process.platform === 'win32') {
      process.once('exit', () => {
        fs.rmSync(folder, { recursive: true, force: true });
      });
      return;
    }
    if (triesLeft === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await sleep(50);
    await removed(folder, triesLeft - 1);
  }
}

/** Writes a file into a folder and gives its path. */
export function writeFile(folder: string, name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
}
