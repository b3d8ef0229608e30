/** Opens VS Code's own chat with `@lookonce` and the model of the settings chosen. */
import * as vscode from 'vscode';
import { settingsId, vendor } from './chatModels.js';

/** What VS Code's command takes; an editor without it has no chat. */
const openChat = 'workbench.action.chat.open';

/**
 * VS Code asks a participant only when a model is chosen: nobody who has no Copilot has one, and its Agent mode offers
 * those alone that call tools. In Ask mode ours can be chosen, which is done here.
 */
export async function askInChat(): Promise<void> {
  try {
    await vscode.commands.executeCommand(openChat, {
      mode: 'ask',
      modelSelector: { vendor, id: settingsId },
      query: '@lookonce ',
      isPartialQuery: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The chat of this editor could not be opened with Look Once: {0} The panel answers as well.',
        reason,
      ),
    );
  }
}
