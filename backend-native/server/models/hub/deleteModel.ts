/** Takes a model out of the hub's cache. */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../../../protocol/errors.js';
import type { DeleteModelParams, DeleteModelResult } from '../../../protocol/hub.js';
import { modelCaches, type Surroundings } from '../modelCaches.js';
import { findGgufFiles } from '../findGgufFiles.js';
import { partsTogether } from '../modelFile.js';
import { tryLock } from './fileLock.js';

/**
 * Deletes the names of a model's files and the bytes behind those that have no other name. A projector stays while another
 * model of the same snapshot may need it.
 * @throws BackendError `invalid_argument` for a file that lies elsewhere: it belongs to another program, or to the user
 */
export async function deleteModel(params: DeleteModelParams, surroundings: Surroundings): Promise<DeleteModelResult> {
  const { modelPath, mmprojPath } = params as Partial<Record<keyof DeleteModelParams, unknown>>;
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

async function deleteFile(file: string, repository: string): Promise<number> {
  const blob = await fs.promises.realpath(file);
  const { size, nlink } = await fs.promises.stat(blob);
  const lock = tryLock(`${blob}.look-once.lock`);
  if (!lock) throw new BackendError('busy', `${file} is being fetched`, 'Cancel the download first.');
  try {
    await fs.promises.rm(file);
    if (blob === file) return nlink > 1 ? 0 : size;
    const snapshots = (await findGgufFiles(path.join(repository, 'snapshots'))).files;
    const isNamed = snapshots.some((name) => fs.existsSync(name) && fs.realpathSync(name) === blob);
    // What a link leads to outside of the repository is not the cache's own.
    if (isNamed || !isBelow(blob, repository)) return 0;
    await fs.promises.rm(blob);
    return size;
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
  throw new BackendError(
    'invalid_argument',
    `${String(file)} does not lie in the hub's cache and is not deleted from here`,
    'Delete it with the program that it belongs to, or by hand.',
  );
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
