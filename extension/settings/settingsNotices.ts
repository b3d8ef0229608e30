import * as vscode from 'vscode';
import type { Services } from '../services.js';

const changeNotice = 'settings.changed';

/** Says when a change of the settings takes effect, until it has. */
export function settingsNotices({ settings, backend, asking, notices }: Pick<Services, 'settings' | 'backend' | 'asking' | 'notices'>): vscode.Disposable {
  let before = JSON.stringify(settings.current);
  return vscode.Disposable.from(
    settings.onDidChange((current) => {
      const now = JSON.stringify(current);
      if (now === before) return;
      before = now;
      notices.show({
        id: changeNotice,
        severity: 'info',
        message: backend.model && backend.needsLoad
          ? vscode.l10n.t('The changed settings take effect with the next question, which loads the model again.')
          : vscode.l10n.t('The changed settings take effect with the next question.'),
        actions: [],
      });
    }),
    // The next question has begun.
    asking.onDidProgress((running) => { if (running?.progress.phase === 'loading') notices.dismiss(changeNotice); }),
  );
}
