/** The models on this machine. */
import type { BackendErrorData } from './errors.js';

export interface ListModelsParams {
  /** Folders to look into, beside llama.cpp's and the hub's caches. Subfolders are looked into as well, to a bounded depth. */
  readonly folders: readonly string[];
}

export interface ListModelsResult {
  /** The embedded model first. */
  readonly models: readonly FoundModel[];
  /** Folders that were looked into, and what stopped the look at one of them. */
  readonly folders: readonly { readonly path: string; readonly found: number; readonly error?: BackendErrorData }[];
}

export interface FoundModel {
  /** 'hub': llama.cpp's and the hub's cache. */
  readonly source: 'embedded' | 'hub' | 'folder';
  readonly name: string;
  readonly modelPath: string;
  /** The projector that fits by its metadata; null when there is none, and then the model reads no images. */
  readonly mmprojPath: string | null;
  readonly architecture: string;
  /** Such as "3B"; empty when the file does not say. */
  readonly sizeLabel: string;
  /** Of both files. */
  readonly sizeBytes: number;
  /** Such as "Q4_K_M"; empty when the file does not say. */
  readonly quantisation: string;
}
