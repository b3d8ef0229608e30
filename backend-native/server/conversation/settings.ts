/** Checks what a client asks for and fills in the defaults. Every refusal names the value. */
import path from 'node:path';
import { BackendError, type ErrorCode } from '../../protocol/errors.js';
import {
  kvDefaults,
  kvMethods,
  kvTypes,
  mergeRules,
  mergeTargets,
  querySets,
  readingRules,
  recentRules,
  scoreShares,
  type KvMethod,
  type KvSettings,
} from '../../protocol/kv.js';
import { imageTextSettings, type ImageTextSetting } from '../../protocol/imageText.js';
import { largeImageSettings, type LargeImageSetting } from '../../protocol/largeImages.js';
import {
  defaultEngineSettings,
  type AdvisedSampling,
  type CacheSettings,
  type EngineSettings,
} from '../../protocol/model.js';
import {
  defaultDocumentLimits,
  defaultSamplingSettings,
  type DocumentLimits,
  type SamplingSettings,
} from '../../protocol/ask.js';
import { rpcServersFrom } from '../models/rpcServers.js';

const maxInt32 = 2 ** 31 - 1;
const maxUint32 = 2 ** 32 - 1;
/** As many as images of a turn. */
const maxImagePages = 64;

/** Settings as they come from outside: any of them, of any type. */
type Unchecked<T> = { readonly [K in keyof T]?: unknown };

export function kvSettingsFrom(given: Unchecked<KvSettings> = {}): KvSettings {
  const kv = { ...kvDefaults(given.method as KvMethod | undefined), ...given };
  oneOf('the method', kv.method, kvMethods);
  oneOf('the merge rule', kv.merge, mergeRules);
  oneOf('what is merged', kv.mergeWhat, mergeTargets);
  if (kv.ratio !== 'auto' && (!isWithin(kv.ratio, 0, 1) || kv.ratio === 0)) {
    refuse('kv_ratio_invalid', 'the KV ratio', 'a number above 0 and at most 1, or auto', kv.ratio);
  }
  if (!isWithin(kv.recentShare, 0, 1)) {
    refuse('recent_share_invalid', 'the recent share', 'a number from 0 to 1', kv.recentShare);
  }
  if (typeof kv.textPrior !== 'boolean')
    refuse('invalid_argument', 'the text prior', 'on or off (true or false)', kv.textPrior);
  integer('the smallest prompt to compress', kv.minPromptTokens, 0);
  oneOf('when the cache is compressed', kv.reading, readingRules);
  oneOf('the queries that score', kv.queries, querySets);
  oneOf('the recent tokens', kv.recent, recentRules);
  oneOf('whose scores decide', kv.share, scoreShares);
  oddWidth('the pooling', kv.pooling, "the method's own");
  oddWidth('the pooling of text', kv.textPooling, 'that of images');
  within('the diversity', kv.diversity, 0, 1);
  if (typeof kv.valueNorm !== 'boolean')
    refuse('invalid_argument', 'the weight of values', 'true or false', kv.valueNorm);
  integer('the first tokens that stay', kv.sinks, 0);
  integer('the seed', kv.seed, 0, maxUint32);
  // The full cache is what a ratio of 1 keeps; the report then says so too.
  return (kv.method === 'full' ? { ...kv, ratio: 1 } : kv) as KvSettings;
}

export function samplingSettingsFrom(
  given: Unchecked<SamplingSettings> = {},
  advised: AdvisedSampling = {},
): SamplingSettings {
  const sampling = { ...defaultSamplingSettings, ...advised, ...given };
  integer('the number of tokens to answer with', sampling.maxTokens, 1);
  within('the temperature', sampling.temperature, 0, 100);
  integer('top-k', sampling.topK, 0);
  within('top-p', sampling.topP, 0, 1);
  within('min-p', sampling.minP, 0, 1);
  integer('the seed', sampling.seed, 0, maxUint32);
  if (typeof sampling.ignoreEnd !== 'boolean')
    refuse('invalid_argument', 'ignoring the end', 'true or false', sampling.ignoreEnd);
  if (typeof sampling.reasoning !== 'boolean')
    refuse('invalid_argument', 'reasoning', 'on or off (true or false)', sampling.reasoning);
  if (typeof sampling.endLoops !== 'boolean')
    refuse('invalid_argument', 'ending loops', 'true or false', sampling.endLoops);
  integer('the most tokens of reasoning', sampling.maxReasoningTokens, 0);
  const stop: unknown = sampling.stop;
  if (!Array.isArray(stop) || stop.length > maxStops || !stop.every(isStop))
    refuse(
      'invalid_argument',
      'the words that end an answer',
      `at most ${maxStops} texts of 1 to ${maxStopCharacters} characters`,
      JSON.stringify(stop),
    );
  checkJsonSchema(sampling.jsonSchema);
  // A list that a schema asks for may repeat itself, and half of a JSON text is none.
  const endLoops = sampling.endLoops && sampling.jsonSchema === undefined;
  return { ...sampling, endLoops } as SamplingSettings;
}

