import { t } from '@vscode/l10n';
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
