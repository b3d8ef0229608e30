/** The models on this machine. */
import type { BackendErrorData } from './errors.js';
import type { MemoryEstimate, MemoryUse } from './memory.js';

export interface ListModelsParams {
  /** Folders to look into, beside those of other programs. Subfolders are looked into as well, to a bounded depth. */
  readonly folders: readonly string[];
  /** Files that were picked before, wherever they lie. */
  readonly files?: readonly PickedFiles[];
  /** Adds estimates of what each variant takes. */
  readonly memory?: MemoryUse;
}

/** Absolute paths. */
export interface PickedFiles {
  readonly modelPath: string;
  /** Null for text only; left out to take the one beside the model that fits. */
  readonly mmprojPath?: string | null;
}

export interface ListModelsResult {
  /** The embedded model first. Every file once, where it was found first. */
  readonly models: readonly FoundModel[];
  /** What was looked into, and what stopped the look at one of them. Of a picked file its path. */
  readonly folders: readonly { readonly path: string; readonly found: number; readonly error?: BackendErrorData }[];
}

/** `hub`: llama.cpp's and the hub's cache. `picked`: a file that the user picked before. */
export type ModelSource = 'embedded' | 'hub' | 'lm-studio' | 'ollama' | 'folder' | 'picked';

/** One model, in as many quantisations as there are of it in one place. */
export interface FoundModel {
  readonly source: ModelSource;
  readonly name: string;
  readonly architecture: string;
  /** Such as "3B"; empty when the file does not say. */
  readonly sizeLabel: string;
  /** At least one; those that read images first, then the largest. */
  readonly variants: readonly ModelVariant[];
}

export interface ModelVariant {
  readonly modelPath: string;
  /** The projector that fits by its metadata; null when there is none, and then the model reads no images. */
  readonly mmprojPath: string | null;
  /** Why there is none. */
  readonly noProjector?: NoProjector;
  /** LoRA adapters that its place names for it. They are not loaded with it: whoever wants them names them. */
  readonly adapterPaths?: readonly string[];
  /** Of all its files. */
  readonly sizeBytes: number;
  /** Such as "Q4_K_M"; empty when the file does not say. */
  readonly quantisation: string;
  readonly memory?: MemoryEstimate;
  /** Left out unless its chat template takes tools. */
  readonly tools?: true;
}

export type NoProjector =
  /** No projector lies where one would be looked for. */
  | { readonly reason: 'none' }
  /** The file holds its vision half itself, which llama.cpp reads from a file of its own. */
  | { readonly reason: 'inside' }
  | { readonly reason: 'refused'; readonly refused: readonly RefusedProjector[] };

export interface RefusedProjector {
  readonly path: string;
  readonly why: ProjectorRefusal;
}

export type ProjectorRefusal =
  /** Embeddings of so many values where others are taken. */
  | { readonly reason: 'width'; readonly gives: number; readonly takes: number }
  /** Made for other text models. */
  | { readonly reason: 'family'; readonly projectorType: string; readonly architecture: string }
  /** It may fit by its form, and its names are those of another model. */
  | { readonly reason: 'names' };
