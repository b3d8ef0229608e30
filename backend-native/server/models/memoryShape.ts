/** What of a model decides how much memory it takes, read from the head of its file. */
import type { KvType } from '../../protocol/kv.js';
import type { GgufHead } from './gguf.js';

export interface TextShape {
  readonly layers: readonly LayerShape[];
  /** Tokens that a windowed layer looks back; 0 when no layer is. */
  readonly window: number;
  /** Whether some layer keeps recurrent state, so that no ratio compresses the cache. */
  readonly recurrent: boolean;
  readonly contextTrain: number;
  readonly embedding: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly vocabulary: number;
}

export interface LayerShape {
  /** Values of keys and of values that one token takes in the cache. */
  readonly keys: number;
  readonly values: number;
  readonly windowed: boolean;
}

export interface VisionShape {
  readonly embedding: number;
  readonly feedForward: number;
  /** Patches of the largest picture that is read at once. */
  readonly patches: number;
  /** Tokens that its patches become. */
  readonly tokens: number;
  /** Values of one patch as it comes from the picture. */
  readonly patchValues: number;
  /** What the first layer makes of a patch, in numbers of 4 bytes. */
  readonly unfoldedValues: number;
  /** Whether a feed-forward has a gate beside it. */
  readonly gated: boolean;
  /** Whether a token is put behind every row of a picture. */
  readonly breaksRows: boolean;
}

/** Every so many layers one sees everything, by architecture, where files do not say so, as in llama.cpp. */
const windowPatterns: Readonly<Record<string, number>> = {
  'gemma2': 2,
  'gemma3': 6,
  'gemma3n': 5,
  'cohere2': 4,
  'gpt-oss': 2,
  'exaone4': 4,
  'llama4': 4,
  'olmo2': 4,
};

/** Of hybrid models every so many layers one attends, where files do not say so; the others keep a state. */
const attentionIntervals: Readonly<Record<string, number>> = { qwen3next: 4, qwen35: 4, qwen35moe: 4 };

export function textShape(head: GgufHead): TextShape {
  const { architecture, metadata, arrays, tensors } = head;
  const value = (key: string) => {
    const found = metadata.get(`${architecture}.${key}`);
    return typeof found === 'number' && found >= 0 ? found : undefined;
  };
  /** A number for all layers, or one for each. */
  const perLayer = (key: string, layer: number, otherwise: number) =>
    arrays.get(`${architecture}.${key}`)?.[layer] ?? value(key) ?? otherwise;

  const layerCount = Math.min(value('block_count') ?? 0, maxLayers);
  const embedding = value('embedding_length') ?? 0;
  const window = value('attention.sliding_window') ?? 0;
  const layers = Array.from({ length: layerCount }, (_, layer): LayerShape => {
    const heads = perLayer('attention.head_count', layer, 1);
    const headsKv = isRecurrent(head, layer) ? 0 : perLayer('attention.head_count_kv', layer, heads);
    const width = heads > 0 ? embedding / heads : 0;
    const windowed = window > 0 && isWindowed(head, layer);
    const of = (key: string) =>
      (windowed ? value(`attention.${key}_swa`) : undefined) ?? value(`attention.${key}`) ?? width;
    return { keys: headsKv * of('key_length'), values: headsKv * of('value_length'), windowed };
  });
  return {
    layers,
    window: layers.some(({ windowed }) => windowed) ? window : 0,
    recurrent: layers.some(({ keys }) => keys === 0) || value('ssm.state_size') !== undefined,
    contextTrain: value('context_length') ?? 0,
    embedding,
    feedForward: Math.max(0, ...layers.map((_, layer) => perLayer('feed_forward_length', layer, 0))),
    heads: Math.max(1, ...layers.map((_, layer) => perLayer('attention.head_count', layer, 1))),
    vocabulary: tensors.get('token_embd.weight')?.extents[1] ?? value('vocab_size') ?? 0,
  };
}

const maxLayers = 4096;

/** @returns false for a model that says it by heads: those layers have none for keys */
function isRecurrent({ architecture, metadata, arrays }: GgufHead, layer: number): boolean {
  const listed = arrays.get(`${architecture}.attention.recurrent_layers`);
  if (listed) return (listed[layer] ?? 0) !== 0;
  const given = metadata.get(`${architecture}.full_attention_interval`);
  const every = typeof given === 'number' ? given : attentionIntervals[architecture];
  return every !== undefined && every > 0 && (layer + 1) % every !== 0;
}

function isWindowed({ architecture, metadata, arrays }: GgufHead, layer: number): boolean {
  const key = `${architecture}.attention.sliding_window_pattern`;
  const listed = arrays.get(key);
  if (listed) return (listed[layer] ?? 0) !== 0;
  const given = metadata.get(key);
  const every = typeof given === 'number' ? given : windowPatterns[architecture];
  // Of an architecture that is not known here every layer is taken to see everything, which takes more.
  return every !== undefined && every > 0 && layer % every < every - 1;
}

/** Of a picture as large as a screen, which is what most questions are about. */
export const screenPixels = 1920 * 1080;

/** Tokens that a picture may become, of projectors that read any size (clip.cpp of llama.cpp). */
const tokenLimits: readonly { readonly types: RegExp; readonly tokens: number }[] = [
  { types: /^(?:qwen|glm4v|kimik25)/, tokens: 4096 },
  { types: /^(?:pixtral|kimivl|lightonocr|dots)/, tokens: 1024 },
  { types: /^gemma4/, tokens: 1120 },
  { types: /^lfm2/, tokens: 256 },
];

export function visionShape({ metadata, tensors }: GgufHead): VisionShape {
  const value = (key: string) => {
    const found = metadata.get(`clip.vision.${key}`);
    return typeof found === 'number' && found > 0 ? found : 0;
  };
  const patchPixels = (value('patch_size') || 14) ** 2;
  const type = String(metadata.get('clip.projector_type') ?? metadata.get('clip.vision.projector_type') ?? '');
  const limit = tokenLimits.find(({ types }) => types.test(type))?.tokens;
  const merged = (value('spatial_merge_size') || value('projector.scale_factor') || 1) ** 2;
  const largest = Math.min(screenPixels, value('image_max_pixels') || (limit ?? 0) * merged * patchPixels);
  const patches = Math.ceil((limit === undefined ? value('image_size') ** 2 : largest) / patchPixels);
  const kernel = tensors.get('v.patch_embd.weight');
  return {
    embedding: value('embedding_length'),
    feedForward: value('feed_forward_length') || (tensors.get('v.blk.0.ffn_down.weight')?.extents[0] ?? 0),
    patchValues: 3 * patchPixels,
    // ggml_conv_2d unfolds a picture in the type of its kernel.
    unfoldedValues: 3 * patchPixels * (kernel?.type === f32Type ? 1 : 0.5),
    patches,
    tokens: Math.ceil(patches / merged),
    gated: tensors.has('v.blk.0.ffn_gate.weight'),
    breaksRows: tensors.has('v.token_embd.img_break'),
  };
}

/** ggml's number of it. */
const f32Type = 0;

/** Bytes of one value in the cache. */
export const kvBytes: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

/** Bytes of all tensors of a file. */
export function tensorBytes({ tensors }: GgufHead): number {
  return [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}
