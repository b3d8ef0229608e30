/** What the recogniser's process is asked, and what it answers. */
import type { Raster } from './raster.js';
import type { RecognisedLine } from './recogniser.js';
import type { RecogniserFiles } from './recogniserFiles.js';

export interface RecogniserTask {
  readonly files: RecogniserFiles;
  /** That a picture may keep busy. */
  readonly threads: number;
  readonly raster: Raster;
}

/** What a picture took. */
export interface RecogniserUsage {
  /** On all threads. */
  readonly cpuMs: number;
  /** Of the process since it was started, models included. */
  readonly peakRssBytes: number;
}

export type RecogniserMessage =
  | { readonly type: 'progress'; /** From 0 to 1. */ readonly done: number }
  | { readonly type: 'lines'; readonly lines: readonly RecognisedLine[]; readonly usage: RecogniserUsage }
  | { readonly type: 'failed'; readonly message: string };
