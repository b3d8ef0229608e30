/** Asks turn by turn, as the product asks, with a cache on disk from which a follow-up looks again. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import type { AskResult, HistoryTurn } from '../../../backend-native/protocol/ask.js';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import type { LoadParams } from '../../../backend-native/protocol/model.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from '../tasks/task.js';
import type { Answer, Conversation } from './answers.js';
import { plainError } from '../../plainError.js';

/** Far more than one sample takes: what a follow-up looks at is never the least recently used. */
const maxBytes = 2 ** 30;

export class LookingAgain {
  private conversations = 0;

  private constructor(
    private readonly client: BackendClient,
    private readonly folder: string,
  ) {}

  /** @param load of the model, whose cache is in a scratch folder that close() removes */
  static async start(load: LoadParams): Promise<LookingAgain> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-quality-'));
    const asker = new LookingAgain(new BackendClient(), folder);
    try {
      const { status } = await asker.client.request('lookOnce/load', {
        ...load,
        engine: { ...load.engine, holdMinutes: 0, cache: { folder, maxBytes } },
      });
      if (status === 'cancelled') throw new Error('Expected a loaded model but the load was cancelled');
      return asker;
    } catch (error) {
      await asker.close();
      throw error;
    }
  }

  /** One conversation under each of the settings. What a sample leaves on disk is gone before the next one. */
  async answers(sample: Sample, settings: readonly Partial<KvSettings>[], size: SuiteSize): Promise<Conversation[]> {
    await this.client.request('lookOnce/clearCache', {});
    const conversations: Conversation[] = [];
    for (const kv of settings) conversations.push(await this.converse(sample, kv, size));
    return conversations;
  }

  async close(): Promise<void> {
    await this.client.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async converse(
    { images, documents, turns }: Sample,
    kv: Partial<KvSettings>,
    size: SuiteSize,
  ): Promise<Conversation> {
    this.conversations += 1;
    const id = String(this.conversations);
    const attached = {
      images: images.map(({ name, png }) => ({ name, base64: Buffer.from(png).toString('base64') })),
      documents,
    };
    const history: HistoryTurn[] = [];
    const answers: Answer[] = [];
    let cells: Conversation['cells'];
    const done = () => ({ turns: answers, ...(cells === undefined ? {} : { cells }) });
    for (const { question } of turns) {
      const turn = { question, ...(history.length === 0 ? attached : {}) };
      let result: AskResult;
      try {
        result = await this.client.request('lookOnce/ask', {
          ...turn,
          conversation: { id, history: [...history] },
          kv,
          sampling: { temperature: 0, maxTokens: size.answerTokens },
          ...(size.system === undefined ? {} : { system: size.system }),
        });
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        return { ...done(), error: { code: error.code, message: error.message } };
      }
      if (history.length > 0) expectToHaveLookedAgain(result, history.length);
      cells ??= { before: result.kv.cellsBefore, after: result.kv.cellsAfter, peak: result.kv.cellsPeak };
      // The full cache's distribution is not at hand.
      answers.push({ text: result.answer, divergence: null });
      history.push({ ...turn, answer: result.answer });
    }
    return done();
  }
}

/** A follow-up that went on with what the first question left would be counted under the wrong rule. */
function expectToHaveLookedAgain({ prompt, kv }: AskResult, followUp: number): void {
  if (prompt.restoredTokens > 0 && kv.compressed) return;
  const note = kv.note === '' ? '' : `: ${kv.note}`;
  throw plainError(
    'internal',
    `Expected follow-up ${followUp} to look again but received ${prompt.restoredTokens} restored tokens and a ` +
      `cache of ${kv.cellsAfter} of ${kv.cellsBefore} cells${note}`,
  );
}
