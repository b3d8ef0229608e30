import path from 'node:path';
import * as vscode from 'vscode';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import type { FoundModel } from '../../backend-native/protocol/models.js';
import type { Backend } from '../backend/backend.js';
import type { Settings } from '../settings/settings.js';

export interface ModelServices {
  readonly backend: Pick<Backend, 'load' | 'request' | 'view' | 'onDidChange'>;
  readonly settings: Pick<Settings, 'current' | 'write'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
}

interface ModelPick extends vscode.QuickPickItem {
  /** Undefined for the file dialog. */
  readonly model?: Pick<FoundModel, 'source' | 'modelPath' | 'mmprojPath'>;
  readonly browse?: true;
}

/**
 * Lets the user choose among the models on this machine. The choice is loaded at once: a pair that does not belong
 * together is refused before anything is loaded, and the settings change only when it works.
 * @throws BackendError when the chosen model cannot be loaded
 */
export async function chooseModel(services: ModelServices): Promise<void> {
  const { backend, settings } = services;
  const { models, folders } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for models') },
    () => backend.request('lookOnce/models', { folders: settings.current.modelFolders }),
  );
  for (const { path: folder, error } of folders) if (error) services.log.warn(`${folder}: ${error.message}`);
  const pick = await vscode.window.showQuickPick<ModelPick>(
    [...modelPicks(models, settings.current.load), ...browsePicks()],
    {
      title: vscode.l10n.t('Choose Model'),
      placeHolder: vscode.l10n.t('The model that answers, on this machine'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  const model = pick?.browse ? await browse(services) : pick?.model;
  if (model) await use(services, model);
}

function modelPicks(models: readonly FoundModel[], current: LoadParams): ModelPick[] {
  const labels = {
    embedded: vscode.l10n.t('Comes with the extension'),
    hub: vscode.l10n.t('In the caches of llama.cpp and the hub'),
    folder: vscode.l10n.t('In your model folders'),
  };
  return models.flatMap((model, index) => {
    const chosen =
      model.source === 'embedded' ? current.modelPath === undefined : current.modelPath === model.modelPath;
    const facts = [model.sizeLabel, model.quantisation, model.architecture, size(model.sizeBytes)].filter(
      (fact) => fact !== '',
    );
    const sees =
      model.mmprojPath === null
        ? vscode.l10n.t('$(circle-slash) reads no images: no projector (mmproj) that fits')
        : vscode.l10n.t('$(eye) reads images');
    const item: ModelPick = {
      label: `${chosen ? '$(check) ' : ''}${model.name}`,
      description: facts.join(' · '),
      detail: model.source === 'embedded' ? sees : `${sees} · ${model.modelPath}`,
      model,
    };
    const begins = models[index - 1]?.source !== model.source;
    return begins ? [{ label: labels[model.source], kind: vscode.QuickPickItemKind.Separator }, item] : [item];
  });
}

function browsePicks(): ModelPick[] {
  return [
    { label: vscode.l10n.t('Elsewhere'), kind: vscode.QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a GGUF File…')}`, browse: true },
  ];
}

/** A file of the user's, with the projector beside it that fits, or the one that the user names. */
async function browse({ backend }: ModelServices): Promise<ModelPick['model']> {
  const modelPath = await pickFile(vscode.l10n.t('Choose a Text Model'));
  if (modelPath === undefined) return undefined;
  const { models } = await backend.request('lookOnce/models', { folders: [path.dirname(modelPath)] });
  const known = models.find((model) => model.modelPath === modelPath);
  if (known && known.mmprojPath !== null) return known;
  const name = vscode.l10n.t('Choose a Projector…');
  const none = vscode.l10n.t('Use It for Text Only');
  const answer = await vscode.window.showQuickPick([name, none], {
    title: vscode.l10n.t('No projector (mmproj) that fits lies beside {0}', path.basename(modelPath)),
  });
  if (answer === undefined) return undefined;
  const mmprojPath = answer === name ? await pickFile(vscode.l10n.t('Choose the Projector')) : null;
  return mmprojPath === undefined ? undefined : { source: 'folder', modelPath, mmprojPath };
}

async function pickFile(title: string): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title, filters: { GGUF: ['gguf'] }, openLabel: vscode.l10n.t('Choose') })) ??
    [];
  return uri?.fsPath;
}

async function use(
  { backend, settings, log }: ModelServices,
  { source, modelPath, mmprojPath }: NonNullable<ModelPick['model']>,
): Promise<void> {
  const { engine } = settings.current.load;
  const files: Pick<LoadParams, 'modelPath' | 'mmprojPath'> =
    source === 'embedded' ? {} : { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }) };
  const loaded = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Loading {0}', path.basename(modelPath)),
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
      } finally {
        listening.dispose();
      }
    },
  );
  if (!loaded) return;
  log.info(`Model: ${loaded.description} on ${loaded.devices.join(' + ')}`);
  // Undefined takes the setting out again, where the default is what was chosen.
  await settings.write({ 'lookOnce.model.path': files.modelPath, 'lookOnce.model.projectorPath': files.mmprojPath });
}

function size(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;
}
