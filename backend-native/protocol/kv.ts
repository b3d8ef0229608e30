/** How the KV cache is compressed after the prefill: who stays (method) and what becomes of the rest (merge). */
import { kvMethods, mergeRules, methodParts, querySets } from './kvStrategies.js';

export { kvMethods, mergeRules, querySets };

export const mergeTargets = ['auto', 'keys+values', 'values'] as const;
export const recentRules = ['share', 'question'] as const;
export const scoreShares = ['head', 'layer', 'model'] as const;
export const readingRules = ['auto', 'whole', 'chunks'] as const;
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const;

export type KvMethod = (typeof kvMethods)[number];
export type MergeRule = (typeof mergeRules)[number];
export type MergeTargets = (typeof mergeTargets)[number];
export type QuerySet = (typeof querySets)[number];
export type RecentRule = (typeof recentRules)[number];
export type ScoreShare = (typeof scoreShares)[number];
export type ReadingRule = (typeof readingRules)[number];
export type KvType = (typeof kvTypes)[number];

/** 'auto' leaves it to the engine. */
export type KvRatio = number | 'auto';

export interface KvSettings extends SelectionSettings {
  readonly method: KvMethod;
  /**
   * The share of the prompt's tokens that stays in every KV head, above 0 and at most 1. 'auto': as many as suit the length
   * of the prompt and the free memory, which is all of a short one; the report says what it became and why.
   */
  readonly ratio: KvRatio;
  /** The share of that budget which goes to the newest tokens, from 0 to 1. */
  readonly recentShare: number;
  readonly merge: MergeRule;
  /** 'auto': keys and values for models with plain RoPE, values only for M-RoPE. */
  readonly mergeWhat: MergeTargets;
  /**
   * Whether text tokens are preferred over image tokens, for the methods 'look-m' and 'look-once'. Then image tokens alone
   * are evicted as long as there are any.
   */
  readonly textPrior: boolean;
  /** Prompts shorter than this many tokens are left alone. */
  readonly minPromptTokens: number;
  /**
   * When the cache is compressed. 'whole': once all of the prompt was read. 'chunks': again and again while it is read, so
   * that the full cache is never in memory. 'auto': in chunks where the full cache would not fit into the free memory.
   */
  readonly reading: ReadingRule;
  /** For the method 'random'. */
  readonly seed: number;
}

/** Parts that a method may be made of, each to be measured alone. For the methods that score tokens by attention. */
export interface SelectionSettings {
  /**
   * Whose attention scores the tokens: 'method' is what the method says (a window for 'snapkv', all tokens for the others),
   * 'window' the last 32 tokens of the prompt, 'question' what follows its last image and document.
   */
  readonly queries: QuerySet;
  /** 'question': the newest tokens are those of the question, at most the share; what they leave goes to the important ones. */
  readonly recent: RecentRule;
  /** Whose attention decides what one KV head keeps: its own, or that of all heads of its layer, or of the model. */
  readonly share: ScoreShare;
  /** Every token counts as much as the best within so many neighbours, an odd width; 0 for the method's own (7 for 'snapkv', 1). */
  readonly pooling: number;
  /** The same around text tokens, which show less than a patch does; 0 for as much as around image tokens. */
  readonly textPooling: number;
  /** How much a key that is unlike the others counts beside attention, from 0 to 1: for what is asked later. */
  readonly diversity: number;
  /** Whether attention is weighted with the length of the token's value. */
  readonly valueNorm: boolean;
  /** First tokens of the prompt that stay before all others; 0 for the method's own (4 for 'streaming', 0). */
  readonly sinks: number;
}

/** The parts of a method that have a value of its own where a request leaves them out. */
export type MethodParts = SelectionSettings & Pick<KvSettings, 'merge' | 'textPrior' | 'recentShare'>;

/** What is asked with when nobody names a method. */
export const defaultMethod = 'look-once' satisfies KvMethod;

/** All settings of a method, as they are where a request says nothing else. */
export function kvDefaults(method: KvMethod = defaultMethod): KvSettings {
  const own: Readonly<Record<string, MethodParts>> = methodParts;
  // A name that is no method is refused with the rest of the settings.
  const parts = own[method] ?? methodParts[defaultMethod];
  return { method, ratio: 'auto', mergeWhat: 'auto', minPromptTokens: 256, reading: 'auto', seed: 0, ...parts };
}
