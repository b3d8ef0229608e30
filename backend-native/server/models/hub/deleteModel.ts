/** Takes a model out of the hub's cache, or what was fetched of one. */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../../../protocol/errors.js';
import type { DeleteModelParams, DeleteModelResult } from '../../../protocol/hub.js';
import { HubCache } from './hubCache.js';
import { repositoryName } from './repository.js';
import { modelCaches, type Surroundings } from '../modelCaches.js';
import { findGgufFiles } from '../findGgufFiles.js';
import { partsTogether } from '../modelFile.js';
import { tryLock } from './fileLock.js';

/**
 * Deletes the names of a model's files and the bytes behind those that have no other name. A projector stays while
 * another model of the same snapshot may need it.
 * @throws BackendError `invalid_argument` for a file that lies elsewhere: it belongs to another program, or to the user
 */
export async function deleteModel(params: DeleteModelParams, surroundings: Surroundings): Promise<DeleteModelResult> {
  if ('partsOf' in params) return deleteParts(params.partsOf, surroundings);
  const { modelPath, mmprojPath }: { modelPath?: unknown; mmprojPath?: unknown } = params;
  const repository = repositoryFolderOf(modelPath, surroundings);
  const model = modelPath as string;
  const beside = (await findGgufFiles(path.dirname(model))).files;
  const parts = partsTogether(beside).find((group) => group.includes(model)) ?? [model];
  const others = beside.filter((file) => !parts.includes(file) && file !== mmprojPath);
  const projector =
    typeof mmprojPath === 'string' && others.length === 0 && repositoryFolderOf(mmprojPath, surroundings) === repository
      ? [mmprojPath]
      : [];
  const files = [...parts, ...projector];
  let freedBytes = 0;
  for (const file of files) freedBytes += await deleteFile(file, repository);
  return { freedBytes, files };
}

/** @returns as freed what the parts take on the disk: of a part that is not whole less than its length */
async function deleteParts(given: unknown, surroundings: Surroundings): Promise<DeleteModelResult> {
  const { repository } = repositoryName(given);
  const folder = path.join(HubCache.of(surroundings).repositoryFolder(repository), 'blobs');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const files: string[] = [];
  let freedBytes = 0;
  for (const name of names.filter((one) => partName.test(one))) {
    const lock = tryLock(path.join(folder, name.replace(partName, '.look-once.lock')));
    if (!lock) continue;
    try {
      const file = path.join(folder, name);
      freedBytes += (await fs.promises.stat(file)).blocks * blockBytes;
      await fs.promises.rm(file);
      files.push(file);
    } finally {
      lock.release();
    }
  }
  return { freedBytes, files };
}

const partName = /\.look-once\.(?:part|record)$/;
/** Of `stat`, on every platform. */
const blockBytes = 512;

async function deleteFile(file: string, repository: string): Promise<number> {
  const blob = await fs.promises.realpath(file);
  const { size, nlink } = await fs.promises.stat(blob);
  const lock = tryLock(`${blob}.look-once.lock`);
  if (!lock) throw new BackendError('busy', { kind: 'beingFetched', file });
  try {
    const snapshots = (await findGgufFiles(path.join(repository, 'snapshots'))).files;
    const isNamed = snapshots.some((name) => name !== file && fs.existsSync(name) && fs.realpathSync(name) === blob);
    // What a link leads to outside of the repository is not the cache's own.
    const isOwn = blob !== file && !isNamed && isBelow(blob, repository);
    // The bytes first: where they cannot go, their name stays and tells of them.
    if (isOwn) await fs.promises.rm(blob);
    await fs.promises.rm(file);
    return isOwn || (blob === file && nlink === 1) ? size : 0;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EBUSY', 'EPERM', 'EACCES'].includes(code)) throw error;
    throw new BackendError('busy', { kind: 'inUse', file, why: code });
  } finally {
    lock.release();
  }
}

function repositoryFolderOf(file: unknown, surroundings: Surroundings): string {
  const place =
    typeof file === 'string' && path.isAbsolute(file)
      ? modelCaches(surroundings).find((cache) => isBelow(path.resolve(file), cache))
      : undefined;
  const [repository = '', kind] = place === undefined ? [] : path.relative(place, file as string).split(path.sep);
  if (place !== undefined && repository.startsWith('models--') && kind === 'snapshots')
    return fs.realpathSync(path.join(place, repository));
  throw new BackendError('invalid_argument', { kind: 'notOfHub', file: String(file) });
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
