import type { KvType } from './kv.js';

export interface LoadParams {
  /** The GGUF text model; the embedded model when it is left out. */
  readonly modelPath?: string;
  /** The GGUF projector that belongs to it. Without one the model reads no images. */
  readonly mmprojPath?: string;
  /** LoRA adapters (GGUF) of the text model, each applied with a scale of 1; none when it is left out. */
  readonly adapterPaths?: readonly string[];
  readonly engine?: Partial<EngineSettings>;
  readonly partialResultToken?: number | string;
}

export interface EngineSettings {
  /** Layers on the GPU; -1 for all. */
  readonly gpuLayers: number;
  /** The name of a device from BackendInfo; the first that suits when it is left out. */
  readonly device?: string;
  /** `host:port` of servers whose devices the model may use beside those of this machine; none for none. */
  readonly rpcServers: readonly string[];
  /** 0 for as many as suit the machine. */
  readonly threads: number;
  /** Tokens; 0 for as many as a prompt needs, up to the model's own limit. */
  readonly contextSize: number;
  readonly kvType: KvType;
  /** Bounds of the tokens an image may take; 0 for the model's own. */
  readonly imageMinTokens: number;
  readonly imageMaxTokens: number;
  /** Where what was looked at once is kept for the next time; nothing is kept when it is left out. */
  readonly cache?: CacheSettings;
  /**
   * Minutes after the last question for which the full cache of what was read stays in memory, where there is room for
   * it, so that the next question about the same reads the question alone; 0 for not at all.
   */
  readonly holdMinutes: number;
}

/** It holds what is derived from the user's pictures and documents, readable for this user alone. */
export interface CacheSettings {
  /** An absolute path. Made when it is not there. */
  readonly folder: string;
  /** Of all its files together; the least recently used go first. At least 1. */
  readonly maxBytes: number;
}

export const defaultEngineSettings: EngineSettings = {
  gpuLayers: -1,
  rpcServers: [],
  threads: 0,
  contextSize: 0,
  kvType: 'f16',
  imageMinTokens: 0,
  imageMaxTokens: 0,
  holdMinutes: 10,
};

export interface LoadProgress {
  /** From 0 to 1. */
  readonly fraction: number;
}

export type LoadResult =
  | {
      readonly status: 'loaded';
      readonly model: ModelInfo;
      /** Time of the load, as the server saw it. */ readonly ms: number;
    }
  | { readonly status: 'cancelled' };

/** Of the settings of sampling, those that files of models may hold (general.sampling.*). */
export interface AdvisedSampling {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
}

export interface ModelInfo {
  readonly modelPath: string;
  readonly mmprojPath?: string;
  readonly adapterPaths?: readonly string[];
  readonly description: string;
  readonly architecture: string;
  /** Tokens of context that the model was trained for. */
  readonly contextTrain: number;
  readonly layers: number;
  readonly headsKv: number;
  readonly embedding: number;
  readonly parameters: number;
  readonly sizeBytes: number;
  readonly vision: boolean;
  /** Whether its chat template knows of reasoning before an answer. */
  readonly reasoning: boolean;
  /** Whether its chat template takes tools. */
  readonly tools: boolean;
  readonly rope: 'none' | 'plain' | 'mrope';
  readonly memory: 'attention' | 'sliding-window' | 'recurrent' | 'hybrid';
  readonly devices: readonly string[];
  /** What its file advises, for what a question leaves open. */
  readonly sampling: AdvisedSampling;
  /** Left out unless the tiny model answers in the embedded one's place, for want of these files. */
  readonly standIn?: { readonly missing: readonly string[] };
}

/** Whether no ratio compresses its cache: it keeps recurrent state, alone or beside attention. */
export function keepsWholeCache({ memory }: Pick<ModelInfo, 'memory'>): boolean {
  return memory === 'recurrent' || memory === 'hybrid';
}

export interface DeviceInfo {
  readonly name: string;
  readonly description: string;
  readonly kind: 'cpu' | 'gpu' | 'accel';
  readonly memoryTotal: number;
  readonly memoryFree: number;
  /** Of a CPU: ggml's types of weights that it copies into a layout of its own. */
  readonly ownLayouts?: readonly number[];
}

export interface CacheInfo extends CacheSettings {
  /** That its files take now. */
  readonly bytes: number;
}

export interface ClearCacheParams {
  /** An absolute path; that of the loaded model's cache when it is left out. */
  readonly folder?: string;
}

export interface ClearCacheResult {
  /** Null when no folder was named and the loaded model uses none. */
  readonly folder: string | null;
  readonly files: number;
  readonly freedBytes: number;
}

export interface BackendInfo {
  readonly version: string;
  readonly llamaCpp: string;
  readonly compiler: string;
  readonly buildType: string;
  readonly devices: readonly DeviceInfo[];
  readonly model: ModelInfo | null;
  /** The cache on disk that the loaded model uses; null when it uses none. */
  readonly cache: CacheInfo | null;
  readonly process: { readonly pid: number; readonly rssBytes: number; readonly peakRssBytes: number };
}
