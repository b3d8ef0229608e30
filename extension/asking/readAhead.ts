/** Has the model read what is attached while the user types, so that the question finds it in the cache on disk. */
import type * as vscode from 'vscode';
import type { ReadAheadResult } from '../../backend-native/protocol/readAhead.js';
import type { Draft } from '../attachments/draft.js';
import type { Backend } from '../backend/backend.js';
import type { Conversations } from '../conversation/conversations.js';
import type { Settings } from '../settings/settings.js';
import type { Asking } from './asking.js';
import { attachedParams } from './turnParams.js';

export interface ReadAheadServices {
  readonly draft: Pick<Draft, 'attachments' | 'isReady' | 'onDidChange'>;
  readonly backend: Pick<Backend, 'model' | 'view' | 'onDidChange' | 'request'>;
  readonly conversations: Pick<Conversations, 'open' | 'onDidChange'>;
  readonly asking: Pick<Asking, 'running' | 'onDidProgress'>;
  readonly settings: Pick<Settings, 'current' | 'onDidChange'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
  /** Whether the machine runs on its battery. */
  readonly isOnBattery: () => Promise<boolean>;
}

/** Milliseconds without a change before reading begins: several files are often attached one after the other. */
const quietMs = 400;

/**
 * Reads ahead for the first question of a conversation: a later one goes on from a cache that only it knows.
 * @returns what ends it
 */
export function readAhead(services: ReadAheadServices): vscode.Disposable {
  const { draft, backend, conversations, asking, settings, log } = services;
  let timer: NodeJS.Timeout | undefined;
  let running: { readonly key: string; readonly abort: AbortController } | undefined;
  /** What was read last, so that it is not read again with every change of something else. */
  let done: string | undefined;

  const wanted = () => {
    const { current } = settings;
    const { model, view } = backend;
    const may = current.readAhead !== 'never' && current.load.engine?.cache !== undefined;
    const isFirst = conversations.open.turns.length === 0 && asking.running === null;
    if (!may || !isFirst || !model || view.status !== 'ready') return undefined;
    if (draft.attachments.length === 0 || !draft.isReady) return undefined;
    const params = attachedParams(draft.attachments, current);
    return { params, key: JSON.stringify([model.modelPath, params]) };
  };

  const begin = async () => {
    if (!wanted() || (settings.current.readAhead === 'onMains' && (await services.isOnBattery()))) return;
    // What is attached may have changed meanwhile.
    const next = wanted();
    if (!next || next.key === running?.key || next.key === done) return;
    const mine = { key: next.key, abort: new AbortController() };
    running = mine;
    try {
      const result = await backend.request('lookOnce/readAhead', next.params, { signal: mine.abort.signal });
      if (result.end !== 'busy' && result.end !== 'cancelled') done = next.key;
      log.info(told(result));
    } catch (error) {
      // The question will meet the same, and tell the user.
      done = next.key;
      log.warn('Attachments were not read ahead of the question', String(error));
    } finally {
      if (running === mine) running = undefined;
    }
  };

  const changed = () => {
    clearTimeout(timer);
    // What is read is no longer attached, or not as it was. While a question is asked the backend itself makes room.
    if (running && asking.running === null && wanted()?.key !== running.key) running.abort.abort();
    timer = setTimeout(() => void begin(), quietMs);
    timer.unref();
  };
  const subscriptions = [
    draft.onDidChange(changed),
    backend.onDidChange(changed),
    conversations.onDidChange(changed),
    settings.onDidChange(changed),
    asking.onDidProgress((progress) => {
      if (progress === null) changed();
    }),
  ];
  return {
    dispose: () => {
      clearTimeout(timer);
      running?.abort.abort();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function told({ end, tokens, knownTokens, readTokens, ms }: ReadAheadResult): string {
  return (
    `Reading ahead: ${end}; ${tokens} tokens come before the question, ${knownTokens} were known and ${readTokens} ` +
    `read in ${Math.round(ms)} ms`
  );
}
