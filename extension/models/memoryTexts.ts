/** What is said of the memory that a model takes. */
import { l10n } from 'vscode';
import type { MemoryEstimate } from '../../backend-native/protocol/memory.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type { MemoryUse } from '../../backend-native/protocol/memory.js';
import type { CurrentSettings } from '../settings/currentSettings.js';
import { byteSize } from './modelTexts.js';

/** Where the size is up to the model, a prompt seldom needs more. */
const usualContext = 16_384;

/** As the user's own settings would have it. */
export function memoryUse({ load, kv }: CurrentSettings): MemoryUse {
  const { contextSize = 0, kvType = 'f16' } = load.engine ?? {};
  const ratio: KvRatio = kv.method === 'full' ? 1 : kv.ratio;
  return { contextTokens: contextSize > 0 ? contextSize : usualContext, ratio, kvType };
}

/** Such as "$(pass) fits: 3.1 GB of 12.0 GB at 16384 tokens". */
export function memoryText(memory: MemoryEstimate): string {
  const { needBytes, freeBytes, contextTokens, verdict, fitsAtContext, gpuLayers } = memory;
  const numbers = [byteSize(needBytes), byteSize(freeBytes), contextTokens] as const;
  const ways = [
    ...(fitsAtContext === undefined ? [] : [l10n.t('fits at {0} tokens', fitsAtContext)]),
    ...(gpuLayers === undefined ? [] : [l10n.t('{0} layers on the GPU', gpuLayers)]),
  ];
  const more = ways.length > 0 ? ` (${ways.join(', ')})` : '';
  switch (verdict) {
    case 'fits':
      return `$(pass) ${l10n.t('fits: {0} of {1} at {2} tokens', ...numbers)}`;
    case 'tight':
      return `$(warning) ${l10n.t('tight: {0} of {1} at {2} tokens', ...numbers)}${more}`;
    case 'too-large':
      return `$(error) ${l10n.t('does not fit: {0} of {1} at {2} tokens', ...numbers)}${more}`;
  }
}
