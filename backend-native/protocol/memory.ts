/** How much memory a model takes, told before it is loaded, or even fetched. */
import type { KvRatio, KvType } from './kv.js';

export interface MemoryUse {
  /** Tokens of context, of which the cache is made. */
  readonly contextTokens: number;
  /** The share of the cache that is kept after a prompt was read. */
  readonly ratio: KvRatio;
  readonly kvType: KvType;
}

export interface MemoryEstimate {
  /** While a prompt of the whole context is read: the most that is taken at any time. */
  readonly needBytes: number;
  readonly parts: MemoryParts;
  readonly contextTokens: number;
  /** The ratio that was reckoned with, where auto was asked for. */
  readonly ratio: number;
  /** What is free now on the device that would run it: of the GPU where there is one. */
  readonly freeBytes: number;
  readonly device: string;
  readonly verdict: MemoryVerdict;
  /** The largest context at which it would fit; there when the verdict is not `fits` and there is one. */
  readonly fitsAtContext?: number;
  /** Layers on the GPU when not all of them fit there; the rest runs on the CPU. */
  readonly gpuLayers?: number;
}

/**
 * `fits`: with a tenth of the free memory to spare. `tight`: only just, or only when the cache is compressed while the
 * prompt is read. `too-large`: not at this context.
 */
export type MemoryVerdict = 'fits' | 'tight' | 'too-large';

/** In bytes. */
export interface MemoryParts {
  readonly weights: number;
  readonly projector: number;
  /** The cache of the whole context. */
  readonly kvFull: number;
  /** What stays of it at the ratio. */
  readonly kvKept: number;
  /** For the results of one layer, of the text model and of the vision tower. */
  readonly compute: number;
  /** For the results of the small context, where the whole one is held beside it (`lookOnce.cache.holdMinutes`). */
  readonly beside: number;
  /** For the program itself, and for pictures while they are decoded. */
  readonly process: number;
}
