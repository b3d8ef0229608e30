import path from 'node:path';
import * as vscode from 'vscode';
import type { Backend } from './backend/backend.js';

export interface ClearCacheServices {
  readonly backend: Pick<Backend, 'request'>;
  readonly context: Pick<vscode.ExtensionContext, 'globalStorageUri'>;
}

/** Where the backend keeps what it has looked at: one folder for all workspaces, gone with the extension. */
export function cacheFolderOf({ globalStorageUri }: Pick<vscode.ExtensionContext, 'globalStorageUri'>): string {
  return path.join(globalStorageUri.fsPath, 'cache');
}

/** Asks nothing: what is deleted is made again when it is needed. The folder is named, since no model may be loaded. */
export async function clearCache({ backend, context }: ClearCacheServices): Promise<void> {
  const { files, freedBytes } = await backend.request('lookOnce/clearCache', { folder: cacheFolderOf(context) });
  void vscode.window.showInformationMessage(
    files === 0
      ? vscode.l10n.t('The cache on disk was empty already.')
      : vscode.l10n.t('The cache on disk is empty now: {0} MB were freed.', (freedBytes / 2 ** 20).toFixed(1)),
  );
}
