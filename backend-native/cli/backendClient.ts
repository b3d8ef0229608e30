import type { BackendProcess, RequestOptions } from '../client/backendProcess.js';
import type { Method, Requests } from '../protocol/methods.js';
import type { LoadParams } from '../protocol/model.js';
import { CrashLimit } from '../protocol/processEnd.js';
import { startBackend, type StartOptions } from './startBackend.js';

/**
 * A backend that is there when it is needed: started with the first request, and after a crash with the next one,
 * with the model loaded again. The request that was running when it crashed fails with backend_crashed; the
 * conversation is lost with the process.
 */
export class BackendClient {
  private current: Promise<BackendProcess> | undefined;
  private loaded: LoadParams | undefined;
  private readonly crashes = new CrashLimit();

  constructor(private readonly options: StartOptions = {}) {}

  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const backend = await this.running(method !== 'lookOnce/load');
    const result = await backend.request(method, params, options);
    if (method === 'lookOnce/load') this.loaded = params as LoadParams;
    return result;
  }

  async close(): Promise<void> {
    const backend = await this.current?.catch(() => undefined);
    this.current = undefined;
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
