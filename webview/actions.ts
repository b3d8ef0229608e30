import { t } from '@vscode/l10n';
import type { ErrorCode } from '../backend-native/protocol/errors.js';
import type { ActionName } from './protocol/state.js';

/** What the button of an action says. */
export function actionLabel(action: ActionName): string {
  switch (action) {
    case 'restartBackend': return t('Restart backend');
    case 'showLog': return t('Show log');
    case 'openSettings': return t('Open settings');
    case 'chooseModel': return t('Choose model…');
    case 'copyDiagnostics': return t('Copy diagnostics');
    case 'newConversation': return t('New conversation');
    case 'halveRatio': return t('Halve the KV ratio');
    case 'smallerContext': return t('Use a smaller context');
    case 'manageTrust': return t('Manage trust');
    case 'openSample': return t('Ask about the sample screenshot');
    case 'openWalkthrough': return t('Open the walkthrough');
  }
}

/** What may help against an error, the likeliest first. */
export function actionsFor(code: ErrorCode): readonly ActionName[] {
  switch (code) {
    case 'out_of_memory': return ['smallerContext', 'halveRatio', 'chooseModel'];
    case 'backend_crashed': case 'backend_hung': return ['showLog', 'copyDiagnostics'];
    case 'native_missing': case 'native_incompatible': case 'version_mismatch': case 'internal': return ['restartBackend', 'showLog', 'copyDiagnostics'];
    case 'compute_failed': return ['openSettings', 'showLog'];
    case 'model_invalid': case 'model_load_failed': case 'model_not_loaded': case 'projector_missing': case 'projector_mismatch': case 'projector_invalid':
      return ['chooseModel', 'showLog'];
    case 'context_overflow': return ['newConversation', 'chooseModel', 'openSettings'];
    case 'kv_ratio_invalid': case 'recent_share_invalid': case 'budget_too_small': case 'invalid_argument': return ['openSettings'];
    case 'file_not_found': case 'not_a_file': case 'file_empty': case 'unsupported_image': case 'corrupt_image': case 'image_too_large': case 'too_many_images':
    case 'unsupported_document': case 'corrupt_document': case 'encrypted_document': case 'document_too_large': case 'page_range_invalid': case 'busy':
      return [];
  }
}
