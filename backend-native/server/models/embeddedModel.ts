/** The model that comes with the package, and the tiny one that stands in for it where its base weights are missing. */
import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../transport/packageRoot.js';
import type { ModelFiles } from './modelPaths.js';

/** The base weights, a dependency; the adapter and the projector are ours. */
export const embeddedFiles = {
  model: 'SmolLM2-135M-Instruct.Q4_0.gguf',
  projector: 'look-once.mmproj.gguf',
  adapter: 'look-once.lora.gguf',
} as const;

export interface EmbeddedModel {
  readonly files: ModelFiles & { readonly mmprojPath: string };
  /** The files whose absence makes the tiny model answer; empty when the model is whole. */
  readonly missing: readonly string[];
}

export function embeddedModel(): EmbeddedModel {
  const model = findModelFile(embeddedFiles.model);
  const projector = findModelFile(embeddedFiles.projector);
  const adapter = findModelFile(embeddedFiles.adapter);
  if (model !== undefined && projector !== undefined && adapter !== undefined) {
    return { files: { modelPath: model, mmprojPath: projector, adapterPaths: [adapter] }, missing: [] };
  }
  const folder = path.join(packageRoot(), 'media', 'model');
  return {
    files: {
      modelPath: path.join(folder, 'look-once-tiny.gguf'),
      mmprojPath: path.join(folder, 'look-once-tiny.mmproj.gguf'),
    },
    missing: Object.values(embeddedFiles).filter((name) => findModelFile(name) === undefined),
  };
}

/** @returns the path of a file that belongs to the package's own models; undefined when no folder of them has it */
export function findModelFile(name: string): string | undefined {
  return modelFolders()
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file));
}

/** What is ours lies in the package; what is a dependency lies there too once it is packed, and in a cache before. */
function modelFolders(): string[] {
  const root = packageRoot();
  const given = process.env['LOOK_ONCE_MODELS'];
  const dependencies = given ? path.resolve(given) : path.join(root, 'backend-native', '.cache', 'models');
  return [path.join(root, 'media', 'model'), dependencies];
}
