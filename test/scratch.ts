import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of its own for a test, gone when the test is over. */
export function scratchFolder(t: Pick<TestContext, 'after'>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-test-'));
  t.after(() => {
    // What was started may still write its last file.
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return folder;
}

/** Writes a file into a folder and gives its path. */
export function writeFile(folder: string, name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
}
