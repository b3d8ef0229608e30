import * as vscode from 'vscode';
import { documentExtensions, imageExtensions } from '../../backend-native/protocol/formats.js';

/** The folders that the user chooses in the dialog; none when it is cancelled. */
export async function pickFolders(): Promise<readonly vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Ask About a Folder'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: true,
  });
  return chosen ?? [];
}

/** The files that the user chooses in the dialog, which shows one kind first; none when it is cancelled. */
export async function pickFiles(kind: 'all' | 'images' | 'documents' = 'all'): Promise<readonly vscode.Uri[]> {
  const filters: readonly (readonly ['all' | 'images' | 'documents' | 'any', string, readonly string[]])[] = [
    ['all', vscode.l10n.t('Images and documents'), [...imageExtensions, ...documentExtensions]],
    ['images', vscode.l10n.t('Images'), imageExtensions],
    ['documents', vscode.l10n.t('Documents'), documentExtensions],
    ['any', vscode.l10n.t('All files'), ['*']],
  ];
  const ordered = [...filters.filter(([name]) => name === kind), ...filters.filter(([name]) => name !== kind)];
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Attach Images and Documents'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: true,
    filters: Object.fromEntries(ordered.map(([, label, extensions]) => [label, [...extensions]])),
  });
  return chosen ?? [];
}
