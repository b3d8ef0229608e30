/** Asking with a backend that the test plays. */
import { type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { AskParams, AskProgress, AskResult } from '../../../../backend-native/protocol/ask.js';
import type { KvMap } from '../../../../backend-native/protocol/kvMap.js';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import { Asking, type AskingServices } from '../../../../extension/asking/asking.js';
import { Conversations } from '../../../../extension/conversation/conversations.js';
import { Notices } from '../../../../extension/notices.js';
import { modelInfo } from '../../../fixtures/modelInfo.js';
import { scratchFolder } from '../../../scratch.js';
import { stats } from '../conversation/samples.js';
import { recordedLog } from '../doubles/log.js';
import { mementoDouble } from '../doubles/memento.js';
import { settingsOf } from '../doubles/settings.js';

export const model = modelInfo();

export const result: AskResult = {
  ...stats,
  answer: 'It is E4719.',
  reasoning: '',
  reasoningTokens: 0,
  reasoningCut: false,
  where: [],
  matching: [],
};

export type Reply = (
  params: AskParams,
  call: { signal: AbortSignal | undefined; progress: (value: AskProgress) => void },
) => Promise<AskResult>;

export async function askingWorld(
  t: TestContext,
  reply: Reply = () => Promise.resolve(result),
  map: KvMap | null = null,
  loaded: Promise<ModelInfo> = Promise.resolve(model),
) {
  const asked: AskParams[] = [];
  const loadTimes = [321];
  const changed = new vscode.EventEmitter<void>();
  const backend = {
    model,
    view: { status: 'ready' },
    onDidChange: changed.event,
    takeLoadMs: () => loadTimes.shift(),
    ensureLoaded: (signal?: AbortSignal) => (signal?.aborted ? Promise.resolve(undefined) : loaded),
    request: (
      method: string,
      params: AskParams,
      options: { signal?: AbortSignal; onProgress?: (value: AskProgress) => void } = {},
    ) => {
      if (method === 'lookOnce/kvMap') return Promise.resolve(map);
      asked.push(params);
      return reply(params, { signal: options.signal, progress: options.onProgress ?? (() => undefined) });
    },
  };
  const settings = settingsOf();
  const log = recordedLog();
  const conversations = new Conversations({
    folder: scratchFolder(t),
    memento: mementoDouble(),
    notices: new Notices(),
    log: log.channel,
  });
  await conversations.ready();
  const asking = new Asking({ settings, backend, conversations, log: log.channel } as unknown as AskingServices);
  t.after(async () => {
    asking.dispose();
    await conversations.flush();
  });
  const answers = () => conversations.open.turns.map((turn) => turn.answers.map(({ status, text }) => [status, text]));
  return { asking, asked, conversations, settings, answers, log };
}

/** Streams a word, and then waits until it is stopped. */
export const untilStopped: Reply = (_, { signal, progress }) =>
  new Promise((resolve) => {
    progress({ phase: 'answer', tokens: 1, text: 'It' });
    const stop = () => {
      resolve({ ...result, answer: 'It', stop: 'cancelled' });
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });

export const begun = (asking: Asking) =>
  new Promise<void>((resolve) => {
    const listening = asking.onDidProgress((running) => {
      if (running?.text === '') return;
      listening.dispose();
      resolve();
    });
  });
