import * as vscode from 'vscode';
import type { Draft } from '../attachments/draft.js';
import type { Panel } from '../panel/panel.js';
import { pickScreenshots } from '../attachments/screenshots/pickScreenshots.js';

export interface TerminalServices {
  readonly context: Parameters<typeof pickScreenshots>[0];
  readonly draft: Pick<Draft, 'addUris' | 'addBytes'>;
  readonly panel: Pick<Panel, 'reveal'>;
}

/** Asks for screenshots, and attaches them with what is selected in the terminal. */
export async function askAboutTerminal(services: TerminalServices): Promise<void> {
  const text = await selectedInTerminal();
  if (text.trim() === '') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Select some text in the terminal first.'));
    return;
  }
  const screenshots = await pickScreenshots(services.context);
  if (screenshots.length === 0) return;
  await Promise.all([
    services.panel.reveal({
      focusQuestion: true,
      text: vscode.l10n.t('What does the screenshot say about this output of the terminal?'),
    }),
    (async () => {
      await services.draft.addUris(screenshots);
      await services.draft.addBytes('terminal.txt', 'text/plain', Buffer.from(text).toString('base64'));
    })(),
  ]);
}

/**
 * VS Code shows extensions no selection of a terminal, but copies it for them. A text that was in the clipboard is put
 * back; a picture cannot be, and is replaced.
 */
export async function selectedInTerminal(): Promise<string> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  // What was copied earlier must not be taken for a selection.
  if (before !== '') await clipboard.writeText('');
  try {
    await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
    return await clipboard.readText();
  } finally {
    if (before !== '') await clipboard.writeText(before);
  }
}
