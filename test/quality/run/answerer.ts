/** Asks a model under many settings at once: the one place that knows the backend. */
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import type { LoadParams, ModelInfo } from '../../../backend-native/protocol/model.js';
import type { SweepAnswers } from '../../../backend-native/protocol/sweep.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from '../tasks/task.js';
import type { Answerer, Conversation, SampleAnswers, Setting } from './answers.js';
import { LookingAgain } from './lookingAgain.js';
import { plainError } from '../../plainError.js';

export class BackendAnswerer implements Answerer {
  private lookingAgain: LookingAgain | undefined;

  private constructor(
    private readonly client: BackendClient,
    private readonly load: LoadParams,
    readonly model: ModelInfo,
  ) {}

  static async start(load: LoadParams): Promise<BackendAnswerer> {
    const client = new BackendClient();
    try {
      // Follow-ups are asked of the cache that is left; lookingAgain.ts asks them of all that was read.
      const loaded = await client.request('lookOnce/load', { ...load, engine: { ...load.engine, holdMinutes: 0 } });
      if (loaded.status === 'cancelled') throw new Error('Expected a loaded model but the load was cancelled');
      return new BackendAnswerer(client, load, loaded.model);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async answers(sample: Sample, settings: readonly Setting[], size: SuiteSize): Promise<SampleAnswers> {
    // Small prompts are compressed too: what is measured is the rule.
    const of = (again: boolean) =>
      settings.filter((setting) => setting.again === again).map(({ kv }) => ({ ...kv, minPromptTokens: 0 }));
    const { prompt, full, variants } = await this.sweep(sample, of(false), size);
    const again = await this.lookAgain(sample, of(true), size);
    return { prompt, full, variants: settings.flatMap((setting) => (setting.again ? again : variants).shift() ?? []) };
  }

  async close(): Promise<void> {
    await Promise.all([this.client.close(), this.lookingAgain?.close()]);
  }

  private async sweep({ images, documents, turns }: Sample, variants: readonly Partial<KvSettings>[], size: SuiteSize) {
    const [question = '', ...followUps] = turns.map((turn) => turn.question);
    const result = await this.client.request('lookOnce/sweep', {
      question,
      followUps,
      images: images.map(({ name, png }) => ({ name, base64: Buffer.from(png).toString('base64') })),
      documents,
      ...(size.system === undefined ? {} : { system: size.system }),
      variants,
      sampling: { temperature: 0, maxTokens: size.answerTokens },
    });
    if (!result.full || result.variants.length !== variants.length) {
      throw plainError(
        'internal',
        `Expected the full cache's answers and ${variants.length} more but received ${result.variants.length}`,
      );
    }
    return { prompt: result.prompt, full: conversation(result.full), variants: result.variants.map(conversation) };
  }

  /** In a process of its own, started when it is first needed: the cache on disk is for these conversations alone. */
  private async lookAgain(
    sample: Sample,
    settings: readonly Partial<KvSettings>[],
    size: SuiteSize,
  ): Promise<Conversation[]> {
    if (settings.length === 0) return [];
    this.lookingAgain ??= await LookingAgain.start(this.load);
    return this.lookingAgain.answers(sample, settings, size);
  }
}

function conversation({ turns, kv, error }: SweepAnswers): Conversation {
  return {
    turns: turns.map(({ answer, divergence }) => ({ text: answer, divergence })),
    ...(kv === undefined ? {} : { cells: { before: kv.cellsBefore, after: kv.cellsAfter, peak: kv.cellsPeak } }),
    ...(error === undefined ? {} : { error }),
  };
}
