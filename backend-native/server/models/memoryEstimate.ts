/**
 * What a model will take, and whether that is free: reckoned from the heads of its files, before anything is loaded.
 */
import type { KvRatio } from '../../protocol/kv.js';
import type { MemoryEstimate, MemoryParts, MemoryUse } from '../../protocol/memory.js';
import type { GgufHead, TensorInfo } from './gguf.js';
import {
  kvBytes,
  screenPixels,
  tensorBytes,
  textShape,
  visionShape,
  type TextShape,
  type VisionShape,
} from './memoryShape.js';

export interface ModelShape {
  readonly text: TextShape;
  readonly vision: VisionShape | undefined;
  /** Of the adapters too. */
  readonly weights: number;
  readonly projector: number;
  /** The embeddings of tokens where they are the output's weights too; undefined where those are its own. */
  readonly tied: TensorInfo | undefined;
}

export interface FreeMemory {
  /** Such as "CPU" or the name of a GPU. */
  readonly device: string;
  readonly freeBytes: number;
  /** Of the machine, where the device is a GPU: there is what does not fit on it. */
  readonly systemFreeBytes?: number;
  /** ggml's types of weights that the CPU copies into a layout of its own; none when left out. */
  readonly ownLayouts?: readonly number[];
}

/** @param heads of all parts of the text model */
export function modelShape(
  heads: readonly GgufHead[],
  projector: GgufHead | undefined,
  adapters: readonly GgufHead[] = [],
): ModelShape {
  const [first] = heads;
  if (!first) throw new RangeError('Expected at least one head');
  return {
    text: textShape(first),
    vision: projector && visionShape(projector),
    weights: [...heads, ...adapters].reduce((sum, head) => sum + tensorBytes(head), 0),
    projector: projector ? tensorBytes(projector) : 0,
    tied: heads.some(({ tensors }) => tensors.has('output.weight'))
      ? undefined
      : first.tensors.get('token_embd.weight'),
  };
}

export function estimateMemory(shape: ModelShape, use: MemoryUse, free: FreeMemory): MemoryEstimate {
  const contextTokens = Math.min(use.contextTokens, shape.text.contextTrain || use.contextTokens);
  const ratioAt = (tokens: number) => (shape.text.recurrent ? 1 : ratioOf(use.ratio, tokens));
  const ratio = ratioAt(contextTokens);
  const at = (tokens: number) => partsAt(shape, { ...use, contextTokens: tokens, ratio: ratioAt(tokens) }, free);
  const parts = at(contextTokens);
  const [needBytes, leastBytes] = [wholePrompt(parts), inChunks(parts)];
  const room = free.freeBytes * comfortable;
  const verdict = needBytes <= room ? 'fits' : leastBytes <= free.freeBytes ? 'tight' : 'too-large';
  const fitsAt =
    verdict === 'fits' ? undefined : largestContext(contextTokens, (tokens) => wholePrompt(at(tokens)) <= room);
  const gpuLayers = verdict === 'fits' ? undefined : layersThatFit(shape, parts, free);
  return {
    needBytes,
    parts,
    contextTokens,
    ratio,
    freeBytes: free.freeBytes,
    device: free.device,
    verdict: gpuLayers === undefined || verdict !== 'too-large' ? verdict : 'tight',
    ...(fitsAt === undefined ? {} : { fitsAtContext: fitsAt }),
    ...(gpuLayers === undefined ? {} : { gpuLayers }),
  };
}

/** What may be taken of the free memory without the machine feeling it. */
const comfortable = 0.9;
/** Of a prompt that is read in chunks, as the engine cuts it. */
const chunkShare = 0.1;
/** As many tokens are computed at once. */
const ubatch = 512;
const f32 = 4;
const f16 = 2;
const smallestContext = 1024;
/** Scores are summed over queries in pieces of so many bytes on the CPU (`compute::chunk_bytes`), and on a GPU. */
const [hostScores, gpuScores] = [8 * 2 ** 20, 64 * 2 ** 20];
/**
 * What a token of the vocabulary takes: its text in two tables and a list, and the pair that is merged into it, which
 * llama.cpp keeps as two texts in a table. Fitted to the 49,152 of the embedded model alone.
 */
const vocabularyEntry = 300;
/**
 * What the program grows by from its start to an answer beside all that is reckoned: fitted to what generated models of
 * seven families and the embedded one took, on one machine.
 */
const processBytes = 26 * 2 ** 20;

/** As the engine chooses it for the length of a prompt. */
function ratioOf(ratio: KvRatio, tokens: number): number {
  if (ratio !== 'auto') return ratio;
  return tokens <= 1024 ? 1 : tokens <= 4096 ? 0.5 : 0.2;
}

/** The prompt is read whole; beside its cache, which is held for the next question, stands what is kept of it. */
function wholePrompt({ kvFull, kvKept, beside, ...parts }: MemoryParts): number {
  return fixed(parts) + kvFull + (kvKept < kvFull ? kvKept + beside : 0);
}

function inChunks({ kvFull, kvKept, ...parts }: MemoryParts): number {
  return fixed(parts) + Math.min(kvFull, 2 * kvKept + chunkShare * kvFull);
}

function fixed({ weights, projector, compute, process }: Omit<MemoryParts, 'kvFull' | 'kvKept' | 'beside'>): number {
  return weights + projector + compute + process;
}

