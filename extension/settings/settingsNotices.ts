import * as vscode from 'vscode';
import type { Services } from '../services.js';
import { withheldSettings } from './withheldSettings.js';

const changeNotice = 'settings.changed';
const trustNotice = 'settings.untrusted';

type NoticeServices = Pick<Services, 'settings' | 'backend' | 'asking' | 'notices' | 'log'>;

/** Says when a change of the settings takes effect, until it has, and what an untrusted workspace may not set. */
export function settingsNotices(services: NoticeServices): vscode.Disposable {
  const { settings, backend, asking, notices } = services;
  void tellWithheld(services);
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
    vscode.workspace.onDidGrantWorkspaceTrust(() => { notices.dismiss(trustNotice); }),
    // The next question has begun.
    asking.onDidProgress((running) => { if (running?.progress.phase === 'loading') notices.dismiss(changeNotice); }),
  );
}

async function tellWithheld({ settings, notices, log }: NoticeServices): Promise<void> {
  try {
    const withheld = await withheldSettings(settings.restricted);
    if (withheld.length === 0) return;
    notices.show({
      id: trustNotice,
      severity: 'warning',
      message: vscode.l10n.t('Settings of this workspace are ignored until you trust it: {0}.', withheld.join(', ')),
      actions: [{ label: vscode.l10n.t('Manage Workspace Trust'), action: 'manageTrust' }],
    });
  } catch (error) {
    log.warn('The settings of the workspace could not be read', String(error));
  }
}
