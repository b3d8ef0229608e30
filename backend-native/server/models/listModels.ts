import type { ListModelsParams, ListModelsResult } from '../../protocol/models.js';

/** The models on this machine: the embedded one first, then those in the caches, then those in the folders named. */
export function listModels(_params: ListModelsParams, _log: (message: string) => void): Promise<ListModelsResult> {
  return Promise.resolve({ models: [], folders: [] });
}
