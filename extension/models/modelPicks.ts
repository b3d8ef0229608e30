/** The rows of the list of models: those that are here, and those that can be had. */
import * as vscode from 'vscode';
import {
  strengths,
  type CatalogueModel,
  type CatalogueResult,
  type Strength,
} from '../../backend-native/protocol/catalogue.js';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import type { FoundModel } from '../../backend-native/protocol/models.js';
import { memoryText } from './memoryTexts.js';
import { byteSize, modelFacts, sightText, sourceLabel } from './modelTexts.js';

export interface ModelPick extends vscode.QuickPickItem {
  readonly model?: FoundModel;
  readonly catalogue?: CatalogueModel;
  readonly elsewhere?: 'browse' | 'hub';
}

export function herePicks(models: readonly FoundModel[], current: LoadParams): ModelPick[] {
  return models.flatMap((model, index) => {
    const { source, name, variants } = model;
    const chosen =
      source === 'embedded'
        ? current.modelPath === undefined
        : variants.some(({ modelPath }) => modelPath === current.modelPath);
    const [best] = variants;
    const details = best
      ? [
          sightText(best),
          ...(best.memory && source !== 'embedded' ? [memoryText(best.memory)] : []),
          ...(source === 'embedded' || variants.length > 1 ? [] : [best.modelPath]),
        ]
      : [];
    const item: ModelPick = {
      // The embedded one's own name says nothing to anybody.
      label: `${chosen ? '$(check) ' : ''}${source === 'embedded' ? vscode.l10n.t('Embedded model') : name}`,
      description: modelFacts(model),
      detail: details.join(' · '),
      ...(source === 'hub' ? { buttons: [deleteButton()] } : {}),
      model,
    };
    return models[index - 1]?.source === source ? [item] : [separator(sourceLabel(source)), item];
  });
}

/** The recommended one first, with its reason; none that is here already. */
export function cataloguePicks(catalogue: CatalogueResult, here: readonly FoundModel[]): ModelPick[] {
  const { models, recommended, freeBytes, device } = catalogue;
  const paths = here.flatMap(({ variants }) => variants.map(({ modelPath }) => modelPath));
  const isHere = ({ repository }: CatalogueModel) =>
    paths.some((file) => file.includes(`models--${repository.replace('/', '--')}`));
  const others = models.filter((model) => !isHere(model));
  const best = others.find(({ repository }) => repository === recommended);
  const reason = vscode.l10n.t('the best reader of screenshots for {0} free on {1}', byteSize(freeBytes), device);
  return [
    ...(best ? [separator(vscode.l10n.t('Recommended for this machine')), cataloguePick(best, reason)] : []),
    ...(others.length > 0 ? [separator(vscode.l10n.t('From the hub'))] : []),
    ...others.filter((model) => model !== best).map((model) => cataloguePick(model)),
  ];
}

export function elsewherePicks(): ModelPick[] {
  return [
    separator(vscode.l10n.t('Elsewhere')),
    { label: `$(cloud-download) ${vscode.l10n.t('Add Model from the Hub…')}`, elsewhere: 'hub' },
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a GGUF File…')}`, elsewhere: 'browse' },
  ];
}

function cataloguePick(model: CatalogueModel & { readonly fits: boolean }, reason?: string): ModelPick {
  const { name, licence, goodAt, memoryGigabytes, fits } = model;
  const needs = vscode.l10n.t('from about {0} GB of memory', memoryGigabytes);
  return {
    label: `$(cloud-download) ${name}`,
    description: [
      licence ?? vscode.l10n.t('licence: see its page on the hub'),
      ...(fits ? [] : [vscode.l10n.t('does not fit this machine')]),
    ].join(' · '),
    detail: [...(reason === undefined ? [] : [reason]), goodAtText(goodAt), needs].join(' · '),
    catalogue: model,
  };
}

function goodAtText(goodAt: readonly Strength[]): string {
  return strengths
    .filter((strength) => goodAt.includes(strength))
    .map(strengthText)
    .join(', ');
}

function strengthText(strength: Strength): string {
  switch (strength) {
    case 'tiny':
      return vscode.l10n.t('runs anywhere');
    case 'fast':
      return vscode.l10n.t('fast');
    case 'captions':
      return vscode.l10n.t('describes pictures');
    case 'screenshots':
      return vscode.l10n.t('reads screenshots');
    case 'text':
      return vscode.l10n.t('reads small text');
    case 'documents':
      return vscode.l10n.t('reads documents');
    case 'tables':
      return vscode.l10n.t('reads tables');
    case 'charts':
      return vscode.l10n.t('reads charts');
    case 'chat':
      return vscode.l10n.t('talks well');
    case 'languages':
      return vscode.l10n.t('speaks many languages');
    case 'paper':
      return vscode.l10n.t('the model of the LOOK-M paper');
  }
}

function deleteButton(): vscode.QuickInputButton {
  return { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Delete from This Machine') };
}

function separator(label: string): ModelPick {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
