import type { SamplingSettings } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';

/**
 * Tokens that reasoning may take of the context: a quarter where the setting sets no limit, and at most that. None for a
 * model that does not reason.
 */
export function reasoningRoom(
  { reasoning, maxReasoningTokens }: SamplingSettings,
  model: Pick<ModelInfo, 'reasoning' | 'contextTrain'>,
): number {
  if (!reasoning || !model.reasoning) return 0;
  const most = Math.floor(model.contextTrain / 4);
  return maxReasoningTokens === 0 ? most : Math.min(maxReasoningTokens, most);
}
