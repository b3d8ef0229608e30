/** Asks a model under many settings at once: the one place that knows the backend. */
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import type { LoadParams, ModelInfo } from '../../../backend-native/protocol/model.js';
import type { SweepAnswers } from '../../../backend-native/protocol/sweep.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from '../tasks/task.js';

export interface Answerer {
  /** A sample's turns with the full cache, and under every one of the settings, in their order. */
  answers(sample: Sample, settings: readonly Partial<KvSettings>[], size: SuiteSize): Promise<SampleAnswers>;
}

export interface SampleAnswers {
  readonly prompt: { readonly tokens: number; readonly imageTokens: number };
  readonly full: Conversation;
  readonly variants: readonly Conversation[];
}

export interface Conversation {
  /** One per turn; those of a turn that failed and of all after it are missing. */
  readonly turns: readonly Answer[];
  /** Of the cache before and after it was compressed; missing when not even the first turn was answered. */
  readonly cells?: { readonly before: number; readonly after: number };
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Answer {
  readonly text: string;
  /** In nats, from the full cache's distribution of the next token; null where one of the two answers was too short to tell. */
  readonly divergence: number | null;
}

export class BackendAnswerer implements Answerer {
  private constructor(private readonly client: BackendClient, readonly model: ModelInfo) {}

  static async start(load: LoadParams): Promise<BackendAnswerer> {
    const client = new BackendClient();
    try {
      const loaded = await client.request('lookOnce/load', load);
      if (loaded.status === 'cancelled') throw new Error('Expected a loaded model but the load was cancelled');
      return new BackendAnswerer(client, loaded.model);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async answers({ images, documents, turns }: Sample, settings: readonly Partial<KvSettings>[], size: SuiteSize): Promise<SampleAnswers> {
    const [question = '', ...followUps] = turns.map((turn) => turn.question);
    const result = await this.client.request('lookOnce/sweep', {
      question,
      followUps,
      images: images.map(({ name, png }) => ({ name, base64: Buffer.from(png).toString('base64') })),
      documents,
      ...(size.system === undefined ? {} : { system: size.system }),
      // Small prompts are compressed too: what is measured is the rule.
      variants: settings.map((kv) => ({ ...kv, minPromptTokens: 0 })),
      sampling: { temperature: 0, maxTokens: size.answerTokens },
    });
    if (!result.full || result.variants.length !== settings.length) {
      throw new BackendError('internal', `Expected the full cache's answers and ${settings.length} more but received ${result.variants.length}`);
    }
    return { prompt: result.prompt, full: conversation(result.full), variants: result.variants.map(conversation) };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

function conversation({ turns, kv, error }: SweepAnswers): Conversation {
  return {
    turns: turns.map(({ answer, divergence }) => ({ text: answer, divergence })),
    ...(kv === undefined ? {} : { cells: { before: kv.cellsBefore, after: kv.cellsAfter } }),
    ...(error === undefined ? {} : { error }),
  };
}
