import { BackendError } from '../../protocol/errors.js';
import type { MemoryUse } from '../../protocol/memory.js';

/** What the client asks estimates for, checked. @throws BackendError `invalid_argument` */
export function memoryUseFrom(given: unknown): MemoryUse | undefined {
  if (given === undefined) return undefined;
  const { contextTokens, ratio, kvType } = given as Partial<Record<keyof MemoryUse, unknown>>;
  const isRatio = ratio === 'auto' || (typeof ratio === 'number' && ratio > 0 && ratio <= 1);
  const isType = kvType === 'f16' || kvType === 'q8_0' || kvType === 'q4_0';
  if (Number.isSafeInteger(contextTokens) && (contextTokens as number) > 0 && isRatio && isType)
    return { contextTokens: contextTokens as number, ratio, kvType };
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'contextTokens, ratio and kvType',
    what: 'the memory',
    received: JSON.stringify(given),
  });
}
