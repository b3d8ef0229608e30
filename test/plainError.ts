import { BackendError, errorCatalogue, type ErrorCode } from '../backend-native/protocol/errors.js';

/** An error with words of its own: what tools for developers say, and whatever a test needs. */
export function plainError(
  code: ErrorCode,
  message: string,
  nextStep: string = errorCatalogue[code].nextStep,
): BackendError {
  return BackendError.from({ code, message, nextStep });
}
