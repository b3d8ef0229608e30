import path from 'node:path';
import * as vscode from 'vscode';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import { loadFailure } from './loadFailure.js';
import type { ModelServices } from './modelServices.js';

/** The files of a model; nothing for the embedded one. */
export type ModelFiles = Pick<LoadParams, 'modelPath' | 'mmprojPath'>;

/**
 * Loads a model at once: a pair that does not belong together is refused before anything is loaded, and the settings
 * change only when it works. The conversation stays, and is read again by the new model with the next question.
 * @returns whether it is loaded; false when the user cancelled
 * @throws BackendError when the model cannot be loaded
 */
export async function useModel(
  { backend, settings, log }: Pick<ModelServices, 'backend' | 'settings' | 'log'>,
  files: ModelFiles,
): Promise<boolean> {
  const { engine } = settings.current.load;
  const name = files.modelPath === undefined ? vscode.l10n.t('Embedded model') : path.basename(files.modelPath);
  const loaded = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Loading {0}', name),
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      let shown = 0;
      const listening = backend.onDidChange(() => {
        const percent = Math.round(100 * (backend.view.fraction ?? 0));
        if (percent > shown) progress.report({ increment: percent - shown });
        shown = Math.max(shown, percent);
      });
      try {
        return await backend.load({ ...files, ...(engine && { engine }) }, abort.signal);
      } catch (error) {
        throw loadFailure(error, name);
      } finally {
        listening.dispose();
      }
    },
  );
  if (!loaded) return false;
  log.info(`Model: ${loaded.description} on ${loaded.devices.join(' + ')}`);
  // Undefined takes the setting out again, where the default is what was chosen.
  await settings.write({ 'lookOnce.model.path': files.modelPath, 'lookOnce.model.projectorPath': files.mmprojPath });
  return true;
}
