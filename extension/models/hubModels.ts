/** A model of the hub: found by its name as it is typed, chosen by what it takes, fetched and loaded. */
import * as vscode from 'vscode';
import type { HubModelResult, HubRepository, HubVariant } from '../../backend-native/protocol/hub.js';
import { errorText } from '../errors.js';
import { confirmMemory } from './confirmMemory.js';
import { download } from './download.js';
import { memoryText, memoryUse } from './memoryTexts.js';
import { byteSize } from './modelTexts.js';
import type { ModelServices } from './modelServices.js';
import { checkNetwork, hubAccess } from './network.js';
import { useModel } from './useModel.js';

/** The first request to the network is the first letter that the user types. @throws BackendError */
export async function addModelFromHub(services: ModelServices): Promise<void> {
  checkNetwork(services);
  const repository = await searchRepository(services);
  if (repository !== undefined) await fetchAndUse(services, repository);
}

/**
 * @param quantisations the best first; the usual one where the repository has none of them
 * @throws BackendError
 */
export async function fetchAndUse(
  services: ModelServices,
  repository: string,
  quantisations: readonly string[] = [],
): Promise<void> {
  checkNetwork(services);
  const model = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Asking the hub for {0}', repository),
      cancellable: true,
    },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      const memory = memoryUse(services.settings.current);
      const params = { repository, quantisations, memory, ...(await hubAccess(services)) };
      return unlessAborted(
        abort.signal,
        services.backend.request('lookOnce/hubModel', params, { signal: abort.signal }),
      );
    },
  );
  const variant = model && (await chooseVariant(model));
  if (!model || !variant || !(await confirmMemory(repository, variant.memory))) return;
  const wanted = { repository: model.repository, quantisation: variant.quantisation, revision: model.revision };
  const fetched = await download(services, wanted);
  if (!fetched) return;
  const { modelPath, mmprojPath } = fetched;
  await useModel(services, { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }) });
}

async function chooseVariant({ repository, licence, variants }: HubModelResult): Promise<HubVariant | undefined> {
  const picks = variants.map((variant, index) => ({
    label: variant.quantisation,
    description: [
      byteSize(variant.totalBytes),
      ...(variant.bytesHere > 0 ? [vscode.l10n.t('{0} of it is here', byteSize(variant.bytesHere))] : []),
      ...(index === 0 ? [vscode.l10n.t('the usual one')] : []),
    ].join(' · '),
    detail: [
      ...(variant.memory ? [memoryText(variant.memory)] : []),
      ...(variant.readsImages ? [] : [vscode.l10n.t('$(circle-slash) reads no images')]),
    ].join(' · '),
    variant,
  }));
  const pick = await vscode.window.showQuickPick(picks, {
    title: licence === '' ? repository : vscode.l10n.t('{0} (licence: {1})', repository, licence),
    placeHolder: vscode.l10n.t('Larger files answer better and need more memory'),
  });
  return pick?.variant;
}

const settleMs = 300;

/** @returns the name of the repository, of the list or as it was typed; undefined when the user gave up */
function searchRepository(services: ModelServices): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly repository: string }>();
  box.title = vscode.l10n.t('Add Model from the Hub');
  box.placeholder = vscode.l10n.t('A part of its name, or owner/name');
  box.matchOnDescription = true;
  let timer: NodeJS.Timeout | undefined;
  let abort = new AbortController();
  const search = async (query: string, signal: AbortSignal) => {
    box.busy = true;
    try {
      const params = { query, ...(await hubAccess(services)) };
      const found = await unlessAborted(signal, services.backend.request('lookOnce/hubSearch', params, { signal }));
      if (!found) return;
      box.items = itemsFor(query, found.repositories);
      box.title = vscode.l10n.t('Add Model from the Hub');
    } catch (error) {
      // Another letter may find something: the box stays open and says what is wrong.
      services.log.warn(errorText(error));
      box.items = itemsFor(query, []);
      box.title = errorText(error);
    } finally {
      if (!signal.aborted) box.busy = false;
    }
  };
  return new Promise((resolve) => {
    box.onDidChangeValue((value) => {
      clearTimeout(timer);
      abort.abort();
      abort = new AbortController();
      const { signal } = abort;
      if (value.trim() !== '') timer = setTimeout(() => void search(value.trim(), signal), settleMs);
    });
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]?.repository);
      box.hide();
    });
    box.onDidHide(() => {
      clearTimeout(timer);
      abort.abort();
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function itemsFor(query: string, repositories: readonly HubRepository[]) {
  const found = repositories.map((repository) => ({
    label: repository.name,
    description: [
      ...(repository.readsImages ? ['$(eye)'] : []),
      ...(repository.gated ? [vscode.l10n.t('$(lock) gated')] : []),
      vscode.l10n.t('{0} downloads', repository.downloads),
    ].join(' · '),
    // Matched by the hub, and not again by the box.
    alwaysShow: true,
    repository: repository.name,
  }));
  const isName = /^[\w.-]+\/[\w.-]+(?::[\w.-]+)?$/.test(query) && !found.some(({ repository }) => repository === query);
  return isName ? [{ label: query, description: '', alwaysShow: true, repository: query }, ...found] : found;
}

/** A request that was cancelled by the user may fail in any way. */
async function unlessAborted<T>(signal: AbortSignal, request: Promise<T>): Promise<T | undefined> {
  try {
    const result = await request;
    return signal.aborted ? undefined : result;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
