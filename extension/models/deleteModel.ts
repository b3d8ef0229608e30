import fs from 'node:fs';
import * as vscode from 'vscode';
import type { FoundModel } from '../../backend-native/protocol/models.js';
import { byteSize } from './modelTexts.js';
import type { ModelServices } from './modelServices.js';

/**
 * Deletes a model of the hub's cache in all its quantisations, once the user said yes to what that frees.
 * @returns whether it is gone
 */
export async function deleteFoundModel(services: ModelServices, { name, variants }: FoundModel): Promise<boolean> {
  const bytes = bytesOf(variants);
  const quantisations = variants.map(({ quantisation }) => quantisation).join(', ');
  const yes = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    variants.length > 1
      ? vscode.l10n.t('Delete {0} ({1}) from this machine?', name, quantisations)
      : vscode.l10n.t('Delete {0} from this machine?', name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'That frees about {0}. Other programs that use the hub’s cache lose it too.',
        byteSize(bytes),
      ),
    },
    yes,
  );
  if (answer !== yes) return false;
  let freed = 0;
  for (const { modelPath, mmprojPath } of variants) {
    const { freedBytes } = await services.backend.request('lookOnce/deleteModel', { modelPath, mmprojPath });
    freed += freedBytes;
  }
  const { modelPath } = services.settings.current.load;
  if (variants.some((variant) => variant.modelPath === modelPath))
    await services.settings.write({ 'lookOnce.model.path': undefined, 'lookOnce.model.projectorPath': undefined });
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} were freed.', byteSize(freed)));
  return true;
}

/** A projector that several quantisations share is there once. */
function bytesOf(variants: FoundModel['variants']): number {
  const all = variants.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const projectors = variants.flatMap(({ mmprojPath }) => mmprojPath ?? []);
  const seen = new Set<string>();
  const twice = projectors.filter((file) => seen.size === seen.add(file).size);
  return all - twice.reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
