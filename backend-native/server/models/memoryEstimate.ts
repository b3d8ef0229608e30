/**
 * What a model will take, and whether that is free: reckoned from the heads of its files, before anything is loaded.
 */
import type { KvRatio } from '../../protocol/kv.js';
import type { MemoryEstimate, MemoryParts, MemoryUse } from '../../protocol/memory.js';
import type { GgufHead } from './gguf.js';
import { kvBytes, tensorBytes, textShape, visionShape, type TextShape, type VisionShape } from './memoryShape.js';

export interface ModelShape {
  readonly text: TextShape;
  readonly vision: VisionShape | undefined;
  readonly weights: number;
  readonly projector: number;
}

export interface FreeMemory {
  /** Such as "CPU" or the name of a GPU. */
  readonly device: string;
  readonly freeBytes: number;
  /** Of the machine, where the device is a GPU: there is what does not fit on it. */
  readonly systemFreeBytes?: number;
}

/** @param heads of all parts of the text model */
export function modelShape(heads: readonly GgufHead[], projector: GgufHead | undefined): ModelShape {
  const [first] = heads;
  if (!first) throw new RangeError('Expected at least one head');
  return {
    text: textShape(first),
    vision: projector && visionShape(projector),
    weights: heads.reduce((sum, head) => sum + tensorBytes(head), 0),
    projector: projector ? tensorBytes(projector) : 0,
  };
}

export function estimateMemory(shape: ModelShape, use: MemoryUse, free: FreeMemory): MemoryEstimate {
  const contextTokens = Math.min(use.contextTokens, shape.text.contextTrain || use.contextTokens);
  const ratioAt = (tokens: number) => (shape.text.recurrent ? 1 : ratioOf(use.ratio, tokens));
  const ratio = ratioAt(contextTokens);
  const onHost = free.device === 'CPU';
  const at = (tokens: number) => partsAt(shape, { ...use, contextTokens: tokens, ratio: ratioAt(tokens) }, onHost);
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
/**
 * Measured with the embedded model and generated ones, about a full-HD screenshot: all that is none of the other parts.
 */
const processBytes = 80 * 2 ** 20;

/** As the engine chooses it for the length of a prompt. */
function ratioOf(ratio: KvRatio, tokens: number): number {
  if (ratio !== 'auto') return ratio;
  return tokens <= 1024 ? 1 : tokens <= 4096 ? 0.5 : 0.2;
}

/** The prompt is read whole; beside its cache stands for a moment what is kept of it. */
function wholePrompt({ kvFull, kvKept, ...parts }: MemoryParts): number {
  return fixed(parts) + kvFull + (kvKept < kvFull ? kvKept : 0);
}

function inChunks({ kvFull, kvKept, ...parts }: MemoryParts): number {
  return fixed(parts) + Math.min(kvFull, 2 * kvKept + chunkShare * kvFull);
}

function fixed({ weights, projector, compute, process }: Omit<MemoryParts, 'kvFull' | 'kvKept'>): number {
  return weights + projector + compute + process;
}

function partsAt(shape: ModelShape, use: MemoryUse & { readonly ratio: number }, onHost: boolean): MemoryParts {
  const kvFull = cacheBytes(shape.text, use.contextTokens, kvBytes[use.kvType]);
  return {
    weights: shape.weights,
    projector: shape.projector,
    kvFull,
    kvKept: use.ratio * kvFull,
    compute: textCompute(shape.text, use.contextTokens, onHost) + visionCompute(shape.vision),
    process: processBytes,
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

/** The largest of what stands at one time; beside it the picture, in bytes as it came and in numbers as it is read. */
function visionCompute(vision: VisionShape | undefined): number {
  if (!vision) return 0;
  const { patches, patchValues, embedding, feedForward } = vision;
  const values = Math.max(2 * feedForward + 3 * embedding, 6 * embedding, 2 * patchValues + embedding);
  return patches * (f32 * values + (f32 + 1) * patchValues);
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
