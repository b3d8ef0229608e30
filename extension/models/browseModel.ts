import path from 'node:path';
import * as vscode from 'vscode';
import type { PickedFiles } from '../../backend-native/protocol/models.js';
import type { ModelServices } from './modelServices.js';

/**
 * A file of the user's, with the projector beside it that fits, or the one that the user names.
 * @returns undefined when the user gave up
 */
export async function browseModel({ backend }: Pick<ModelServices, 'backend'>): Promise<PickedFiles | undefined> {
  const modelPath = await pickFile(vscode.l10n.t('Choose a Text Model'));
  if (modelPath === undefined) return undefined;
  const { models } = await backend.request('lookOnce/models', { folders: [], files: [{ modelPath }] });
  const known = models.flatMap(({ variants }) => variants).find((variant) => variant.modelPath === modelPath);
  if (known && known.mmprojPath !== null) return { modelPath, mmprojPath: known.mmprojPath };
  const name = vscode.l10n.t('Choose a Projector…');
  const none = vscode.l10n.t('Use It for Text Only');
  const answer = await vscode.window.showQuickPick([name, none], {
    title: vscode.l10n.t('No projector (mmproj) that fits lies beside {0}', path.basename(modelPath)),
  });
  if (answer === undefined) return undefined;
  const mmprojPath = answer === name ? await pickFile(vscode.l10n.t('Choose the Projector')) : null;
  return mmprojPath === undefined ? undefined : { modelPath, mmprojPath };
}

async function pickFile(title: string): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title, filters: { GGUF: ['gguf'] }, openLabel: vscode.l10n.t('Choose') })) ??
    [];
  return uri?.fsPath;
}
