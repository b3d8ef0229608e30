import * as l10n from '@vscode/l10n';
import type { ActionName } from './protocol/state.js';

/** What the button of an action says. */
export function actionLabel(action: ActionName): string {
  switch (action) {
    case 'restartBackend':
      return l10n.t('Restart backend');
    case 'showLog':
      return l10n.t('Show log');
    case 'openSettings':
      return l10n.t('Open settings');
    case 'chooseModel':
      return l10n.t('Choose model…');
    case 'copyDiagnostics':
      return l10n.t('Copy diagnostics');
    case 'newConversation':
      return l10n.t('New conversation');
    case 'halveRatio':
      return l10n.t('Halve the KV ratio');
    case 'smallerContext':
      return l10n.t('Use a smaller context');
    case 'manageTrust':
      return l10n.t('Manage trust');
    case 'openSample':
      return l10n.t('Ask about the sample screenshot');
    case 'openWalkthrough':
      return l10n.t('Open the walkthrough');
  }
}
