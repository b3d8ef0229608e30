/** Whether the network may be asked, and with whose token. */
import * as vscode from 'vscode';
import type { HubAccessParams } from '../../backend-native/protocol/hub.js';
import type { ModelServices } from './modelServices.js';
import { userError } from '../userError.js';

const tokenKey = 'lookOnce.hubToken';

/** @throws BackendError `network_refused` with the reason: nothing is fetched for a workspace that nobody trusts */
export function checkNetwork({ settings }: Pick<ModelServices, 'settings'>): void {
  if (!vscode.workspace.isTrusted) {
    throw userError(
      'network_refused',
      vscode.l10n.t('Models are not fetched in a workspace that is not trusted'),
      vscode.l10n.t('Trust the workspace, or open a window without one.'),
    );
  }
  if (!settings.current.downloads)
    throw userError('network_refused', vscode.l10n.t('Downloads are switched off (lookOnce.model.downloads)'));
}

/** What requests to the hub bring along: the user's token, if there is one. */
export async function hubAccess({ context }: Pick<ModelServices, 'context'>): Promise<HubAccessParams> {
  const token = await context.secrets.get(tokenKey);
  return token === undefined || token === '' ? {} : { token };
}

/** Asks for the token and keeps it in VS Code's secret storage; an empty one is forgotten. */
export async function setHubToken({ context }: Pick<ModelServices, 'context'>): Promise<void> {
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Hub Token'),
    prompt: vscode.l10n.t(
      'A token of your huggingface.co account, for gated models. It goes to the hub alone. Empty forgets it.',
    ),
    password: true,
    ignoreFocusOut: true,
  });
  if (token === undefined) return;
  if (token.trim() === '') await context.secrets.delete(tokenKey);
  else await context.secrets.store(tokenKey, token.trim());
}
