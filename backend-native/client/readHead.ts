import fs from 'node:fs';
import { BackendError } from '../protocol/errors.js';
import { headBytes } from '../protocol/formats.js';

/** The first bytes of a file. @throws BackendError `file_not_found`, `not_a_file` */
export async function readHead(file: string): Promise<Uint8Array> {
  let handle: fs.promises.FileHandle;
  try {
    handle = await fs.promises.open(file, 'r');
  } catch (error) {
    throw new BackendError('file_not_found', { kind: 'cannotBeRead', file, why: (error as Error).message });
  }
  try {
    if (!(await handle.stat()).isFile()) throw new BackendError('not_a_file', { kind: 'noPlainFile', file });
    const { buffer, bytesRead } = await handle.read({ buffer: new Uint8Array(headBytes), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
