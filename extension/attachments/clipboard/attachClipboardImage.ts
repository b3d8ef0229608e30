import * as vscode from 'vscode';
import { messageLimits } from '../../../webview/protocol/messages.js';
import type { Notices } from '../../notices.js';
import { extensionOf } from '../../../backend-native/protocol/formats.js';
import type { Draft } from '../draft.js';
import { clipboardTools } from './clipboardTools.js';
import { readClipboardImage } from './readClipboardImage.js';

export interface ClipboardServices {
  readonly draft: Pick<Draft, 'addBytes' | 'onDidChange'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info'>;
  readonly notices: Pick<Notices, 'show' | 'dismiss'>;
  readonly panel: { reveal(options: { readonly focusQuestion: boolean }): Promise<void> };
}

/** PowerShell alone takes seconds to start on a busy machine. */
const limits = { milliseconds: 10_000, bytes: (messageLimits.base64Characters / 4) * 3 };

const hintId = 'lookOnce.pasteHere';

/**
 * Attaches the picture in the clipboard. VS Code gives extensions only its text: programs of the system read the picture on
 * the user's own desktop. Where there is none, the panel opens and says how to paste into it.
 */
export async function attachClipboardImage({ draft, log, notices, panel }: ClipboardServices): Promise<void> {
  // In a browser or a remote window the clipboard is on another machine than this process.
  const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const image = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the clipboard') },
    () => readClipboardImage(isHere ? clipboardTools(process.platform, process.env) : [], limits),
  );
  if (image.status === 'image') {
    await draft.addBytes(clipboardName(image.mime), image.mime, image.bytes.toString('base64'));
    return;
  }
  if (image.status === 'empty') {
    void vscode.window.showInformationMessage(vscode.l10n.t('The clipboard holds no picture.'));
    return;
  }
  for (const reason of image.reasons) log.info('The clipboard could not be read with', reason);
  const keys = process.platform === 'darwin' ? '⌘V' : vscode.l10n.t('Ctrl+V');
  notices.show({
    id: hintId,
    severity: 'info',
    message: vscode.l10n.t('Paste the picture into the question with {0}.', keys),
    actions: [],
  });
  const pasted = draft.onDidChange(() => {
    pasted.dispose();
    notices.dismiss(hintId);
  });
  await panel.reveal({ focusQuestion: true });
}

function clipboardName(mime: string): string {
  const time = new Date().toLocaleTimeString('sv').replaceAll(':', '.');
  return `${vscode.l10n.t('Clipboard {0}', time)}.${extensionOf(mime)}`;
}
