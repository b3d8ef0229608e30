import fs from 'node:fs';
import type { ErrorReason } from '../../protocol/errorReasons.js';
import { BackendError, type ErrorCode } from '../../protocol/errors.js';

export interface FileLimit {
  readonly maxBytes: number;
  /** The code of a file that has more. */
  readonly code: ErrorCode;
}

/** Makes sure that a path names a regular file with something in it, and says how many bytes that is. */
export async function fileSize(file: string): Promise<number> {
  if (file.includes('\0')) throw new BackendError('file_not_found', { kind: 'zeroByteInPath' });
  let stat: fs.Stats;
  try {
    stat = await fs.promises.stat(file);
  } catch (error) {
    throw asFileError(file, error);
  }
  if (stat.isDirectory()) throw new BackendError('not_a_file', { kind: 'directory', file });
  if (!stat.isFile()) throw new BackendError('not_a_file', { kind: 'notRegular', file });
  if (stat.size === 0) throw new BackendError('file_empty', { kind: 'empty', file });
  return stat.size;
}

/** Reads a whole file, checked before. */
export async function readInputFile(file: string, limit: FileLimit): Promise<Buffer> {
  const size = await fileSize(file);
  if (size > limit.maxBytes) {
    throw new BackendError(limit.code, { kind: 'tooManyBytes', file, bytes: size, most: limit.maxBytes });
  }
  try {
    return await fs.promises.readFile(file);
  } catch (error) {
    throw asFileError(file, error);
  }
}

function asFileError(file: string, error: unknown): BackendError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new BackendError('file_not_found', reasonOf(file, code));
}

function reasonOf(file: string, code: string): ErrorReason {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return { kind: 'noFile', file };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'mayNotRead', file };
    default:
      return { kind: 'readingFails', file, why: code };
  }
}
