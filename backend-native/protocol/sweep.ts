/** One prompt, read once and answered under many KV settings: what a comparison of settings needs. */
import type { AskParams, AskProgress, AskResult, DocumentReport, ImageReport, KvReport, StopReason } from './ask.js';
import type { KvSettings } from './kv.js';

/** The prompt is that of the first turn of a conversation. */
export interface SweepParams extends Pick<
  AskParams,
  'question' | 'system' | 'images' | 'documents' | 'documentLimits' | 'imageText' | 'sampling'
> {
  /** At most maxSweepVariants; what one leaves out has its default. The full cache is answered with in any case. */
  readonly variants: readonly Partial<KvSettings>[];
  /**
   * Asked in order after the question, on the cache that it left, which is not compressed again. At most
   * maxSweepFollowUps.
   */
  readonly followUps?: readonly string[];
  readonly partialResultToken?: number | string;
}

export const maxSweepVariants = 1024;
export const maxSweepFollowUps = 64;

export type SweepProgress =
  | Extract<AskProgress, { phase: 'queued' | 'ingest' | 'imageText' | 'image' | 'document' | 'prefill' }>
  | {
      readonly phase: 'answers';
      /** Settings that were answered under, the full cache among them. */ readonly done: number;
      readonly total: number;
    };

/**
 * Every answer is the one that lookOnce/ask gives under the same settings. The conversation that the backend holds is
 * left as it was.
 */
export interface SweepResult {
  /** Cancelled: `full` may be missing and `variants` hold those that were finished. */
  readonly cancelled: boolean;
  readonly prompt: AskResult['prompt'];
  readonly images: readonly ImageReport[];
  readonly documents: readonly DocumentReport[];
  /** With the cache as it is: what the variants are compared with. */
  readonly full: SweepAnswers | null;
  /** In the order of the request. */
  readonly variants: readonly SweepAnswers[];
  /** Milliseconds. `answers`: compression and decoding of all settings together. */
  readonly ms: {
    readonly queue: number;
    readonly ingest: number;
    readonly restore: number;
    readonly encode: number;
    readonly prefill: number;
    readonly answers: number;
  };
}

export interface SweepAnswers {
  /** The question's and one for each follow-up, or those up to a failure. */
  readonly turns: readonly SweepTurn[];
  /** Missing when not even the question could be answered. What the process holds in memory is not measured: 0. */
  readonly kv?: KvReport;
  /**
   * Why a turn could not be answered; the other settings are answered all the same. `code` is one of the catalogue's.
   */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface SweepTurn {
  readonly answer: string;
  readonly tokens: number;
  readonly stop: StopReason;
  /**
   * The Kullback-Leibler divergence in nats, sum p_full (ln p_full - ln p), of what the full cache says of the next
   * token from what this cache says, before sampling changes it. It is taken at the first token of the answer that is
   * read off the cache which compression left. That is the second token of the question's answer, since the first one
   * comes from the prefill and so from the full cache under every setting; and the first token of a follow-up's answer.
   * Either side goes on with its own answers. Null when one of the two answers ended before that token.
   */
  readonly divergence: number | null;
}
