import * as vscode from 'vscode';
import type { BackendProcess, RequestOptions } from '../../backend-native/client/backendProcess.js';
import { asBackendError, type BackendError } from '../../backend-native/protocol/errors.js';
import type { Method, Requests } from '../../backend-native/protocol/methods.js';
import type { LoadParams, ModelInfo } from '../../backend-native/protocol/model.js';
import { CrashLimit } from '../../backend-native/protocol/processEnd.js';
import type { BackendView } from '../../webview/protocol/state.js';
import { aborted } from '../aborted.js';
import { errorView } from '../errors.js';
import type { CurrentSettings } from '../settings/currentSettings.js';
import { startProcess, type StartOptions } from './startProcess.js';

export interface BackendOptions {
  readonly serverFile: string;
  readonly log: vscode.LogOutputChannel;
  readonly settings: { readonly current: CurrentSettings };
  /** Starts a process; for tests another than the real one. */
  readonly start?: (options: StartOptions) => Promise<BackendProcess>;
}

/**
 * The backend process, there when it is needed: started with the first request, and after a crash with the next one.
 * The request that ran when it crashed fails with backend_crashed or backend_hung.
 */
export class Backend implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The view, or the loaded model, is another. */
  readonly onDidChange = this.changed.event;

  private process: Promise<BackendProcess> | undefined;
  private readonly crashes = new CrashLimit();
  private starting = false;
  private loadingFraction: number | undefined;
  private loadMs: number | undefined;
  private asking = 0;
  private failure: BackendError | undefined;
  private loading: { readonly params: LoadParams; readonly result: Promise<ModelInfo | undefined> } | undefined;
  private loaded: { readonly model: ModelInfo; readonly params: LoadParams } | undefined;

  constructor(private readonly options: BackendOptions) {}

  /** The loaded model; undefined while there is none. */
  get model(): ModelInfo | undefined {
    return this.loaded?.model;
  }

  /** Whether the next question loads a model first, because the settings want another or none is there. */
  get needsLoad(): boolean {
    return !this.holds(this.options.settings.current.load);
  }

  /** Whether just this model is loaded. */
  holds(params: LoadParams): boolean {
    return this.loaded !== undefined && isSameLoad(this.loaded.params, params);
  }

  get view(): BackendView {
    if (this.failure) return { status: 'crashed', error: errorView(this.failure) };
    if (this.starting) return { status: 'starting' };
    if (this.loadingFraction !== undefined) return { status: 'loading', fraction: this.loadingFraction };
    if (!this.process) return { status: 'stopped' };
    return { status: this.asking > 0 ? 'busy' : 'ready' };
  }

  /** @throws BackendError the server's, or why there is no server */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const process = await this.running();
    if (method !== 'lookOnce/ask') return process.request(method, params, options);
    this.asking += 1;
    this.changed.fire();
    try {
      return await process.request(method, params, options);
    } finally {
      this.asking -= 1;
      this.changed.fire();
    }
  }

  /**
   * Loads a model unless just that one is loaded, or waits for it while somebody else has it loaded.
   * @param params that of the settings when it is left out
   * @returns undefined when the signal was aborted
   * @throws BackendError when the model cannot be loaded
   */
  async ensureLoaded(
    signal?: AbortSignal,
    params: LoadParams = this.options.settings.current.load,
  ): Promise<ModelInfo | undefined> {
    // A process that crashed took its model along.
    await this.running();
    while (!signal?.aborted) {
      if (this.loaded && isSameLoad(this.loaded.params, params)) return this.loaded.model;
      if (!this.loading || !isSameLoad(this.loading.params, params)) break;
      // Whoever began it may cancel it, and then it is this one's turn.
      await Promise.race([this.loading.result, aborted(signal)]);
    }
    return signal?.aborted ? undefined : this.load(params, signal);
  }

  /** Loads a model, in place of the loaded one. @returns undefined when the signal was aborted */
  async load(params: LoadParams, signal?: AbortSignal): Promise<ModelInfo | undefined> {
    const loading = { params, result: this.loadNow(params, signal) };
    this.loading = loading;
    try {
      return await loading.result;
    } finally {
      if (this.loading === loading) this.loading = undefined;
    }
  }

  /** How long loading the model took, in milliseconds: for the first who asks, undefined for all others. */
  takeLoadMs(): number | undefined {
    const { loadMs } = this;
    this.loadMs = undefined;
    return loadMs;
  }

  /** Lets go of the loaded model; the next question loads it again. Nothing happens while something is asked. */
  async unload(): Promise<void> {
    if (!this.loaded || this.loading || this.asking > 0) return;
    // Before the process is told: whoever asks from now on loads it again, behind the unloading.
    this.loaded = undefined;
    this.changed.fire();
    await this.request('lookOnce/unload', undefined);
  }

  /** Starts the process anew, also after too many crashes. What runs fails. */
  async restart(): Promise<void> {
    await this.close();
    this.crashes.forget();
    this.failure = undefined;
    await this.running();
  }

  /** Ends the process; the next request starts another. */
  async close(): Promise<void> {
    const process = this.process;
    this.process = undefined;
    this.loaded = undefined;
    const started = await process?.catch(notStarted);
    await started?.close();
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async loadNow(params: LoadParams, signal: AbortSignal | undefined): Promise<ModelInfo | undefined> {
    const process = await this.running();
    this.loaded = undefined;
    this.showLoading(0);
    try {
      const result = await process.request('lookOnce/load', params, {
        signal,
        onProgress: ({ fraction }) => {
          this.showLoading(fraction);
        },
      });
      if (result.status === 'cancelled') return undefined;
      this.loaded = { model: result.model, params };
      this.loadMs = result.ms;
      return result.model;
    } finally {
      this.showLoading(undefined);
    }
  }

  private running(): Promise<BackendProcess> {
    this.process ??= this.start();
    return this.process;
  }

  private async start(): Promise<BackendProcess> {
    // The assignment in running comes first.
    await Promise.resolve();
    const refusal = this.crashes.refusal(Date.now());
    if (refusal) {
      this.process = undefined;
      this.failure = refusal;
      this.changed.fire();
      throw this.failure;
    }
    this.starting = true;
    this.failure = undefined;
    this.changed.fire();
    try {
      const { serverFile, log, settings } = this.options;
      const start = this.options.start ?? startProcess;
      const process = await start({ serverFile, log, unresponsiveSeconds: () => settings.current.unresponsiveSeconds });
      log.info(`The backend runs as process ${process.pid ?? '?'}`);
      void process.ended.then((error) => {
        this.end(process, error);
      });
      return process;
    } catch (error) {
      this.process = undefined;
      this.failure = asBackendError(error);
      if (this.failure.code === 'backend_crashed' || this.failure.code === 'backend_hung')
        this.crashes.record(Date.now());
      throw this.failure;
    } finally {
      this.starting = false;
      this.changed.fire();
    }
  }

  private end(process: BackendProcess, error: BackendError): void {
    if (process.isClosing) return;
    this.options.log.error(error.message);
    this.crashes.record(Date.now());
    this.process = undefined;
    this.loaded = undefined;
    this.failure = error;
    this.changed.fire();
  }

  private showLoading(fraction: number | undefined): void {
    this.loadingFraction = fraction;
    this.changed.fire();
  }
}

function isSameLoad(one: LoadParams, other: LoadParams): boolean {
  return (
    one.modelPath === other.modelPath &&
    one.mmprojPath === other.mmprojPath &&
    JSON.stringify(one.engine) === JSON.stringify(other.engine)
  );
}

/** Whoever asked for the process has been told why it did not start. */
function notStarted(): undefined {
  return undefined;
}
