import { z } from 'zod';
import { modelsOnDisk } from '../modelsOnDisk.js';
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
  const models = await modelsOnDisk(shared.client);
  return {
    models: models.map(({ projectorPath, ...model }) => ({ ...model, readsImages: projectorPath !== null })),
  };
}
