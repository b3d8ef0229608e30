/** Asks a model under a rule: the one place that knows the backend. */
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import type { AskParams } from '../../../backend-native/protocol/ask.js';
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import type { LoadParams, ModelInfo } from '../../../backend-native/protocol/model.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from '../tasks/task.js';

export interface Answerer {
  /** Whether answers come with a distribution. */
  readonly distributions: boolean;
  /** Turn `turn` of a sample; turn 0 begins a new conversation. */
  answer(sample: Sample, turn: number, kv: Partial<KvSettings>, size: SuiteSize): Promise<Answer>;
}

export interface Answer {
  readonly text: string;
  readonly promptTokens: number;
  readonly imageTokens: number;
  readonly cellsBefore: number;
  readonly cellsAfter: number;
  /** Probabilities of the first token of the answer over the vocabulary, where the backend gives them. */
  readonly distribution?: Float32Array;
}

/** Enough for every answer of the suite and a sentence around it. */
const maxTokens = 48;
/** No question is as long: follow-ups are added to the cache as they are, and what question 1 left is what they find. */
const never = 2 ** 31 - 1;

export class BackendAnswerer implements Answerer {
  /** The protocol has no field for them yet. */
  readonly distributions = false;

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

  async answer(sample: Sample, turn: number, kv: Partial<KvSettings>, size: SuiteSize): Promise<Answer> {
    const first: Partial<AskParams> = turn > 0 ? { continueConversation: true } : {
      images: sample.images.map(({ name, png }) => ({ name, base64: Buffer.from(png).toString('base64') })),
      documents: sample.documents,
      ...(size.system === undefined ? {} : { system: size.system }),
    };
    const result = await this.client.request('lookOnce/ask', {
      ...first,
      question: sample.turns[turn]?.question ?? '',
      // Small prompts are compressed too: what is measured is the rule.
      kv: { ...kv, minPromptTokens: turn === 0 ? 0 : never },
      sampling: { temperature: 0, maxTokens },
    });
    return {
      text: result.answer,
      promptTokens: result.prompt.tokens,
      imageTokens: result.prompt.imageTokens,
      cellsBefore: result.kv.cellsBefore,
      cellsAfter: result.kv.cellsAfter,
    };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
