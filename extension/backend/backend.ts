import * as vscode from 'vscode';
import type { Method, Requests } from '../../backend-native/protocol/methods.js';
import type { ModelInfo } from '../../backend-native/protocol/model.js';
import type { BackendView } from '../../webview/protocol/state.js';

export interface RequestOptions<M extends Method> {
  /** Aborting gives a result that says so, never an error. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Requests[M]['progress']) => void) | undefined;
}

/** The backend process, there when it is needed: started with the first request, and after a crash with the next. */
export class Backend implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The view, or the loaded model, is another. */
  readonly onDidChange = this.changed.event;
  readonly view: BackendView = { status: 'stopped' };
  /** The loaded model; undefined while there is none. */
  readonly model: ModelInfo | undefined;

  /** @throws BackendError the server's, or why there is no server */
  request<M extends Method>(_method: M, _params: Requests[M]['params'], _options: RequestOptions<M> = {}): Promise<Requests[M]['result']> {
    return Promise.reject(new Error('soon'));
  }

  /**
   * Loads the model of the settings unless just that one is loaded.
   * @returns undefined when the signal was aborted
   */
  ensureLoaded(_signal?: AbortSignal): Promise<ModelInfo | undefined> {
    return Promise.reject(new Error('soon'));
  }

  dispose(): void {
    this.changed.dispose();
  }
}
