import path from 'node:path';
import * as vscode from 'vscode';
import { turnLimits } from '../../backend-native/protocol/ask.js';
import { hasImageExtension } from '../../backend-native/protocol/formats.js';
import { findScreenshots } from './screenshots/findScreenshots.js';
import { folderGlob } from './screenshots/imageGlob.js';
import { pickScreenshots } from './screenshots/pickScreenshots.js';
import type { Screenshot } from './screenshots/screenshot.js';
import { userError } from '../userError.js';

/** What of folders would be attached, the newest first, and how much there is in all. */
export interface FolderContent {
  readonly pictures: readonly Screenshot[];
  readonly documents: readonly Screenshot[];
  readonly allPictures: number;
  readonly allDocuments: number;
}

/**
 * The pictures and documents of folders, once the user has seen how many there are and agreed.
 * @returns none when it is cancelled
 * @throws BackendError file_empty when there is nothing that can be attached
 */
export async function chooseFromFolders(
  context: Pick<vscode.ExtensionContext, 'globalState'>,
  folders: readonly vscode.Uri[],
): Promise<readonly vscode.Uri[]> {
  const names = folders.map(({ path: folder }) => path.posix.basename(folder)).join(', ');
  const content = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking into {0}', names) },
    () => lookInto(folders),
  );
  if (content.allPictures + content.allDocuments === 0)
    throw userError(
      'file_empty',
      vscode.l10n.t('There are no pictures and no documents in {0}', names),
      vscode.l10n.t('Source code is attached file by file.'),
    );
  const all = { label: `$(attach) ${attachLabel(content)}`, description: leftOutText(content) };
  const some = { label: `$(list-selection) ${vscode.l10n.t('Choose pictures…')}` };
  const chosen = await vscode.window.showQuickPick(content.allPictures > 0 ? [all, some] : [all], {
    title: vscode.l10n.t('Attach from {0}', names),
    placeHolder: [...content.pictures, ...content.documents]
      .map((file) => file.path)
      .join(', ')
      .slice(0, 200),
    ignoreFocusOut: true,
  });
  if (chosen === some) return pickScreenshots(context, folders);
  return chosen === all
    ? [...content.pictures, ...content.documents].map(({ uri }) => vscode.Uri.parse(uri, true))
    : [];
}

/** Sorts what was found into what a question takes. */
export function contentOf(found: readonly Screenshot[]): FolderContent {
  const newest = [...found].sort((a, b) => b.modified - a.modified);
  const pictures = newest.filter((file) => hasImageExtension(file.path));
  const documents = newest.filter((file) => !hasImageExtension(file.path));
  return {
    pictures: pictures.slice(0, turnLimits.images),
    documents: documents.slice(0, turnLimits.documents),
    allPictures: pictures.length,
    allDocuments: documents.length,
  };
}

/** Such as "Attach 12 pictures and 1 document". */
export function attachLabel({ pictures, documents }: FolderContent): string {
  const countOf = {
    pictures: pictures.length === 1 ? vscode.l10n.t('1 picture') : vscode.l10n.t('{0} pictures', pictures.length),
    documents: documents.length === 1 ? vscode.l10n.t('1 document') : vscode.l10n.t('{0} documents', documents.length),
  };
  if (documents.length === 0) return vscode.l10n.t('Attach {0}', countOf.pictures);
  if (pictures.length === 0) return vscode.l10n.t('Attach {0}', countOf.documents);
  return vscode.l10n.t('Attach {0} and {1}', countOf.pictures, countOf.documents);
}

/** What a question does not take; empty when it takes all. */
function leftOutText({ pictures, documents, allPictures, allDocuments }: FolderContent): string {
  const all = allPictures + allDocuments;
  const taken = pictures.length + documents.length;
  return all > taken ? vscode.l10n.t('the newest {0} of {1}: a question takes no more', taken, all) : '';
}

async function lookInto(folders: readonly vscode.Uri[]): Promise<FolderContent> {
  const found: Screenshot[] = [];
  const cancellation = new vscode.CancellationTokenSource();
  try {
    await findScreenshots(
      folders.map((uri) => ({ uri, name: path.posix.basename(uri.path) })),
      cancellation.token,
      (file) => found.push(file),
      folderGlob(),
    );
  } finally {
    cancellation.dispose();
  }
  return contentOf(found);
}
