import path from 'node:path';
import type { RequestOptions } from '../client/backendProcess.js';
import { offerFolder } from '../client/backendOffer.js';
import { asBackendError } from '../protocol/errors.js';
import type { Method, Requests } from '../protocol/methods.js';
import type { LoadParams } from '../protocol/model.js';
import { BackendClient, type Loaded } from './backendClient.js';
import { OfferedBackend } from './offeredBackend.js';
import type { ModelCommand } from './modelArguments.js';
import type { StartOptions } from './startBackend.js';

export interface SharingOptions extends StartOptions {
  /** Whether a backend that is not ours will do: false when it was said how ours is to be loaded. */
  readonly shares: boolean;
  /** Hears which backend is asked from now on, and why. */
  readonly say: (line: string) => void;
}

/** As the command line has it; what it has to say goes to stderr. */
export function sharingClientFor({ shares, verbose }: Pick<ModelCommand, 'shares' | 'verbose'>): SharingClient {
  const say = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  return new SharingClient({ shares, say, ...(verbose && { onLog: say }) });
}

/**
 * The backend of a VS Code window while one is there and has the right model, so that one model is in memory for all;
 * otherwise one of our own. Which of them answers is decided anew with every model that is asked for: what was asked of
 * one that ends fails, and the next question goes to another.
 */
export class SharingClient {
  private readonly own: BackendClient;
  private offered: OfferedBackend | undefined;
  private searching: Promise<OfferedBackend | undefined> | undefined;

  constructor(private readonly options: SharingOptions) {
    this.own = new BackendClient(options);
  }

  /** Of files alone, by whichever backend is there. @throws BackendError as the backend does */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const offered = await this.find();
    return (offered ?? this.own).request(method, params, options);
  }

  /**
   * Has a model loaded, and says where it is to be asked. @returns undefined when the signal was aborted
   * @throws BackendError when it cannot be loaded
   */
  async ensureLoaded(params: LoadParams, options: RequestOptions<'lookOnce/load'> = {}): Promise<Loaded | undefined> {
    const offered = await this.find();
    if (offered) {
      try {
        const result = await offered.request('lookOnce/load', namedWhole(params), options);
        if (result.status === 'cancelled') return undefined;
        if (this.own.isIdle) await this.own.close();
        return { model: result.model, backend: offered };
      } catch (error) {
        // The user has another model loaded, and keeps it.
        if (asBackendError(error).code !== 'model_not_loaded') throw error;
      }
    }
    return this.own.ensureLoaded(params, options);
  }

  async close(): Promise<void> {
    await this.searching;
    this.offered?.close();
    await this.own.close();
  }

  /** The window's that is asked already, else the newest. */
  private async find(): Promise<OfferedBackend | undefined> {
    const { shares, say } = this.options;
    if (!shares || this.offered?.isOpen) return this.offered;
    if (this.offered) say(`The VS Code window ${this.offered.pid} or its backend is gone`);
    this.offered = undefined;
    this.searching ??= this.search().finally(() => {
      this.searching = undefined;
    });
    return this.searching;
  }

  private async search(): Promise<OfferedBackend | undefined> {
    const { say } = this.options;
    this.offered = await OfferedBackend.find(offerFolder(), say);
    if (this.offered) say(`The backend of the VS Code window ${this.offered.pid} is shared`);
    return this.offered;
  }
}

/** The other process has another current folder. How it loads a model is not ours to say. */
function namedWhole({ modelPath, mmprojPath }: LoadParams): LoadParams {
  return {
    ...(modelPath === undefined ? {} : { modelPath: path.resolve(modelPath) }),
    ...(mmprojPath === undefined ? {} : { mmprojPath: path.resolve(mmprojPath) }),
  };
}
