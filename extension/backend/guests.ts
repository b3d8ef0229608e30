import fs from 'node:fs';
import type * as vscode from 'vscode';
import type { AskParams, AskResult } from '../../backend-native/protocol/ask.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { FindParams } from '../../backend-native/protocol/find.js';
import type { Method, Requests } from '../../backend-native/protocol/methods.js';
import type { LoadResult } from '../../backend-native/protocol/model.js';
import { aborted } from '../aborted.js';
import type { Asking } from '../asking/asking.js';
import type { CurrentSettings } from '../settings/currentSettings.js';
import type { Backend } from './backend.js';

export interface GuestServices {
  readonly backend: Pick<Backend, 'model' | 'view' | 'onDidChange' | 'ensureLoaded' | 'request'>;
  readonly asking: Pick<Asking, 'isAsking' | 'onDidProgress'>;
  readonly settings: { readonly current: Pick<CurrentSettings, 'load'> };
}

export interface GuestCall {
  readonly signal: AbortSignal;
  readonly progress: (value: unknown) => void;
}

type Given = Readonly<Record<string, unknown>>;

/** Requests of all guests together that wait for an answer. */
const mostPending = 64;

/**
 * What other programs of the user may ask of the backend of this window. Their questions wait for those of the window,
 * one at a time, and no model takes the place of the loaded one for them. What is in the values of their parameters is
 * checked where it is used, by the backend.
 */
export class Guests {
  private turn: Promise<unknown> = Promise.resolve();
  private pending = 0;

  constructor(private readonly services: GuestServices) {}

  /** @throws BackendError for what guests may not ask, and as the backend does */
  async answer(method: string, params: unknown, call: GuestCall): Promise<unknown> {
    if (this.pending >= mostPending) throw new BackendError('busy', { kind: 'queueFull', most: mostPending });
    const given = objectFrom(params);
    this.checkRuns();
    this.pending += 1;
    try {
      switch (method) {
        case 'lookOnce/load':
          return await this.inTurn(() => this.load(given, call.signal), call.signal);
        case 'lookOnce/ask':
          return await this.inTurn(() => this.ask(given, call), call.signal);
        case 'lookOnce/find':
          return await this.pass(method, { ...given, cache: this.cache } as unknown as FindParams, call);
        case 'lookOnce/showInput':
        case 'lookOnce/models':
          return await this.pass(method, given as unknown as Requests[typeof method]['params'], call);
        default:
          throw new BackendError('invalid_argument', {
            kind: 'expected',
            expected: 'a request that guests may make',
            received: method,
          });
      }
    } finally {
      this.pending -= 1;
    }
  }

  /** The window's, whatever a guest would keep where. */
  private get cache(): FindParams['cache'] {
    return this.services.settings.current.load.engine?.cache;
  }

  /** Whether the user waits for an answer, here or in the chat, or for a model. */
  private get userAsks(): boolean {
    const { asking, backend } = this.services;
    return asking.isAsking || backend.view.status !== 'ready';
  }

  /** One guest at a time, and none before the user. What is aborted waits no longer: the backend tells its end. */
  private inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.turn;
    const mine = (async () => {
      await Promise.race([before, aborted(signal)]);
      while (!signal.aborted && this.userAsks) await Promise.race([this.nextChange(), aborted(signal)]);
      this.checkRuns();
      return work();
    })();
    this.turn = Promise.allSettled([before, mine]);
    return mine;
  }

  /** A backend that has ended is started again by the user alone. @throws BackendError when it has */
  private checkRuns(): void {
    const { status } = this.services.backend.view;
    if (status === 'stopped' || status === 'crashed')
      throw new BackendError('backend_crashed', { kind: 'windowEnded' });
  }

  private nextChange(): Promise<void> {
    const { asking, backend } = this.services;
    return new Promise((resolve) => {
      const changed = () => {
        for (const subscription of subscriptions) subscription.dispose();
        resolve();
      };
      const subscriptions: vscode.Disposable[] = [backend.onDidChange(changed), asking.onDidProgress(changed)];
    });
  }

  /** @throws BackendError `model_not_loaded` for another model than the one that is loaded, or would be */
  private async load({ modelPath, mmprojPath }: Given, signal: AbortSignal): Promise<LoadResult> {
    const { backend, settings } = this.services;
    const began = performance.now();
    const held = backend.model ?? settings.current.load;
    const isHeld = (await isSameFile(modelPath, held.modelPath)) && (await isSameFile(mmprojPath, held.mmprojPath));
    if (!isHeld) throw new BackendError('model_not_loaded', { kind: 'otherModel' });
    const model = backend.model ?? (await backend.ensureLoaded(signal));
    return model ? { status: 'loaded', model, ms: performance.now() - began } : { status: 'cancelled' };
  }

  private async ask({ conversation, ...turn }: Given, call: GuestCall): Promise<AskResult> {
    const { backend } = this.services;
    // It was unloaded for want of questions.
    if (!backend.model && !call.signal.aborted) await backend.ensureLoaded(call.signal);
    const params = { ...turn, ...(conversation === undefined ? {} : { conversation: ofGuest(conversation) }) };
    return this.pass('lookOnce/ask', params as unknown as AskParams, call);
  }

  private pass<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    { signal, progress }: GuestCall,
  ): Promise<Requests[M]['result']> {
    return this.services.backend.request(method, params, { signal, onProgress: progress });
  }
}

/** Under a name that no conversation of the window has: theirs cannot be gone on with. */
function ofGuest(conversation: unknown): unknown {
  const { id } = objectFrom(conversation);
  return { ...objectFrom(conversation), id: typeof id === 'string' && id !== '' ? `guest:${id}` : id };
}

/** @param wanted what a guest names; nothing for whichever is there */
async function isSameFile(wanted: unknown, held: string | undefined): Promise<boolean> {
  if (wanted === undefined) return true;
  if (typeof wanted !== 'string')
    throw new BackendError('invalid_argument', { kind: 'expected', expected: 'the path of a model' });
  return held !== undefined && (await realPath(wanted)) === (await realPath(held));
}

async function realPath(file: string): Promise<string> {
  try {
    return await fs.promises.realpath(file);
  } catch {
    // The backend says what is wrong with it.
    return file;
  }
}

/** @throws BackendError for anything else */
function objectFrom(value: unknown): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BackendError('invalid_argument', { kind: 'expected', expected: 'an object' });
  return value as Given;
}