const maxStops = 16;
const maxStopCharacters = 256;

function isStop(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= maxStopCharacters;
}

/** What can be said without llama.cpp, which makes the grammar of it. */
function checkJsonSchema(given: unknown): void {
  if (given === undefined) return;
  if (typeof given !== 'string') refuse('json_schema_invalid', 'the JSON Schema', 'a text', typeof given);
  let schema: unknown;
  try {
    schema = JSON.parse(given);
  } catch (error) {
    throw new BackendError('json_schema_invalid', { kind: 'schemaNoJson', why: (error as Error).message });
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new BackendError('json_schema_invalid', { kind: 'expected', expected: 'an object', what: 'the JSON Schema' });
}

/** A week. */
const maxHoldMinutes = 7 * 24 * 60;

export function engineSettingsFrom(given: Unchecked<EngineSettings> = {}): EngineSettings {
  const engine = { ...defaultEngineSettings, ...given };
  integer('the layers on the GPU', engine.gpuLayers, -1);
  integer('the threads', engine.threads, 0, 1024);
  integer('the context size', engine.contextSize, 0);
  oneOf('the KV type', engine.kvType, kvTypes);
  const { device, imageMinTokens, imageMaxTokens } = engine;
  if (device !== undefined && typeof device !== 'string') refuse('invalid_argument', 'the device', 'a name', device);
  const rpcServers = rpcServersFrom(engine.rpcServers);
  cacheSettingsFrom(engine.cache);
  integer('the fewest tokens of an image', imageMinTokens, 0);
  integer('the most tokens of an image', imageMaxTokens, 0);
  integer('the minutes for which a cache is held', engine.holdMinutes, 0, maxHoldMinutes);
  if (imageMaxTokens > 0 && imageMinTokens > imageMaxTokens) {
    refuse(
      'invalid_argument',
      'the fewest tokens of an image',
      `at most ${imageMaxTokens}, which is the most`,
      imageMinTokens,
    );
  }
  return { ...engine, rpcServers } as EngineSettings;
}

/** @returns undefined where nothing is to be kept @throws BackendError */
export function cacheSettingsFrom(cache: unknown): CacheSettings | undefined {
  if (cache === undefined) return undefined;
  const { folder, maxBytes } = (cache ?? {}) as Partial<Record<keyof CacheSettings, unknown>>;
  if (typeof folder !== 'string' || !path.isAbsolute(folder))
    refuse('invalid_argument', 'the folder of the cache', 'an absolute path', folder);
  integer('the bytes of the cache', maxBytes, 1, Number.MAX_SAFE_INTEGER);
  return { folder, maxBytes };
}

export function documentLimitsFrom(given: Unchecked<DocumentLimits> = {}): DocumentLimits {
  const limits = { ...defaultDocumentLimits, ...given };
  integer('the most tokens of documents', limits.maxTokens, 0);
  integer('the most pages that are read as images', limits.maxImagePages, 0, maxImagePages);
  return limits as DocumentLimits;
}

export function imageTextFrom(given: unknown = 'auto'): ImageTextSetting {
  oneOf('whether the words of images are read', given, imageTextSettings);
  return given as ImageTextSetting;
}

export function largeImagesFrom(given: unknown = 'auto'): LargeImageSetting {
  oneOf('how large images are read', given, largeImageSettings);
  return given as LargeImageSetting;
}

function oneOf(what: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    refuse('invalid_argument', what, `one of ${allowed.join(', ')}`, value);
}

function integer(what: string, value: unknown, min: number, max = maxInt32): asserts value is number {
  if (!isWithin(value, min, max) || !Number.isInteger(value)) {
    refuse(
      'invalid_argument',
      what,
      max === maxInt32 ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
      value,
    );
  }
}

function oddWidth(what: string, value: unknown, zero: string): void {
  integer(what, value, 0);
  if (value > 0 && value % 2 === 0) refuse('invalid_argument', what, `an odd width, or 0 for ${zero}`, value);
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

function within(what: string, value: unknown, min: number, max: number): void {
  if (!isWithin(value, min, max)) {
    refuse('invalid_argument', what, `a number from ${min} to ${max}`, value);
  }
}

function refuse(code: ErrorCode, what: string, expected: string, received: unknown): never {
  throw new BackendError(code, { kind: 'expected', expected: expected, what: what, received: String(received) });
}
