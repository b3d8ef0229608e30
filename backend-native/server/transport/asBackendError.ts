import { BackendError, isErrorCode } from '../../protocol/errors.js';

/** What the addon rejects with carries a code of the protocol; anything else is a fault of this program. */
export function asBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  return new BackendError(isErrorCode(code) ? code : 'internal', message);
}
