import * as vscode from 'vscode';
import type { FoundModel, ModelVariant } from '../../backend-native/protocol/models.js';
import { browseModel } from './browseModel.js';
import { confirmMemory } from './confirmMemory.js';
import { deleteFoundModel } from './deleteModel.js';
import { addModelFromHub, fetchAndUse } from './hubModels.js';
import { memoryText, memoryUse } from './memoryTexts.js';
import { cataloguePicks, elsewherePicks, herePicks, type ModelPick } from './modelPicks.js';
import { byteSize, sightText } from './modelTexts.js';
import type { ModelServices } from './modelServices.js';
import { PickedModels } from './pickedModels.js';
import { useModel, type ModelFiles } from './useModel.js';

/**
 * Lets the user choose among the models on this machine and those that can be had, and loads the choice.
 * Nothing is asked of the network before one is chosen that is not here.
 * @throws BackendError when the chosen model cannot be fetched or loaded
 */
export async function chooseModel(services: ModelServices): Promise<void> {
  const picked = new PickedModels(services.context.globalState);
  const pick = await showPicks(await allPicks(services, picked));
  if (pick === undefined) return;
  if (pick.remove) {
    if (await deleteFoundModel(services, pick.remove)) await chooseModel(services);
    return;
  }
  const { model, catalogue, elsewhere } = pick.item;
  if (model) {
    const variant = await chooseVariant(model);
    if (variant && (await confirmMemory(model.name, variant.memory)))
      await useModel(services, model.source === 'embedded' ? {} : filesOf(variant));
  } else if (catalogue) {
    await fetchAndUse(services, catalogue.repository, catalogue.quantisations);
  } else if (elsewhere === 'hub') {
    await addModelFromHub(services);
  } else {
    const files = await browseModel(services);
    if (files && (await useModel(services, filesOf(files)))) await picked.remember(files);
  }
}

async function allPicks({ backend, settings, log }: ModelServices, picked: PickedModels): Promise<ModelPick[]> {
  const { modelFolders, load } = settings.current;
  const [{ models, folders }, catalogue] = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for models') },
    () =>
      Promise.all([
        backend.request('lookOnce/models', {
          folders: modelFolders,
          files: picked.files,
          memory: memoryUse(settings.current),
        }),
        backend.request('lookOnce/catalogue', undefined),
      ]),
  );
  for (const { path: place, error } of folders) if (error) log.warn(`${place}: ${error.message}`);
  return [...herePicks(models, load), ...cataloguePicks(catalogue, models), ...elsewherePicks()];
}

type Choice = { readonly item: ModelPick; readonly remove?: undefined } | { readonly remove: FoundModel };

/** @returns undefined when the user gave up */
function showPicks(picks: readonly ModelPick[]): Promise<Choice | undefined> {
  const box = vscode.window.createQuickPick<ModelPick>();
  box.title = vscode.l10n.t('Choose Model');
  box.placeholder = vscode.l10n.t('The model that answers, on this machine');
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = picks;
  return new Promise((resolve) => {
    const end = (choice: Choice | undefined) => {
      resolve(choice);
      box.hide();
    };
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      if (item) end({ item });
    });
    box.onDidTriggerItemButton(({ item }) => {
      if (item.model) end({ remove: item.model });
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** @returns the only one without asking; undefined when the user gave up */
async function chooseVariant({ name, variants }: FoundModel): Promise<ModelVariant | undefined> {
  if (variants.length === 1) return variants[0];
  const picks = variants.map((variant) => ({
    label: variant.quantisation === '' ? variant.modelPath : variant.quantisation,
    description: byteSize(variant.sizeBytes),
    detail: [sightText(variant), ...(variant.memory ? [memoryText(variant.memory)] : []), variant.modelPath].join(
      ' · ',
    ),
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
