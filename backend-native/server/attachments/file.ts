import fs from 'node:fs';
import { BackendError, type ErrorCode } from '../../protocol/errors.js';

export interface FileLimit {
  readonly maxBytes: number;
  /** The code of a file that has more. */
  readonly code: ErrorCode;
}

/** Makes sure that a path names a regular file with something in it, and says how many bytes that is. */
export async function fileSize(file: string): Promise<number> {
  if (file.includes('\0')) throw new BackendError('file_not_found', 'A path may not hold a zero byte');
  let stat: fs.Stats;
  try {
    stat = await fs.promises.stat(file);
  } catch (error) {
    throw asFileError(file, error);
  }
  if (stat.isDirectory()) throw new BackendError('not_a_file', `${file} is a directory`);
  if (!stat.isFile()) throw new BackendError('not_a_file', `${file} is not a regular file`);
  if (stat.size === 0) throw new BackendError('file_empty', `${file} is empty`);
  return stat.size;
}

/** Reads a whole file, checked before. */
export async function readInputFile(file: string, limit: FileLimit): Promise<Buffer> {
  const size = await fileSize(file);
  if (size > limit.maxBytes) {
    throw new BackendError(limit.code, `${file} has ${megabytes(size)}; at most ${megabytes(limit.maxBytes)} are read`);
  }
  try {
    return await fs.promises.readFile(file);
  } catch (error) {
    throw asFileError(file, error);
  }
}

function asFileError(file: string, error: unknown): BackendError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reasons: Record<string, string> = {
    ENOENT: 'There is no file',
    ENOTDIR: 'There is no file',
    ENAMETOOLONG: 'There is no file',
    EACCES: 'This user may not read',
    EPERM: 'This user may not read',
  };
  return new BackendError('file_not_found', `${reasons[code] ?? `Reading fails (${code}):`} ${file}`);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;
}
