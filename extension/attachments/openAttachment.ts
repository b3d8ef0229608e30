import * as vscode from 'vscode';
import type { Attachment } from './attachment.js';

/** Shows what was attached in an editor; of a selection, its lines. Says so when it is no longer there. */
export async function openAttachment({ name, origin }: Attachment): Promise<void> {
  try {
    if (origin.kind === 'text') {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(origin.uri, true));
      await vscode.window.showTextDocument(document, {
        selection: new vscode.Range(origin.firstLine - 1, 0, origin.lastLine, 0),
      });
    } else {
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(origin.path));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} cannot be opened: {1}', name, reason));
  }
}
