import * as vscode from 'vscode';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import type { FoundModel, ModelVariant } from '../../backend-native/protocol/models.js';
import type { ModelServices } from './modelServices.js';
import { browseModel } from './browseModel.js';
import { byteSize, modelFacts, sightText, sourceLabel } from './modelTexts.js';
import { PickedModels } from './pickedModels.js';
import { useModel, type ModelFiles } from './useModel.js';

interface ModelPick extends vscode.QuickPickItem {
  readonly model?: FoundModel;
  /** The file dialog. */
  readonly browse?: true;
}

/**
 * Lets the user choose among the models on this machine, and loads the choice.
 * @throws BackendError when the chosen model cannot be loaded
 */
export async function chooseModel(services: ModelServices): Promise<void> {
  const { backend, settings, log } = services;
  const picked = new PickedModels(services.context.globalState);
  const { models, folders } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for models') },
    () => backend.request('lookOnce/models', { folders: settings.current.modelFolders, files: picked.files }),
  );
  for (const { path: place, error } of folders) if (error) log.warn(`${place}: ${error.message}`);
  const pick = await vscode.window.showQuickPick<ModelPick>(
    [...modelPicks(models, settings.current.load), ...browsePicks()],
    {
      title: vscode.l10n.t('Choose Model'),
      placeHolder: vscode.l10n.t('The model that answers, on this machine'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (pick?.browse) {
    const files = await browseModel(services);
    if (files && (await useModel(services, filesOf(files)))) await picked.remember(files);
  } else if (pick?.model) {
    const variant = await chooseVariant(pick.model);
    if (variant) await useModel(services, pick.model.source === 'embedded' ? {} : filesOf(variant));
  }
}

function modelPicks(models: readonly FoundModel[], current: LoadParams): ModelPick[] {
  return models.flatMap((model, index) => {
    const { source, name, variants } = model;
    const chosen =
      source === 'embedded'
        ? current.modelPath === undefined
        : variants.some(({ modelPath }) => modelPath === current.modelPath);
    const [best] = variants;
    const place = source === 'embedded' || variants.length > 1 ? '' : ` · ${best?.modelPath ?? ''}`;
    const item: ModelPick = {
      label: `${chosen ? '$(check) ' : ''}${name}`,
      description: modelFacts(model),
      detail: best ? `${sightText(best)}${place}` : '',
      model,
    };
    const begins = models[index - 1]?.source !== source;
    return begins ? [{ label: sourceLabel(source), kind: vscode.QuickPickItemKind.Separator }, item] : [item];
  });
}

function browsePicks(): ModelPick[] {
  return [
    { label: vscode.l10n.t('Elsewhere'), kind: vscode.QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a GGUF File…')}`, browse: true },
  ];
}

/** @returns the only one without asking; undefined when the user gave up */
async function chooseVariant({ name, variants }: FoundModel): Promise<ModelVariant | undefined> {
  if (variants.length === 1) return variants[0];
  const picks = variants.map((variant) => ({
    label: variant.quantisation === '' ? variant.modelPath : variant.quantisation,
    description: byteSize(variant.sizeBytes),
    detail: `${sightText(variant)} · ${variant.modelPath}`,
    variant,
  }));
  const pick = await vscode.window.showQuickPick(picks, {
    title: name,
    placeHolder: vscode.l10n.t('Larger files answer better and need more memory'),
  });
  return pick?.variant;
}

function filesOf({ modelPath, mmprojPath }: { modelPath: string; mmprojPath?: string | null }): ModelFiles {
  return { modelPath, ...(typeof mmprojPath === 'string' ? { mmprojPath } : {}) };
}
