/** Whether a projector belongs to a text model, by what is written in both files. */
import type { ProjectorRefusal } from '../../protocol/models.js';
import type { GgufHead } from './gguf.js';

/** The architecture that llama.cpp's converter writes into every projector. */
export const projectorArchitecture = 'clip';

/** Values of one embedding that the text model takes; undefined when its file does not say. */
export function textWidth(model: GgufHead): number | undefined {
  return numberAt(model, `${model.architecture}.embedding_length`);
}

/** Where the last tensor of a projector tells its width, as the pinned llama.cpp reads it (clip_n_mmproj_embd). */
const lastTensors: readonly { readonly types: RegExp; readonly tensor: string; readonly extent: number }[] = [
  { types: /^(mlp|phi4|pixtral|lightonocr|dots_ocr|lfm2|kimivl|kimik25|paddleocr)$/, tensor: 'mm.2.weight', extent: 1 },
  { types: /^(qwen2vl_merger|qwen2\.5vl_merger|qwen3vl_merger|exaone4_5|youtuvl)$/, tensor: 'mm.2.bias', extent: 0 },
  { types: /^janus_pro$/, tensor: 'mm.1.bias', extent: 0 },
  { types: /^(gemma3|gemma3nv)$/, tensor: 'mm.input_projection.weight', extent: 0 },
  { types: /^(gemma4v|gemma4uv)$/, tensor: 'mm.input_projection.weight', extent: 1 },
  { types: /^(idefics3|llama4|hunyuanvl)$/, tensor: 'mm.model.fc.weight', extent: 1 },
  { types: /^(internvl|nemotron_v2_vl)$/, tensor: 'mm.model.mlp.3.weight', extent: 1 },
  { types: /^(glm4v|minicpmv4_6|cogvlm)$/, tensor: 'mm.down.weight', extent: 1 },
  { types: /^ldpv2$/, tensor: 'mm.model.peg.0.bias', extent: 0 },
  { types: /^resampler$/, tensor: 'resampler.proj.weight', extent: 0 },
];

/** Values of one embedding that the projector gives; undefined for a kind that is not known here. */
export function projectorWidth(projector: GgufHead): number | undefined {
  const type = projectorType(projector);
  const last = lastTensors.find(({ types }) => types.test(type));
  // clip.vision.projection_dim will not do: in older files it is the width of the vision tower's own head.
  return last && projector.tensors.get(last.tensor)?.extents[last.extent];
}

/** Projectors that are made for one family of text models. */
const families: readonly { readonly types: RegExp; readonly architectures: RegExp }[] = [
  { types: /^qwen2(\.5)?vl_merger$/, architectures: /^qwen2/ },
  { types: /^qwen3vl_merger$/, architectures: /^qwen3/ },
  { types: /^gemma3$/, architectures: /^gemma3$/ },
  { types: /^gemma3nv$/, architectures: /^gemma3n/ },
  { types: /^gemma4/, architectures: /^gemma4/ },
  { types: /^llama4$/, architectures: /^llama4/ },
  { types: /^lfm2$/, architectures: /^lfm2/ },
  { types: /^cogvlm$/, architectures: /^cogvlm/ },
];

/** Why the files say that the two cannot belong together; undefined when they may. */
export function refusalOf(model: GgufHead, projector: GgufHead): ProjectorRefusal | undefined {
  const [takes, gives] = [textWidth(model), projectorWidth(projector)];
  if (takes !== undefined && gives !== undefined && takes !== gives) return { reason: 'width', takes, gives };
  const type = projectorType(projector);
  const family = families.find(({ types }) => types.test(type));
  return !family || family.architectures.test(model.architecture)
    ? undefined
    : { reason: 'family', architecture: model.architecture, projectorType: type };
}

/**
 * How alike the names are that two files give themselves and carry, from 0 to 1. Tells the projectors apart that lie in
 * one folder and have one width.
 */
export function likeness(model: NamedHead, projector: NamedHead): number {
  const [a, b] = [wordsOf(model), wordsOf(projector)];
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 0 : shared / all;
}

export interface NamedHead {
  /** The file's name. */
  readonly name: string;
  readonly head: GgufHead;
}

const nameKeys = ['general.name', 'general.basename', 'general.base_model.0.name', 'general.size_label'];

/** Words that say what a file is and not of which model. */
const commonWords = /^(gguf|mmproj|model|vision|clip|it|f16|f32|fp16|bf16|i?q\d+|[ksml0-9]|xxs|xs|nl|ud|of|\d{5})$/;

function wordsOf({ name, head }: NamedHead): Set<string> {
  const texts = [name, ...nameKeys.map((key) => String(head.metadata.get(key) ?? ''))];
  return new Set(
    texts
      .join(' ')
      .toLowerCase()
      .split(/[^a-z0-9.]+|\.(?!\d)/)
      .filter((word) => word !== '' && !commonWords.test(word)),
  );
}

function projectorType(projector: GgufHead): string {
  return String(
    projector.metadata.get('clip.projector_type') ?? projector.metadata.get('clip.vision.projector_type') ?? '',
  );
}

function numberAt(head: GgufHead, key: string): number | undefined {
  const value = head.metadata.get(key);
  return typeof value === 'number' ? value : undefined;
}
