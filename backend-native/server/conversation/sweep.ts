/** What a sweep asks for, checked, and what one says that was cancelled before the engine saw it. */
import type { AskParams } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { KvSettings } from '../../protocol/kv.js';
import {
  maxSweepFollowUps,
  maxSweepVariants,
  type SweepParams,
  type SweepProgress,
  type SweepResult,
} from '../../protocol/sweep.js';
import type { NativeEvent } from '../transport/nativeAddon.js';
import { kvSettingsFrom } from './settings.js';

interface CheckedSweep {
  /** The prompt, as a question that begins a conversation. */
  readonly first: AskParams;
  readonly variants: readonly KvSettings[];
  readonly followUps: readonly string[];
}

export function sweepFrom(params: SweepParams): CheckedSweep {
  const given = params as { readonly [K in keyof SweepParams | keyof AskParams]?: unknown };
  for (const name of ['conversation', 'kv'] as const) {
    if (given[name] !== undefined)
      throw refused(`no ${name} for a sweep, which begins a conversation of its own`, given[name]);
  }
  const { question, system, images, documents, documentLimits, imageText, sampling } = params;
  const first = { question, system, images, documents, documentLimits, imageText, sampling };
  return {
    first: Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined)) as unknown as AskParams,
    variants: listFrom('variants', given.variants, maxSweepVariants).map(variantFrom),
    followUps: listFrom('follow-ups', given.followUps ?? [], maxSweepFollowUps).map((followUp, index) => {
      if (typeof followUp !== 'string' || followUp.trim() === '')
        throw refused(`a question for follow-up ${index + 1}`, followUp);
      return followUp;
    }),
  };
}

/** The engine's events as snapshots; it sends no others while a sweep runs. */
export function sweepProgressOf({ type, ...rest }: NativeEvent): SweepProgress {
  return { phase: type, ...rest } as SweepProgress;
}

export function cancelledSweep(waitedMs: number): SweepResult {
  return {
    cancelled: true,
    prompt: { tokens: 0, textTokens: 0, imageTokens: 0, restoredTokens: 0, images: 0 },
    images: [],
    documents: [],
    full: null,
    variants: [],
    ms: { queue: waitedMs, ingest: 0, restore: 0, encode: 0, prefill: 0, answers: 0 },
  };
}

function variantFrom(variant: unknown, index: number): KvSettings {
  if (typeof variant !== 'object' || variant === null) throw refused(`settings for variant ${index + 1}`, variant);
  try {
    return kvSettingsFrom(variant);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new BackendError(error.code, {
      kind: 'variant',
      variant: index + 1,
      message: error.message,
      nextStep: error.nextStep,
    });
  }
}

function listFrom(what: string, value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(`a list of ${what}`, value);
  if (value.length > most) throw refused(`at most ${most} ${what}`, value.length);
  return value as readonly unknown[];
}

function refused(expected: string, received: unknown): BackendError {
  return new BackendError('invalid_argument', { kind: 'expected', expected: expected, received: String(received) });
}
