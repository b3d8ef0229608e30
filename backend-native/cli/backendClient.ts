import type { BackendProcess, RequestOptions } from '../client/backendProcess.js';
import type { Method, Requests } from '../protocol/methods.js';
import type { LoadParams, ModelInfo } from '../protocol/model.js';
import { CrashLimit } from '../protocol/processEnd.js';
import { startBackend, type StartOptions } from './startBackend.js';

/** A model that answers, and where it is asked. */
export interface Loaded {
  readonly model: ModelInfo;
  readonly backend: Pick<BackendClient, 'request'>;
}

/**
 * A backend that is there when it is needed: started with the first request, and after a crash with the next one,
 * with the model loaded again. The request that was running when it crashed fails with backend_crashed; the
 * conversation is lost with the process.
 */
export class BackendClient {
  private current: Promise<BackendProcess> | undefined;
  private loaded: LoadParams | undefined;
  /** That ensureLoaded has loaded last, while nothing took its place. */
  private ensured: { readonly key: string; readonly model: ModelInfo } | undefined;
  private readonly crashes = new CrashLimit();
  private pending = 0;

  constructor(private readonly options: StartOptions = {}) {}

  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    this.pending += 1;
    try {
      const backend = await this.running(method !== 'lookOnce/load');
      const result = await backend.request(method, params, options);
      if (method === 'lookOnce/load') this.loaded = params as LoadParams;
      return result;
    } finally {
      this.pending -= 1;
    }
  }

  /** Whether nothing was asked that is not answered. */
  get isIdle(): boolean {
    return this.pending === 0;
  }

  /**
   * Loads a model unless just that one was loaded last. @returns undefined when the signal was aborted
   * @throws BackendError when it cannot be loaded: then none is taken to be loaded
   */
  async ensureLoaded(params: LoadParams, options: RequestOptions<'lookOnce/load'> = {}): Promise<Loaded | undefined> {
    const key = JSON.stringify(params);
    if (this.ensured?.key === key) return { model: this.ensured.model, backend: this };
    this.ensured = undefined;
    const result = await this.request('lookOnce/load', params, options);
    if (result.status === 'cancelled') return undefined;
    this.ensured = { key, model: result.model };
    return { model: result.model, backend: this };
  }

  async close(): Promise<void> {
    const backend = await this.current?.catch(() => undefined);
    this.current = undefined;
    this.ensured = undefined;
    await backend?.close();
  }

  private running(reload: boolean): Promise<BackendProcess> {
    this.current ??= this.start(reload);
    return this.current;
  }

  private async start(reload: boolean): Promise<BackendProcess> {
    const refusal = this.crashes.refusal(Date.now());
    if (refusal) throw refusal;
    try {
      const backend = await startBackend(this.options);
      void backend.ended.then(() => {
        this.crashes.record(Date.now());
        this.current = undefined;
      });
      if (reload && this.loaded) await backend.request('lookOnce/load', this.loaded);
      return backend;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }
}
