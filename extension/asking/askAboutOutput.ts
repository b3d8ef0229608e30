import path from 'node:path';
import * as vscode from 'vscode';
import { extensionOf, hasImageExtension } from '../../backend-native/protocol/formats.js';
import type { Draft } from '../attachments/draft.js';
import type { Panel } from '../panel/panel.js';

export interface OutputServices {
  readonly draft: Pick<Draft, 'addBytes'>;
  readonly panel: Pick<Panel, 'reveal'>;
}

/**
 * Attaches the pictures that a notebook's cells put out: of the cell whose menu was opened, or of those that are
 * selected.
 */
export async function askAboutOutput({ draft, panel }: OutputServices, args: readonly unknown[]): Promise<void> {
  const pictures = cellsFrom(args[0]).flatMap(picturesOf);
  if (pictures.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No picture is in the output. Select a notebook cell that shows one.'),
    );
    return;
  }
  await Promise.all([
    panel.reveal({ focusQuestion: true }),
    (async () => {
      for (const { name, mime, data } of pictures)
        await draft.addBytes(name, mime, Buffer.from(data).toString('base64'));
    })(),
  ]);
}

/** Cells from a menu come as themselves; a menu on an output tells only where in the page it was opened. */
function cellsFrom(context: unknown): readonly vscode.NotebookCell[] {
  if (isCell(context)) return [context];
  const editor = vscode.window.activeNotebookEditor;
  return editor?.selections.flatMap((range) => editor.notebook.getCells(range)) ?? [];
}

function isCell(context: unknown): context is vscode.NotebookCell {
  return Array.isArray((context as { outputs?: unknown } | null | undefined)?.outputs);
}

interface OutputPicture {
  readonly name: string;
  readonly mime: string;
  readonly data: Uint8Array;
}

/** One output may say the same in several ways: the first picture of each is taken. */
function picturesOf(cell: vscode.NotebookCell): OutputPicture[] {
  const notebook = path.posix.parse(cell.notebook.uri.path).name;
  return cell.outputs.flatMap(({ items }, index): OutputPicture[] => {
    const item = items.find(({ mime }) => hasImageExtension(`output.${extensionOf(mime)}`));
    if (!item) return [];
    const name = `${notebook}-${cell.index + 1}-${index + 1}.${extensionOf(item.mime)}`;
    return [{ name, mime: item.mime, data: item.data }];
  });
}
