/** Files of one model in several quantisations are one entry. */
import type { MemoryEstimate } from '../../protocol/memory.js';
import type { FoundModel, ModelSource, ModelVariant } from '../../protocol/models.js';
import { fileTypeName } from './fileTypes.js';
import type { ModelFile } from './modelFile.js';
import type { ProjectorChoice } from './projectorChoice.js';

export interface PairedModel {
  readonly file: ModelFile;
  readonly choice: ProjectorChoice;
  /** LoRA adapters that are loaded with it. */
  readonly adapters?: readonly ModelFile[];
  /** Paths of others that its place names for it. */
  readonly otherAdapters?: readonly string[];
}

/** What a model will take; undefined when nobody asked. */
export type EstimateOf = (pair: PairedModel) => MemoryEstimate | undefined;

/** Whether a chat template takes tools. */
export type TakesTools = (template: string) => boolean;

/** One entry for every model, in the order in which they come. @param paired all of one source */
export function groupModels(
  paired: readonly PairedModel[],
  source: ModelSource,
  estimateOf: EstimateOf = () => undefined,
  takesTools: TakesTools = () => false,
): FoundModel[] {
  const groups = new Map<string, PairedModel[]>();
  for (const pair of paired) {
    const key = keyOf(pair.file);
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return [...groups.values()].map((pairs) => {
    const { file } = pairs[0] as PairedModel;
    return {
      source,
      name: nameOf(file),
      architecture: file.head.architecture,
      sizeLabel: textOf(file, 'general.size_label'),
      variants: pairs.map((pair) => variantOf(pair, estimateOf(pair), takesTools)).sort(byUse),
    };
  });
}

function variantOf(
  { file, choice, otherAdapters = [] }: PairedModel,
  memory: MemoryEstimate | undefined,
  takesTools: TakesTools,
): ModelVariant {
  const { projector, none } = choice;
  return {
    modelPath: file.path,
    mmprojPath: projector?.path ?? null,
    ...(none ? { noProjector: none } : {}),
    ...(otherAdapters.length > 0 ? { adapterPaths: otherAdapters } : {}),
    sizeBytes: file.sizeBytes + (projector?.sizeBytes ?? 0),
    quantisation: fileTypeName(file.head.metadata.get('general.file_type')),
    ...(memory ? { memory } : {}),
    ...(takesTools(templateOf(file)) ? { tools: true as const } : {}),
  };
}

function byUse(a: ModelVariant, b: ModelVariant): number {
  return Number(b.mmprojPath !== null) - Number(a.mmprojPath !== null) || b.sizeBytes - a.sizeBytes;
}

/** What all quantisations of a model have in common. */
function keyOf(file: ModelFile): string {
  const { architecture, metadata } = file.head;
  const shape = ['block_count', 'embedding_length'].map((key) => String(metadata.get(`${architecture}.${key}`)));
  return [nameOf(file), architecture, textOf(file, 'general.size_label'), ...shape].join('\n');
}

const quantisationAtEnd = /[-._ ](?:ud[-_])?(?:i?q\d\w*|b?f16|f32|mxfp4\w*|tq\d\w*)$/i;

/** The model's own name for itself, else that of its file without what says how it is stored. */
function nameOf(file: ModelFile): string {
  const own = textOf(file, 'general.name');
  const name = own === '' ? file.name.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, '') : own;
  return name.replace(quantisationAtEnd, '') || name;
}

/** As llama.cpp chooses it for a turn with tools; empty for none. */
function templateOf(file: ModelFile): string {
  return textOf(file, 'tokenizer.chat_template.tool_use') || textOf(file, 'tokenizer.chat_template');
}

function textOf({ head }: ModelFile, key: string): string {
  return String(head.metadata.get(key) ?? '').trim();
}
