import { z } from 'zod';
import { BackendError } from '../../protocol/errors.js';
import type { LoadParams } from '../../protocol/model.js';
import type { BackendClient } from '../backendClient.js';
import type { ToolContext } from './toolContext.js';

export const modelsOutput = {
  models: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      readsImages: z.boolean(),
      quantisation: z.string(),
      sizeBytes: z.number(),
      source: z.string(),
    }),
  ),
};

export async function listModels({ shared }: ToolContext): Promise<Record<string, unknown>> {
  const { models } = await shared.client.request('lookOnce/models', { folders: [] });
  return {
    models: models.flatMap(({ name, source, variants }) =>
      variants.map(({ modelPath, mmprojPath, quantisation, sizeBytes }) => ({
        name,
        path: modelPath,
        readsImages: mmprojPath !== null,
        quantisation,
        sizeBytes,
        source,
      })),
    ),
  };
}

/**
 * The files of a model that was listed: others are not loaded for a caller who may not be the user.
 * @throws BackendError `file_not_found`
 */
export async function modelNamed(
  wanted: string,
  client: BackendClient,
): Promise<Pick<LoadParams, 'modelPath' | 'mmprojPath'>> {
  const { models } = await client.request('lookOnce/models', { folders: [] });
  const found = models.flatMap(({ variants }) => variants).find(({ modelPath }) => modelPath === wanted);
  if (!found)
    throw new BackendError('file_not_found', `There is no model ${wanted} on this machine; the tool models lists them`);
  const { modelPath, mmprojPath } = found;
  return { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }) };
}
