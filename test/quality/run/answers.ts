/** What a model answers to a sample. */
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from '../tasks/task.js';

export interface Answerer {
  /** A sample's turns with the full cache, and under every one of the settings, in their order. */
  answers(sample: Sample, settings: readonly Setting[], size: SuiteSize): Promise<SampleAnswers>;
}

export interface Setting {
  readonly kv: Partial<KvSettings>;
  /** Whether follow-ups look again at what was attached, instead of going on with what the first question left. */
  readonly again: boolean;
}

export interface SampleAnswers {
  readonly prompt: { readonly tokens: number; readonly imageTokens: number };
  readonly full: Conversation;
  readonly variants: readonly Conversation[];
}

export interface Conversation {
  /** One per turn; those of a turn that failed and of all after it are missing. */
  readonly turns: readonly Answer[];
  /**
   * Of the first turn's cache: before and after it was compressed, and the most at once; missing when not even that
   * turn was answered.
   */
  readonly cells?: { readonly before: number; readonly after: number; readonly peak: number };
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Answer {
  readonly text: string;
  /**
   * In nats, from the full cache's distribution of the next token; null where one of the two answers was too short to
   * tell.
   */
  readonly divergence: number | null;
}
