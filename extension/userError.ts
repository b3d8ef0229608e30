import { BackendError, errorCatalogue, type ErrorCode } from '../backend-native/protocol/errors.js';

/**
 * An error that happens in the extension itself, and that nobody but its user reads: its words are made on the spot, in
 * the user's language.
 */
export function userError(
  code: ErrorCode,
  message: string,
  nextStep: string = errorCatalogue[code].nextStep,
): BackendError {
  return BackendError.from({ code, message, nextStep });
}
