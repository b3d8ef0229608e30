/** The models on this machine, as those who may ask for one see them: one entry a file. */
import { BackendError } from '../protocol/errors.js';
import type { LoadParams } from '../protocol/model.js';
import type { BackendClient } from './backendClient.js';

export interface ModelOnDisk {
  readonly name: string;
  readonly path: string;
  readonly projectorPath: string | null;
  /** LoRA adapters that its place names for it, which are loaded when they are named. */
  readonly adapterPaths?: readonly string[];
  readonly quantisation: string;
  readonly sizeBytes: number;
  readonly source: string;
}

export async function modelsOnDisk(client: Pick<BackendClient, 'request'>): Promise<ModelOnDisk[]> {
  const { models } = await client.request('lookOnce/models', { folders: [] });
  return models.flatMap(({ name, source, variants }) =>
    variants.map(({ modelPath, mmprojPath, adapterPaths, quantisation, sizeBytes }) => ({
      name,
      path: modelPath,
      projectorPath: mmprojPath,
      ...(adapterPaths ? { adapterPaths } : {}),
      quantisation,
      sizeBytes,
      source,
    })),
  );
}

/**
 * The files of a model that was listed: others are not loaded for a caller who may not be the user.
 * @throws BackendError `file_not_found`
 */
export async function modelNamed(
  wanted: string,
  client: Pick<BackendClient, 'request'>,
): Promise<Pick<LoadParams, 'modelPath' | 'mmprojPath'>> {
  const found = (await modelsOnDisk(client)).find(({ path }) => path === wanted);
  if (!found) throw new BackendError('file_not_found', { kind: 'noSuchModel', model: wanted });
  const { path, projectorPath } = found;
  return { modelPath: path, ...(projectorPath === null ? {} : { mmprojPath: projectorPath }) };
}
