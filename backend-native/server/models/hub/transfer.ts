/**
 * Fetches one file into its place: in parallel, resumable after any end of the process, and only whole and verified.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError } from '../../../protocol/errors.js';
import { tryLock } from './fileLock.js';
import { sizeOf } from './hubCache.js';
import { PartFile, partBytes } from './partFile.js';
import { fetchPieces } from './pieces.js';
import type { Transfer } from './transferJob.js';

const pollMs = 300;
/** Left free for everybody else. */
const spareBytes = 64 * 2 ** 20;

/**
 * @returns bytes that came over the network into this process
 * @throws BackendError `disk_full`, `download_corrupt`, `hub_*`; the signal's reason when it was aborted: what was
 * fetched stays for the next time
 */
export async function transfer(job: Transfer): Promise<number> {
  const { target, file, signal, onEvent } = job;
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  for (;;) {
    signal.throwIfAborted();
    if (sizeOf(target) === file.bytes) return 0;
    const lock = tryLock(`${target}.look-once.lock`);
    if (lock) {
      try {
        return sizeOf(target) === file.bytes ? 0 : await fetchAlone(job);
      } catch (error) {
        throw asDiskError(error, target);
      } finally {
        lock.release();
      }
    }
    onEvent({ kind: 'shared', doneBytes: partBytes(target, file.bytes, file.sha256) });
    await sleep(pollMs, undefined, { signal });
  }
}

async function fetchAlone(job: Transfer): Promise<number> {
  const { file, target, signal, onEvent } = job;
  const part = await PartFile.open(target, file.bytes, file.sha256);
  let settled = false;
  try {
    await checkSpace(path.dirname(target), file.bytes - part.doneBytes);
    const fetched = await fetchPieces(job, part);
    const hash = await part.sha256(signal, (doneBytes) => {
      onEvent({ kind: 'verifying', doneBytes });
    });
    settled = true;
    if (hash !== file.sha256) {
      await part.discard();
      throw new BackendError('download_corrupt', {
        kind: 'checksum',
        file: file.path,
        has: hash,
        expected: file.sha256,
      });
    }
    await part.finish(target);
    return fetched;
  } finally {
    if (!settled) await part.close();
  }
}

/** @throws BackendError `disk_full` before a byte is fetched that would not fit */
async function checkSpace(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await fs.promises.statfs(folder);
  const free = bavail * bsize;
  if (missing > 0 && free < missing + spareBytes) throw diskFull(folder, missing, free);
}

function diskFull(folder: string, missing: number, free: number): BackendError {
  return new BackendError('disk_full', { kind: 'noRoomOnDisk', folder, missing, free });
}

function asDiskError(error: unknown, target: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new BackendError('disk_full', { kind: 'diskFull', folder: path.dirname(target), why: message });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new BackendError('file_not_found', { kind: 'cannotWrite', folder: path.dirname(target), why: code });
  return error;
}
