import path from 'node:path';
import { l10n } from 'vscode';
import { asBackendError, type BackendError, type ErrorCode } from '../../backend-native/protocol/errors.js';
import { errorView } from '../errors.js';
import { userError } from '../userError.js';

/** Says first which of memory, version, file and projector it was that a model could not be loaded for. */
export function loadFailure(error: unknown, file: string): BackendError {
  const { code, message, nextStep } = errorView(error);
  const what = cause(code);
  if (what === undefined) return asBackendError(error);
  return userError(code, l10n.t('{0} was not loaded: {1}. {2}', path.basename(file), what, message), nextStep);
}

function cause(code: ErrorCode): string | undefined {
  switch (code) {
    case 'out_of_memory':
    case 'backend_crashed':
      return l10n.t('there is most likely too little memory');
    case 'model_load_failed':
      return l10n.t('this version of llama.cpp does not run it');
    case 'model_invalid':
    case 'file_empty':
    case 'file_not_found':
    case 'not_a_file':
      return l10n.t('the file is no model, is damaged, or cannot be read');
    case 'projector_invalid':
    case 'projector_mismatch':
    case 'projector_missing':
      return l10n.t('the projector is not the one of this model, or is damaged');
    default:
      return undefined;
  }
}
