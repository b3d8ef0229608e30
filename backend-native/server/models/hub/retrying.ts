import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError } from '../../../protocol/errors.js';
import type { HubAccess } from './hubAccess.js';
import { Retryable } from './hubRequest.js';

export interface RetryOptions {
  readonly access: HubAccess;
  readonly signal: AbortSignal;
  /** Hears how long it is waited. */
  readonly onWait?: (ms: number) => void;
}

/**
 * Does the work again after every failure that may pass, with longer and longer waits.
 * @param work resolves to whether it got on: then the failures before it count no more
 * @throws BackendError `hub_busy`, `hub_unreachable` when it does not pass; what the work throws otherwise
 */
export async function retrying<T>(
  { access, signal, onWait }: RetryOptions,
  work: (progressed: () => void) => Promise<T>,
): Promise<T> {
  const { attempts, backoffMs, maxBackoffMs } = access.limits;
  let failures = 0;
  for (;;) {
    try {
      return await work(() => {
        failures = 0;
      });
    } catch (error) {
      if (!(error instanceof Retryable) || signal.aborted) throw error;
      failures += 1;
      if (failures >= attempts) throw givenUp(access, error);
      const ms = Math.min(maxBackoffMs, Math.max(error.afterMs ?? 0, backoffMs * 2 ** (failures - 1)));
      onWait?.(ms);
      await sleep(ms, undefined, { signal });
    }
  }
}

function givenUp({ endpoint }: HubAccess, { why }: Retryable): BackendError {
  return typeof why === 'string'
    ? new BackendError('hub_unreachable', { kind: 'hubUnreachable', host: new URL(endpoint).host, why })
    : new BackendError('hub_busy', { kind: 'hubBusy', ...why });
}
