/**
 * The models of the benchmark: the embedded one, and random weights in the shapes of real ones, written on the spot.
 * The image encoder of those is small on purpose: both programs run llama.cpp's own, and its time is told apart.
 */
import { syllables } from '../../fixtures/tokenizer.js';
import type { ModelOptions, ProjectorOptions, VisionFamilyName } from '../../fixtures/writeFixture.js';
import type { Pieces } from '../prompt/promptFiles.js';
import { patches, tiles, type PictureFor } from '../prompt/pictures.js';

export interface BenchModel {
  readonly name: string;
  /** For the report. */
  readonly is: string;
  /** How it is written; left out for the embedded model. */
  readonly recipe?: ModelRecipe;
  readonly picture: PictureFor;
  readonly pieces: Pieces;
  /** Measured when nothing else is asked for. */
  readonly defaultSizes: readonly number[];
}

/** Everything that the bytes of a model depend on. */
export interface ModelRecipe {
  /** Raised when the fixtures write other bytes for the same options. */
  readonly version: number;
  readonly family: VisionFamilyName;
  readonly options: ModelOptions & Omit<ProjectorOptions, 'nEmbdText'>;
}

const k = 1024;
const longContext = 64 * k;
const syllablePieces: Pieces = { alphabet: syllables, perWord: 2, spaceIsToken: false };

export const benchModels: readonly BenchModel[] = [
  {
    name: 'embedded',
    is: 'the embedded model, SmolLM2-135M: 30 layers of 576, 9 query and 3 KV heads of 64, Q4_0, and its adapter',
    picture: patches(16, 1),
    // More pieces than tokens: its tokenizer knows pairs of them. What is read is counted, and told in the report.
    pieces: { alphabet: Array.from('bcdfghjklmnpqrstvwxz'), perWord: 5, spaceIsToken: true },
    defaultSizes: [k, 4 * k, 8 * k, 16 * k],
  },
  {
    name: '0.5b',
    is: 'random weights in the shape of SmolVLM-500M: 32 layers of 960, 15 query and 5 KV heads of 64, FFN 2560, Q8_0',
    recipe: {
      version: 1,
      family: 'smolvlm',
      options: {
        nLayer: 32,
        nEmbd: 960,
        nHead: 15,
        nHeadKv: 5,
        dHead: 64,
        nFf: 2560,
        nVocab: 49280,
        contextLength: longContext,
        type: 'q8_0',
        seed: 'bench 0.5b',
        vision: { imageSize: 128 },
      },
    },
    picture: tiles(128, 64),
    pieces: syllablePieces,
    defaultSizes: [k, 4 * k],
  },
  {
    name: '3b',
    is:
      'random weights in the shape of Qwen2.5-VL-3B: 36 layers of 2048, 16 query and 2 KV heads of 128, FFN ' +
      '11008, Q4_0, M-RoPE',
    recipe: {
      version: 1,
      family: 'qwen2vl',
      options: {
        nLayer: 36,
        nEmbd: 2048,
        nHead: 16,
        nHeadKv: 2,
        dHead: 128,
        nFf: 11008,
        nVocab: 151936,
        contextLength: longContext,
        type: 'q4_0',
        seed: 'bench 3b',
      },
    },
    picture: patches(28, 0),
    pieces: syllablePieces,
    defaultSizes: [],
  },
];
