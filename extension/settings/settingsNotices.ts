import * as vscode from 'vscode';
import type { RunningView } from '../../webview/protocol/state.js';
import type { Notices } from '../notices.js';
import type { Settings } from './settings.js';
import { withheldSettings } from './withheldSettings.js';

const changeNotice = 'settings.changed';
const trustNotice = 'settings.untrusted';

export interface NoticeServices {
  readonly settings: Pick<Settings, 'current' | 'restricted' | 'onDidChange'>;
  readonly backend: { readonly model: unknown; readonly needsLoad: boolean };
  readonly asking: { readonly onDidProgress: vscode.Event<RunningView | null> };
  readonly notices: Pick<Notices, 'show' | 'dismiss'>;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/** Says when a change of the settings takes effect, until it has, and what an untrusted workspace may not set. */
export function settingsNotices(services: NoticeServices): vscode.Disposable {
  const { settings, backend, asking, notices } = services;
  const show = (message: string) => {
    notices.show({ id: changeNotice, severity: 'info', message, actions: [] });
  };
  void tellWithheld(services);
  let before = { load: JSON.stringify(settings.current.load), all: JSON.stringify(settings.current) };
  return vscode.Disposable.from(
    settings.onDidChange((current) => {
      const now = { load: JSON.stringify(current.load), all: JSON.stringify(current) };
      const [isOtherModel, isOther] = [now.load !== before.load, now.all !== before.all];
      before = now;
      if (isOtherModel && backend.model && backend.needsLoad)
        show(vscode.l10n.t('The changed settings take effect with the next question, which loads the model again.'));
      // The model was chosen and loaded before its settings were written.
      else if (isOtherModel && backend.model) notices.dismiss(changeNotice);
      else if (isOther) show(vscode.l10n.t('The changed settings take effect with the next question.'));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      notices.dismiss(trustNotice);
    }),
    // The next question has begun.
    asking.onDidProgress((running) => {
      if (running?.progress.phase === 'loading') notices.dismiss(changeNotice);
    }),
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
