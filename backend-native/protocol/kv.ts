/** How the KV cache is compressed after the prefill: who stays (method) and what becomes of the rest (merge). */

export const kvMethods = ['look-m', 'full', 'h2o', 'snapkv', 'streaming', 'random'] as const;
export const mergeRules = ['pivot', 'average', 'weighted', 'none'] as const;
export const mergeTargets = ['auto', 'keys+values', 'values'] as const;
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const;

export type KvMethod = (typeof kvMethods)[number];
export type MergeRule = (typeof mergeRules)[number];
export type MergeTargets = (typeof mergeTargets)[number];
export type KvType = (typeof kvTypes)[number];

export interface KvSettings {
  readonly method: KvMethod;
  /** The share of the prompt's tokens that stays in every KV head, above 0 and at most 1. */
  readonly ratio: number;
  /** The share of that budget which goes to the newest tokens, from 0 to 1. */
  readonly recentShare: number;
  readonly merge: MergeRule;
  /** 'auto': keys and values for models with plain RoPE, values only for M-RoPE. */
  readonly mergeWhat: MergeTargets;
  /** Whether text tokens are preferred over image tokens. */
  readonly textPrior: boolean;
  /** Prompts shorter than this many tokens are left alone. */
  readonly minPromptTokens: number;
  /** For the method 'random'. */
  readonly seed: number;
}

export const defaultKvSettings: KvSettings = {
  method: 'look-m',
  ratio: 0.2,
  recentShare: 0.5,
  merge: 'pivot',
  mergeWhat: 'auto',
  textPrior: true,
  minPromptTokens: 256,
  seed: 0,
};
