import path from 'node:path';
import * as vscode from 'vscode';
import type { Backend } from '../backend/backend.js';
import { activeTabUri } from './activeTab.js';
import type { Draft } from './draft.js';
import { imageTextOf, type ImageText } from './imageText.js';
import { pickFiles } from './pickFiles.js';

export interface CopyImageTextServices {
  readonly backend: Pick<Backend, 'request'>;
  readonly draft: Pick<Draft, 'imageText'>;
}

/**
 * Copies what is written in an image: the one that a menu was opened on, a chip of the panel, the image of the active
 * tab, or one that the user chooses.
 */
export async function copyImageText(services: CopyImageTextServices, args: readonly unknown[]): Promise<void> {
  const { backend, draft } = services;
  const id = chipFrom(args[0]);
  const read = async (): Promise<ImageText | null> => {
    if (id !== undefined) return draft.imageText(id);
    const uri = args[0] instanceof vscode.Uri ? args[0] : (activeTabUri() ?? (await pickFiles('images'))[0]);
    if (!uri) return null;
    const source =
      uri.scheme === 'file'
        ? { path: uri.fsPath }
        : {
            name: path.posix.basename(uri.path),
            base64: Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('base64'),
          };
    return imageTextOf(backend, { kind: 'image', source });
  };
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the words in the image') },
    read,
  );
  if (!found) return;
  if (found.text === '') {
    void vscode.window.showInformationMessage(
      found.note === '' ? vscode.l10n.t('There is no text in the image.') : found.note,
    );
    return;
  }
  await vscode.env.clipboard.writeText(found.text);
  const words = found.text.split(/\s+/).filter((word) => word !== '' && word !== '|').length;
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0} words', words), 4000);
}

/** What a chip says of itself to the menus of VS Code. */
function chipFrom(context: unknown): string | undefined {
  const id: unknown = (context as { attachmentId?: unknown } | null | undefined)?.attachmentId;
  return typeof id === 'string' ? id : undefined;
}
