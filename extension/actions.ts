/** What the buttons of notices and errors do. */
import * as vscode from 'vscode';
import type { ActionName } from '../webview/protocol/state.js';
import type { Asking } from './asking/asking.js';
import type { Backend } from './backend/backend.js';
import type { Notices } from './notices.js';
import type { Settings } from './settings/settings.js';

export interface ActionServices {
  readonly context: Pick<vscode.ExtensionContext, 'extension'>;
  readonly asking: Pick<Asking, 'ratio' | 'setRatio'>;
  readonly backend: Pick<Backend, 'model'>;
  readonly settings: Pick<Settings, 'current' | 'write'>;
  readonly notices: Pick<Notices, 'show'>;
}

/** A smaller ratio than this leaves too little to answer from. */
const smallestRatio = 0.05;
/** Less than auto keeps of any prompt for its length. */
const lessThanAuto = 0.1;
const smallestContext = 1024;
/** Where the size is up to the model, this is where to begin: a prompt seldom needs more. */
const usualContext = 16_384;

export async function runAction(services: ActionServices, action: ActionName): Promise<void> {
  switch (action) {
    case 'halveRatio':
      halveRatio(services);
      return;
    case 'smallerContext':
      await makeContextSmaller(services);
      return;
    case 'openSettings':
      await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${services.context.extension.id}`);
      return;
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    case 'openSample':
      await vscode.commands.executeCommand('lookOnce.askAboutSample');
      return;
    case 'restartBackend':
    case 'showLog':
    case 'chooseModel':
    case 'copyDiagnostics':
    case 'newConversation':
    case 'openWalkthrough':
      await vscode.commands.executeCommand(`lookOnce.${action}`);
  }
}

function halveRatio({ asking }: ActionServices): void {
  asking.setRatio(
    asking.ratio === 'auto' ? lessThanAuto : Math.max(smallestRatio, Math.round(asking.ratio * 50) / 100),
  );
}

/** Halves the context, and says what it is now. */
async function makeContextSmaller({ backend, settings, notices }: ActionServices): Promise<void> {
  const set = settings.current.load.engine?.contextSize ?? 0;
  const current = set > 0 ? set : Math.min(backend.model?.contextTrain ?? usualContext, usualContext);
  const contextSize = Math.max(smallestContext, Math.floor(current / 2));
  await settings.write({ 'lookOnce.model.contextSize': contextSize });
  notices.show({
    id: 'context',
    severity: 'info',
    message: vscode.l10n.t(
      'The context is {0} tokens from the next question on (lookOnce.model.contextSize).',
      contextSize,
    ),
    actions: [{ label: vscode.l10n.t('Open Settings'), action: 'openSettings' }],
  });
}
