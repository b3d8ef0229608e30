import type { ModelInfo } from '../../protocol/model.js';
import { rememberingCounter, type TokenCounter } from '../attachments/tokenCounter.js';
import type { NativeEngine } from '../transport/nativeAddon.js';

/** Counts with the model that the engine has loaded, beside whatever it does. */
export function modelCounter(engine: NativeEngine, { vision }: Pick<ModelInfo, 'vision'>): TokenCounter {
  const countTokens = (text: string) => engine.countTokens(text);
  const countImageTokens = async (width: number, height: number) => (await engine.measureImage(width, height)).tokens;
  return rememberingCounter({ countTokens, ...(vision ? { countImageTokens } : {}) });
}
