/** One answer from beginning to end: load, ask, stream, and what the KV cache kept. */
import type * as vscode from 'vscode';
import type { AskProgress, AskResult } from '../../backend-native/protocol/ask.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type { ModelInfo } from '../../backend-native/protocol/model.js';
import type { RunningView } from '../../webview/protocol/state.js';
import { partText } from '../attachments/documentNotes.js';
import type { Backend } from '../backend/backend.js';
import { lastAnswer, type Answer, type Conversation, type Turn } from '../conversation/conversation.js';
import type { Conversations } from '../conversation/conversations.js';
import { errorLog, errorView } from '../errors.js';
import type { Settings } from '../settings/settings.js';
import { notesOn } from './answerNotes.js';
import { askParams, picturesOf, statsOf, turnsBefore } from './turnParams.js';

export interface AnswerServices {
  readonly settings: Pick<Settings, 'current'>;
  readonly backend: Pick<Backend, 'view' | 'onDidChange' | 'ensureLoaded' | 'request' | 'takeLoadMs'>;
  readonly conversations: Pick<Conversations, 'saveMap'>;
  readonly log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>;
}

export interface AnswerWork {
  readonly conversation: Conversation;
  readonly turn: Turn;
  readonly index: number;
  readonly ratio: KvRatio;
  readonly signal: AbortSignal;
  readonly onRunning: (running: RunningView) => void;
}

/** How long a stop may take before the answer is over without the backend's last word. */
const stopMs = 300;
/** A larger map is not kept: it would take longer to read than to make again. */
const maxMapCharacters = 16 * 2 ** 20;

/** Never rejects: whatever goes wrong is in the answer, with what had arrived. */
export async function answerTurn(services: AnswerServices, work: AnswerWork): Promise<Answer> {
  const { ratio, signal } = work;
  const empty: Answer = { ratio, text: '', status: 'stopped', notes: [], hasKvMap: false };
  const view = new RunningSnapshots(work);
  try {
    view.show({ phase: 'queued', ahead: 0 });
    const showLoading = () => {
      const { fraction } = services.backend.view;
      if (fraction !== undefined) view.show({ phase: 'loading', fraction });
    };
    showLoading();
    const loading = services.backend.onDidChange(showLoading);
    const loaded = services.backend.ensureLoaded(signal);
    const model = await orStopped(loaded, signal, services.log).finally(() => {
      loading.dispose();
    });
    if (!model || signal.aborted) return empty;
    return await ask(services, work, model, view);
  } catch (error) {
    // The process is ended on purpose when it is restarted: that is no failure of the answer that was stopped with it.
    if (signal.aborted) return { ...empty, text: view.text };
    services.log.error(`The question was not answered: ${errorLog(error)}`);
    return { ...empty, text: view.text, status: 'failed', error: errorView(error) };
  }
}

async function ask(
  services: AnswerServices,
  work: AnswerWork,
  model: ModelInfo,
  view: RunningSnapshots,
): Promise<Answer> {
  const { conversation, turn, ratio, signal } = work;
  const settings = services.settings.current;
  const { told, leftOut } = turnsBefore(conversation, turn);
  const asking = services.backend.request('lookOnce/ask', askParams(conversation, turn, ratio, settings), {
    signal,
    onProgress: (progress) => {
      view.show(progress);
    },
  });
  const result = await orStopped(asking, signal, services.log);
  if (!result) return { ratio, text: view.text, status: 'stopped', notes: [], hasKvMap: false };
  const asked = {
    kv: { ...settings.kv, ratio },
    engine: settings.load.engine ?? {},
    turnsLeftOut: leftOut,
    earlier: told.flatMap((before) => lastAnswer(before)?.result ?? []),
  };
  const isStopped = result.stop === 'cancelled';
  const loadMs = services.backend.takeLoadMs();
  return {
    ratio,
    text: result.answer,
    ...(result.reasoning === '' ? {} : { reasoning: result.reasoning }),
    status: isStopped ? 'stopped' : 'done',
    // What was stopped was stopped: there is nothing to judge.
    notes: isStopped ? [] : notesOn(result, model, asked),
    result: { ...statsOf(result, model, told, turn), ...(loadMs !== undefined && { loadMs }) },
    hasKvMap: await keepMap(services, work, told, result),
  };
}

/**
 * Waits for the backend, and after a stop for no longer than a user takes for at once: whatever it still has to end, it
 * ends by itself.
 * @returns undefined when it had not ended by then
 */
async function orStopped<T>(
  asking: Promise<T>,
  signal: AbortSignal,
  log: AnswerServices['log'],
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<undefined>((resolve) => {
    const wait = () => {
      timer = setTimeout(() => {
        asking.catch((error: unknown) => {
          log.warn('What was stopped ended with an error', String(error));
        });
        resolve(undefined);
      }, stopMs);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
  try {
    return await Promise.race([asking, stopped]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns whether there is a map now. An answer is an answer without one too. */
async function keepMap(
  services: AnswerServices,
  { conversation, turn, index }: AnswerWork,
  told: readonly Turn[],
  result: AskResult,
): Promise<boolean> {
  const { backend, conversations, log } = services;
  const pictures = picturesOf(told, turn, result.images);
  if (pictures.length === 0 || result.stop === 'cancelled') return false;
  try {
    const map = await backend.request('lookOnce/kvMap', undefined);
    if (!map) return false;
    if (map.images.length !== pictures.length) {
      log.warn(`The KV map has ${map.images.length} images where the conversation has ${pictures.length}`);
      return false;
    }
    const json = JSON.stringify({ map, pictures });
    if (json.length > maxMapCharacters) {
      log.warn(`The KV map takes ${json.length} characters and is not kept`);
      return false;
    }
    await conversations.saveMap(conversation, turn, index, json);
    return true;
  } catch (error) {
    log.warn('The KV map could not be kept', String(error));
    return false;
  }
}

/** The panel shows the label, which the backend says in English. */
function inUsersWords<Progress extends Parameters<RunningSnapshots['show']>[0]>(progress: Progress): Progress {
  return progress.phase === 'part' && progress.content ? { ...progress, label: partText(progress.content) } : progress;
}

/** Turns progress into snapshots of the running answer. */
class RunningSnapshots {
  private readonly started = Date.now();
  private firstToken: { readonly at: number; readonly tokens: number } | undefined;
  /** The answer so far. */
  text = '';
  private reasoning = '';

  constructor(private readonly work: AnswerWork) {}

  show(progress: AskProgress | { readonly phase: 'loading'; readonly fraction: number }): void {
    const now = Date.now();
    let tokensPerSecond = 0;
    if (progress.phase === 'reasoning') this.reasoning = progress.text;
    // The first word is shown before the cache is compressed, and the speed is that of the words after.
    if (progress.phase === 'compress') this.firstToken = undefined;
    if (progress.phase === 'answer') {
      this.text = progress.text;
      this.firstToken ??= { at: now, tokens: progress.tokens };
      const seconds = (now - this.firstToken.at) / 1000;
      if (seconds > 0) tokensPerSecond = (progress.tokens - this.firstToken.tokens) / seconds;
    }
    const { conversation, turn, index, onRunning } = this.work;
    onRunning({
      conversationId: conversation.id,
      turnId: turn.id,
      answerIndex: index,
      progress: inUsersWords(progress),
      text: this.text,
      reasoning: this.reasoning,
      elapsedMs: now - this.started,
      tokensPerSecond,
    });
  }
}
