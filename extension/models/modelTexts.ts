/** What is said of a model in a list. */
import path from 'node:path';
import { l10n } from 'vscode';
import type {
  FoundModel,
  ModelSource,
  ModelVariant,
  NoProjector,
  RefusedProjector,
} from '../../backend-native/protocol/models.js';

export function sourceLabel(source: ModelSource): string {
  switch (source) {
    case 'embedded':
      return l10n.t('Comes with the extension');
    case 'hub':
      return l10n.t('In the caches of llama.cpp and the hub');
    case 'lm-studio':
      return l10n.t('In LM Studio');
    case 'ollama':
      return l10n.t('In Ollama');
    case 'folder':
      return l10n.t('In your model folders');
    case 'picked':
      return l10n.t('Picked before');
  }
}

/** Such as "3B · Q4_K_M · qwen3vl · 2.3 GB"; of several quantisations the names of all. */
export function modelFacts({ sizeLabel, architecture, variants }: FoundModel): string {
  const quantisations = variants.map(({ quantisation }) => quantisation).filter((name) => name !== '');
  const sizes = variants.length === 1 ? variants.map(({ sizeBytes }) => byteSize(sizeBytes)) : [];
  return [sizeLabel, [...new Set(quantisations)].join(', '), architecture, ...sizes]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** What of a model works here: whether it sees, and what it is loaded without. */
export function sightText({ mmprojPath, noProjector, adapterPaths = [] }: ModelVariant): string {
  const sight =
    mmprojPath === null
      ? `$(circle-slash) ${noProjector ? noProjectorText(noProjector) : l10n.t('reads no images')}`
      : l10n.t('$(eye) reads images');
  if (adapterPaths.length === 0) return sight;
  return `${sight} · $(warning) ${l10n.t('loaded without its LoRA adapter: the base model answers')}`;
}

export function byteSize(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;
}

function noProjectorText(none: NoProjector): string {
  switch (none.reason) {
    case 'none':
      return l10n.t('reads no images: no projector (mmproj) lies with it');
    case 'inside':
      return l10n.t('reads no images here: its vision half is inside the file, for another program');
    case 'refused':
      return l10n.t('reads no images: {0}', none.refused.map(refusalText).slice(0, 2).join('; '));
  }
}

function refusalText({ path: file, why }: RefusedProjector): string {
  const name = path.basename(file);
  switch (why.reason) {
    case 'width':
      return l10n.t('{0} gives {1} values where the model takes {2}', name, why.gives, why.takes);
    case 'family':
      return l10n.t('{0} ({1}) is not made for {2} models', name, why.projectorType, why.architecture);
    case 'names':
      return l10n.t('by its name {0} belongs to another model', name);
  }
}
