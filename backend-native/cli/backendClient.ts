import { BackendError } from '../protocol/errors.js';
import type { Method, Requests } from '../protocol/methods.js';
import type { LoadParams } from '../protocol/model.js';
import { BackendProcess, type ProcessOptions, type RequestOptions } from './backendProcess.js';

/** So many crashes within so long, and it is not started again by itself. */
const maxCrashes = 5;
const crashWindowMs = 3 * 60_000;

/**
 * A backend that is there when it is needed: started with the first request, and after a crash with the next one,
 * with the model loaded again. The request that was running when it crashed fails with backend_crashed; the
 * conversation is lost with the process.
 */
export class BackendClient {
  private current: Promise<BackendProcess> | undefined;
  private loaded: LoadParams | undefined;
  private crashes: number[] = [];

  constructor(private readonly options: ProcessOptions = {}) {}

  async request<M extends Method>(method: M, params: Requests[M]['params'], options: RequestOptions<M> = {}): Promise<Requests[M]['result']> {
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
    this.crashes = this.crashes.filter((time) => time > Date.now() - crashWindowMs);
    if (this.crashes.length >= maxCrashes) {
      throw new BackendError('backend_crashed', `The backend crashed ${maxCrashes} times within ${crashWindowMs / 60_000} minutes`, 'Try another model or fewer images, then start again.');
    }
    try {
      const backend = await BackendProcess.start(this.options);
      void backend.ended.then(() => {
        this.crashes.push(Date.now());
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
