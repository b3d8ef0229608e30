/** Where `npm run ask` keeps what it has looked at. */
import os from 'node:os';
import path from 'node:path';
import { platformCacheFolder } from '../client/cacheFolder.js';
import { BackendError } from '../protocol/errors.js';
import type { CacheSettings } from '../protocol/model.js';
import { UsageError } from './usage.js';

const defaultGigabytes = 4;

export interface CacheArguments {
  readonly folder: string | undefined;
  /** Not a number when what was given is none. */
  readonly gigabytes: number | undefined;
  /** Whether nothing is to be kept. */
  readonly off: boolean | undefined;
}

/** @returns undefined when nothing is to be kept, which 0 gigabytes say too */
export function cacheFrom({
  folder,
  gigabytes = defaultGigabytes,
  off = false,
}: CacheArguments): CacheSettings | undefined {
  if (off && folder !== undefined) throw new UsageError('Expected --no-cache or --cache-dir, not both');
  if (folder?.trim() === '') throw new UsageError('Expected a folder after --cache-dir');
  if (!(gigabytes >= 0 && Number.isFinite(gigabytes))) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'a number from 0',
      what: 'the gigabytes of the cache',
      received: String(gigabytes),
    });
  }
  if (off || gigabytes === 0) return undefined;
  return {
    folder: path.resolve(folder ?? platformCacheFolder(process.platform, process.env, os.homedir())),
    maxBytes: Math.ceil(gigabytes * 2 ** 30),
  };
}
