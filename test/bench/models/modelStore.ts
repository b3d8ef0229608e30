/** Writes a random model once and keeps it, as long as its recipe is the same. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { embeddedModel } from '../../../backend-native/server/models/embeddedModel.js';
import { textShape } from '../../../backend-native/server/models/memoryShape.js';
import type { ModelFiles } from '../../../backend-native/server/models/modelPaths.js';
import { readGgufHead } from '../../../backend-native/server/models/gguf.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { encodedSize } from '../../fixtures/encode.js';
import { writeFixture } from '../../fixtures/writeFixture.js';
import type { BenchModel, ModelRecipe } from './benchModels.js';

const defaultFolder = () => path.join(packageRoot(), 'backend-native', '.cache', 'bench');

/** Every model of the benchmark reads pictures. */
export type BenchFiles = ModelFiles & { readonly mmprojPath: string };

/** @param folder in which models are kept */
export async function filesOf({ name, recipe }: BenchModel, folder = defaultFolder()): Promise<BenchFiles> {
  if (!recipe) return embeddedModel().files;
  const place = path.join(folder, name);
  const stamp = path.join(place, 'recipe.sha256');
  const wanted = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
  const files = {
    modelPath: path.join(place, `${recipe.family}.gguf`),
    mmprojPath: path.join(place, `${recipe.family}.mmproj.gguf`),
  };
  if (
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, 'utf8') === wanted &&
    Object.values(files).every((file) => fs.existsSync(file))
  )
    return files;
  // The stamp comes last: a model that was not finished has none.
  fs.rmSync(place, { recursive: true, force: true });
  await writeFixture(recipe.family, place, recipe.options);
  fs.writeFileSync(stamp, wanted);
  return files;
}

/** About as many bytes as the text half will have. */
export function bytesOf({ options }: ModelRecipe): number {
  const { nLayer = 0, nEmbd = 0, nHead = 0, nHeadKv = 0, dHead = 0, nFf = 0, nVocab = 0, type = 'f16' } = options;
  const layer = nEmbd * dHead * (2 * nHead + 2 * nHeadKv) + 3 * nEmbd * nFf;
  return encodedSize(type, nLayer * layer + 2 * nEmbd * nVocab);
}

/** What the file of a model tells about how it will run. */
export interface ModelFacts {
  /** Weights that decoding reads for every token. */
  readonly weightBytes: number;
  /** Of the KV cache, for each token. */
  readonly cellBytes: number;
  readonly contextTokens: number;
}

const f16Bytes = 2;

/**
 * The embedding table is left out where the output has a matrix of its own: of it one row is read. Bytes are taken as
 * spread evenly over all values of the file, which the few f32 vectors beside the matrices hardly change.
 */
export function factsOf(modelPath: string): ModelFacts {
  const head = readGgufHead(modelPath);
  const { tensors, bytes } = head;
  const { layers, contextTrain } = textShape(head);
  const values = (extents: readonly number[]) => extents.reduce((product, extent) => product * extent, 1);
  const all = [...tensors.values()].reduce((sum, { extents }) => sum + values(extents), 0);
  const embedding = tensors.has('output.weight') ? values(tensors.get('token_embd.weight')?.extents ?? [0]) : 0;
  return {
    weightBytes: (bytes * (all - embedding)) / all,
    contextTokens: contextTrain,
    cellBytes: f16Bytes * layers.reduce((sum, layer) => sum + layer.keys + layer.values, 0),
  };
}