function partsAt(
  shape: ModelShape,
  use: MemoryUse & { readonly ratio: number },
  { device, ownLayouts = [] }: FreeMemory,
): MemoryParts {
  const onHost = device === 'CPU';
  const { text, vision, tied } = shape;
  const kvFull = cacheBytes(text, use.contextTokens, kvBytes[use.kvType]);
  // Embeddings are looked up in the plain layout and multiplied in the other.
  const twice = onHost && tied && ownLayouts.includes(tied.type) ? tied.bytes : 0;
  const evicting = use.ratio < 1 ? compressionCompute(text, use, onHost) : 0;
  return {
    weights: shape.weights + twice,
    projector: shape.projector,
    kvFull,
    kvKept: use.ratio * kvFull,
    compute: textCompute(text, use.contextTokens, onHost) + visionCompute(vision, text.embedding) + evicting,
    beside: use.ratio < 1 ? textCompute(text, use.ratio * use.contextTokens, onHost) : 0,
    process: processBytes + vocabularyEntry * text.vocabulary + pictureBytes(vision, text.embedding),
  };
}

function cacheBytes({ layers, window }: TextShape, tokens: number, bytesPerValue: number): number {
  const windowCells = Math.min(tokens, padded(window + ubatch));
  return layers.reduce(
    (sum, { keys, values, windowed }) => sum + (keys + values) * bytesPerValue * (windowed ? windowCells : tokens),
    0,
  );
}

/**
 * The largest of what stands at one time: the logits, or the three wide results of a feed-forward; and the mask. There
 * is room for the logits of all tokens, which a GPU gives at once, and the host's memory only where something is
 * written: the last token's.
 */
function textCompute({ vocabulary, feedForward, embedding }: TextShape, tokens: number, onHost: boolean): number {
  const logits = onHost ? vocabulary / ubatch : vocabulary;
  const values = Math.max(logits, 3 * feedForward + 4 * embedding, 5.5 * embedding);
  return ubatch * (values * f32 + padded(tokens) * f16);
}

/** The scores of one piece of queries, and the kept rows of one layer: as numbers, and as the cache stores them. */
function compressionCompute(
  { layers }: TextShape,
  { contextTokens, ratio, kvType }: MemoryUse & { readonly ratio: number },
  onHost: boolean,
): number {
  const widest = Math.max(0, ...layers.map(({ keys, values }) => keys + values));
  return (onHost ? hostScores : gpuScores) + ratio * contextTokens * widest * (f32 + kvBytes[kvType]);
}

/**
 * The most that the graph of a vision tower reaches to, of a patch: the picture beside its unfolded form; the residual,
 * its norm and a feed-forward, or queries, keys and values in two forms, where the picture was; or what the projector
 * makes of it. Fitted to the buffers that clip.cpp reserves for towers of seven generated families in three widths.
 * @param width of the text model's embeddings
 */
function visionCompute(vision: VisionShape | undefined, width: number): number {
  // A file that does not say how large its pictures are is counted by its weights.
  if (!vision || vision.patches === 0) return 0;
  const { patches, tokens, patchValues, unfoldedValues, embedding, feedForward, gated, breaksRows } = vision;
  const projected = (width * tokens) / patches;
  const results = projected <= patchValues ? 1 : breaksRows ? 3 : 2;
  const values = Math.max(
    patchValues + unfoldedValues,
    Math.max(patchValues, 3 * embedding) + (gated ? 3 : 1) * feedForward,
    6 * embedding,
    patchValues + results * projected,
  );
  return patches * values * f32;
}

/**
 * A screen as it came, here, in the engine and in libmtmd; the pixels that are read, as numbers; and what became of
 * them, in libmtmd and in the engine. Some of it is freed before a prompt has been read, and stays with the C library.
 */
function pictureBytes(vision: VisionShape | undefined, width: number): number {
  if (!vision) return 0;
  const { patches, patchValues, tokens } = vision;
  return 3 * 3 * screenPixels + f32 * (patches * patchValues + 2 * tokens * width);
}

function padded(tokens: number): number {
  return Math.ceil(tokens / 256) * 256;
}

/** Of steps of 1,024 tokens the largest that fits; undefined when none does. */
function largestContext(most: number, fits: (tokens: number) => boolean): number | undefined {
  let [low, high] = [0, Math.floor(most / smallestContext)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle * smallestContext)) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? low * smallestContext : undefined;
}

/**
 * How many layers a GPU holds beside the projector and what is computed; undefined without a GPU, or where the rest
 * does not fit into the memory of the machine either.
 */
export function layersThatFit(shape: ModelShape, parts: MemoryParts, free: FreeMemory): number | undefined {
  if (free.systemFreeBytes === undefined || shape.text.layers.length === 0) return undefined;
  const perLayer = (parts.weights + parts.kvFull + parts.kvKept) / (shape.text.layers.length + 1);
  const room = free.freeBytes * comfortable - parts.projector - parts.compute;
  const layers = Math.max(0, Math.min(shape.text.layers.length, Math.floor(room / perLayer)));
  const rest = wholePrompt(parts) - layers * perLayer;
  return rest <= free.systemFreeBytes * comfortable ? layers : undefined;
}
