import * as vscode from 'vscode';
import { userError } from '../userError.js';

/** Schemes of what lies on the network or runs, where a file is meant. */
const refusedSchemes = new Set(['http', 'https', 'ftp', 'command', 'data', 'javascript', 'blob']);

/**
 * The file that was dropped, by the address that the Explorer, an editor's tab or the desktop gives. In a remote window
 * the workbench says `vscode-remote://` and the host: this process runs on that host, where it is a plain file.
 * @throws BackendError invalid_argument when it is no address of a file
 */
export function droppedUri(text: string): vscode.Uri {
  let uri: vscode.Uri;
  try {
    uri = vscode.Uri.parse(text, true);
  } catch (error) {
    throw userError(
      'invalid_argument',
      vscode.l10n.t('{0} is not an address of a file: {1}', text.slice(0, 100), String(error)),
      vscode.l10n.t('Drop a file from the Explorer or an editor, or use the file button.'),
    );
  }
  if (refusedSchemes.has(uri.scheme)) {
    throw userError(
      'invalid_argument',
      vscode.l10n.t('{0} is no file. Nothing is fetched from the network.', text.slice(0, 100)),
      vscode.l10n.t('Save it as a file first.'),
    );
  }
  return uri.scheme === 'vscode-remote' ? uri.with({ scheme: 'file', authority: '' }) : uri;
}
