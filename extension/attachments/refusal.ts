import * as vscode from 'vscode';
import type { BackendError } from '../../backend-native/protocol/errors.js';
import { userError } from '../userError.js';
import type { DraftEntries } from './draftEntries.js';

/** Why a question about these is not asked: the first that cannot be read. What the backend ended over may be tried. */
export function refusalOf(entries: DraftEntries): BackendError | undefined {
  for (const { attachment, state } of entries) {
    if (state.name !== 'failed' || state.by !== 'attachment') continue;
    const { code, message, nextStep } = state.error;
    return userError(code, vscode.l10n.t('{0} cannot be attached: {1}', attachment.name, message), nextStep);
  }
  return undefined;
}
