import type { KvSettings } from './kv.js';

/** An image by its path, or its encoded bytes (PNG, JPEG, …) from a clipboard or a drop. */
export type ImageSource = { readonly path: string } | { readonly name: string; readonly base64: string };

/** A text document by its path, or its text. */
export type DocumentSource = { readonly path: string } | { readonly name: string; readonly text: string };

export interface AskParams {
  readonly question: string;
  /** Goes on with the conversation instead of starting a new one. */
  readonly continueConversation?: boolean;
  readonly system?: string;
  readonly images?: readonly ImageSource[];
  readonly documents?: readonly DocumentSource[];
  readonly kv?: Partial<KvSettings>;
  readonly sampling?: Partial<SamplingSettings>;
  readonly partialResultToken?: number | string;
}

export interface SamplingSettings {
  readonly maxTokens: number;
  /** 0 always takes the likeliest token. */
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly seed: number;
  /** Never ends the answer before maxTokens: benchmarks need answers of one length. */
  readonly ignoreEnd: boolean;
}

export const defaultSamplingSettings: SamplingSettings = {
  maxTokens: 256,
  temperature: 0,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  seed: 0,
  ignoreEnd: false,
};

/** How far a turn is. Every one is a snapshot: a client that misses some is right again with the next. */
export type AskProgress =
  | { readonly phase: 'queued'; /** Requests before this one. */ readonly ahead: number }
  | { readonly phase: 'ingest'; readonly done: number; readonly total: number }
  | {
      readonly phase: 'image';
      readonly index: number;
      readonly count: number;
      readonly name: string;
      /** Its size in the file; the result tells the size at which it was read. */
      readonly width: number;
      readonly height: number;
      readonly tokens: number;
    }
  | { readonly phase: 'prefill'; /** Tokens. */ readonly done: number; readonly total: number }
  | { readonly phase: 'compress'; /** Layers. */ readonly done: number; readonly total: number }
  | { readonly phase: 'answer'; /** Tokens so far. */ readonly tokens: number; /** The whole answer so far. */ readonly text: string };

export type StopReason =
  /** The model ended its answer. */
  | 'end'
  /** maxTokens was reached. */
  | 'length'
  /** The request was cancelled; the answer holds what there was. */
  | 'cancelled'
  /** The context is full. */
  | 'context';

export interface AskResult {
  readonly answer: string;
  /** Tokens of the answer. */
  readonly tokens: number;
  readonly stop: StopReason;
  readonly prompt: { readonly tokens: number; readonly textTokens: number; readonly imageTokens: number; readonly images: number };
  readonly kv: KvReport;
  readonly ms: AskTimes;
  readonly images: readonly ImageReport[];
}

/** What compression did, as it was in the end. */
export interface KvReport {
  readonly cellsBefore: number;
  readonly cellsAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Memory of the process once the prompt was read, and once the cache was compressed; 0 where it is not known. */
  readonly residentBefore: number;
  readonly residentAfter: number;
  readonly ratio: number;
  readonly method: string;
  readonly merge: string;
  readonly mergeWhat: string;
  readonly compressed: boolean;
  /** Why the cache was left alone, or anything else worth knowing; empty when there is nothing. */
  readonly note: string;
}

/** Milliseconds. */
export interface AskTimes {
  /** Waiting in the queue. */
  readonly queue: number;
  /** Reading and decoding the files. */
  readonly ingest: number;
  /** The image encoder. */
  readonly encode: number;
  readonly prefill: number;
  readonly compress: number;
  /** From the arrival of the request to the first token of the answer, all of the above included. */
  readonly firstToken: number;
  readonly decode: number;
}

export interface ImageReport {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The size at which the model read it. */
  readonly readWidth: number;
  readonly readHeight: number;
  readonly tokens: number;
}
