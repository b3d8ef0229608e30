/** How many layers go to the GPU where the user left that open. */
import type { EngineSettings } from '../../protocol/model.js';
import { GgufDamage } from './byteReader.js';
import { readGgufHead } from './gguf.js';
import { estimateMemory, modelShape, type FreeMemory } from './memoryEstimate.js';
import type { ModelFiles } from './modelPaths.js';

export const allLayers = -1;
/** Where the size of the context is up to the prompt, one seldom needs more. */
const usualContext = 16_384;

/**
 * All of them where the model fits, as many as do where it does not: it runs partly on the GPU rather than not at all.
 * @returns what was set when there is no GPU, when the user has chosen, or when the file does not tell
 */
export function gpuLayersFor(
  files: ModelFiles,
  { gpuLayers, contextSize, kvType, rpcServers }: EngineSettings,
  free: FreeMemory,
): number {
  if (gpuLayers !== allLayers || rpcServers.length > 0 || free.systemFreeBytes === undefined) return gpuLayers;
  try {
    const projector = files.mmprojPath === undefined ? undefined : readGgufHead(files.mmprojPath);
    const shape = modelShape([readGgufHead(files.modelPath)], projector, (files.adapterPaths ?? []).map(readGgufHead));
    const contextTokens = contextSize > 0 ? contextSize : usualContext;
    return estimateMemory(shape, { contextTokens, ratio: 'auto', kvType }, free).gpuLayers ?? gpuLayers;
  } catch (error) {
    // What is wrong with the file is said when it is loaded.
    if (error instanceof GgufDamage || (error as NodeJS.ErrnoException).code !== undefined) return gpuLayers;
    throw error;
  }
}
