import * as l10n from '@vscode/l10n';
import type { ActionName } from './state.js';

/** What the button of an action says, in the panel and in the messages of the workbench. */
export function actionLabel(action: ActionName): string {
  switch (action) {
    case 'restartBackend':
      return l10n.t('Restart Backend');
    case 'showLog':
      return l10n.t('Show Log');
    case 'openSettings':
      return l10n.t('Open Settings');
    case 'chooseModel':
      return l10n.t('Choose Model…');
    case 'copyDiagnostics':
      return l10n.t('Copy Diagnostics');
    case 'newConversation':
      return l10n.t('New Conversation');
    case 'halveRatio':
      return l10n.t('Halve the KV Ratio');
    case 'smallerContext':
      return l10n.t('Use a Smaller Context');
    case 'manageTrust':
      return l10n.t('Manage Workspace Trust');
    case 'openSample':
      return l10n.t('Ask About the Sample Screenshot');
    case 'openWalkthrough':
      return l10n.t('Open Walkthrough');
  }
}
