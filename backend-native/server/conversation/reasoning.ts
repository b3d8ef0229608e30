import type { AskResult, SamplingSettings } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';

/**
 * Tokens that reasoning may take of the context: a quarter where the setting sets no limit, and at most that. None for
 * a model that does not reason.
 */
export function reasoningRoom(
  { reasoning, maxReasoningTokens }: SamplingSettings,
  model: Pick<ModelInfo, 'reasoning' | 'contextTrain'>,
): number {
  if (!reasoning || !model.reasoning) return 0;
  const most = Math.floor(model.contextTrain / 4);
  return maxReasoningTokens === 0 ? most : Math.min(maxReasoningTokens, most);
}

/**
 * Whether the next turn can go on from the cache. Reasoning is not told to later turns: it is taken out of a cache, and
 * one that cannot forget a part of what it holds is given up, so that the next turn reads the conversation again.
 */
export function canGoOn(
  { reasoning, stop }: Pick<AskResult, 'reasoning' | 'stop'>,
  model: Pick<ModelInfo, 'memory'> | undefined,
): boolean {
  return model?.memory === 'attention' || (reasoning === '' && stop !== 'stop-string');
}
