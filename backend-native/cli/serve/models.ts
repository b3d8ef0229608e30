/** The list of models, in OpenAI's form. */
import { modelsOnDisk } from '../modelsOnDisk.js';
import { ApiError } from './apiError.js';
import type { ServeContext } from './respond.js';

/** The name of the model that the command line chose. */
export const ownModel = 'look-once';

/** The own model first; each other one is named by its path. */
export async function listModels(context: ServeContext) {
  const { client, command } = context;
  const found = await modelsOnDisk(client);
  return {
    object: 'list',
    data: [
      entry(ownModel, { path: command.load.modelPath ?? null }),
      ...found.map(({ path, projectorPath, name, quantisation, sizeBytes }) =>
        entry(path, { name, quantisation, size_bytes: sizeBytes, reads_images: projectorPath !== null }),
      ),
    ],
  };
}

/** @param id as it stands in the URL @throws ApiError 404 */
export async function oneModel(context: ServeContext, id: string) {
  const { data } = await listModels(context);
  const found = data.find((model) => model.id === decoded(id));
  if (!found)
    throw new ApiError(
      404,
      'file_not_found',
      `There is no model ${decoded(id)} on this machine`,
      'List the models.',
      'model',
    );
  return found;
}

function entry(id: string, details: Readonly<Record<string, unknown>>) {
  return { id, object: 'model', created: 0, owned_by: 'local', ...details };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
