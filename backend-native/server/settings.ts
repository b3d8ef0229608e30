/** Checks what a client asks for and fills in the defaults. Every refusal names the value. */
import { BackendError, type ErrorCode } from '../protocol/errors.js';
import {
  defaultKvSettings,
  kvMethods,
  kvTypes,
  mergeRules,
  mergeTargets,
  type KvSettings,
} from '../protocol/kv.js';
import { defaultEngineSettings, type EngineSettings } from '../protocol/model.js';
import { defaultSamplingSettings, type SamplingSettings } from '../protocol/ask.js';

const maxInt32 = 2 ** 31 - 1;

export function kvSettingsFrom(given: Partial<KvSettings> = {}): KvSettings {
  const kv = { ...defaultKvSettings, ...given };
  oneOf('the method', kv.method, kvMethods);
  oneOf('the merge rule', kv.merge, mergeRules);
  oneOf('what is merged', kv.mergeWhat, mergeTargets);
  if (!(kv.ratio > 0 && kv.ratio <= 1)) refuse('kv_ratio_invalid', 'the KV ratio', 'a number above 0 and at most 1', kv.ratio);
  if (!(kv.recentShare >= 0 && kv.recentShare <= 1)) {
    refuse('recent_share_invalid', 'the recent share', 'a number from 0 to 1', kv.recentShare);
  }
  if (typeof kv.textPrior !== 'boolean') refuse('invalid_argument', 'the text prior', 'true or false', kv.textPrior);
  integer('the smallest prompt to compress', kv.minPromptTokens, 0);
  integer('the seed', kv.seed, 0, 2 ** 32 - 1);
  // The full cache is what a ratio of 1 keeps; the report then says so too.
  return kv.method === 'full' ? { ...kv, ratio: 1 } : kv;
}

export function samplingSettingsFrom(given: Partial<SamplingSettings> = {}): SamplingSettings {
  const sampling = { ...defaultSamplingSettings, ...given };
  integer('the number of tokens to answer with', sampling.maxTokens, 1);
  within('the temperature', sampling.temperature, 0, 100);
  integer('top-k', sampling.topK, 0);
  within('top-p', sampling.topP, 0, 1);
  within('min-p', sampling.minP, 0, 1);
  integer('the seed', sampling.seed, 0, 2 ** 32 - 1);
  return sampling;
}

export function engineSettingsFrom(given: Partial<EngineSettings> = {}): EngineSettings {
  const engine = { ...defaultEngineSettings, ...given };
  integer('the layers on the GPU', engine.gpuLayers, -1);
  integer('the threads', engine.threads, 0, 1024);
  integer('the context size', engine.contextSize, 0);
  oneOf('the KV type', engine.kvType, kvTypes);
  integer('the fewest tokens of an image', engine.imageMinTokens, 0);
  integer('the most tokens of an image', engine.imageMaxTokens, 0);
  if (engine.imageMaxTokens > 0 && engine.imageMinTokens > engine.imageMaxTokens) {
    refuse('invalid_argument', 'the fewest tokens of an image', `at most ${engine.imageMaxTokens}, which is the most`, engine.imageMinTokens);
  }
  return engine;
}

function oneOf(what: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string' || !allowed.includes(value)) refuse('invalid_argument', what, `one of ${allowed.join(', ')}`, value);
}

function integer(what: string, value: unknown, min: number, max = maxInt32): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    refuse('invalid_argument', what, max === maxInt32 ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`, value);
  }
}

function within(what: string, value: unknown, min: number, max: number): void {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    refuse('invalid_argument', what, `a number from ${min} to ${max}`, value);
  }
}

function refuse(code: ErrorCode, what: string, expected: string, received: unknown): never {
  throw new BackendError(code, `Expected ${expected} for ${what} but received ${String(received)}`);
}
