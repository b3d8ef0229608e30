/**
 * The requests that the backend serves, over JSON-RPC on Node IPC. The life cycle is that of the Language Server
 * Protocol, so that vscode-languageclient can drive it: `initialize`, `initialized`, `shutdown`, `exit`,
 * `$/cancelRequest` to cancel, `$/progress` for partial results and `window/logMessage` for the log.
 *
 * Cancelling a request, queued or running, gives a result that says so, never an error.
 * A failed request carries BackendErrorData in its error's data.
 */
import type { AskParams, AskProgress, AskResult } from './ask.js';
import type { InitializeParams, InitializeResult } from './lifecycle.js';
import type { BackendInfo, LoadParams, LoadProgress, LoadResult } from './model.js';

/** Raised when a message changes its meaning. Client and server have to agree on it. */
export const protocolVersion = 1;

export interface Requests {
  initialize: { params: InitializeParams; result: InitializeResult; progress: never };
  shutdown: { params: undefined; result: null; progress: never };
  /** What this backend is and which devices it sees. Answered at once, also while a generation runs. */
  'lookOnce/info': { params: undefined; result: BackendInfo; progress: never };
  /** Loads a model and lets go of the one before. */
  'lookOnce/load': { params: LoadParams; result: LoadResult; progress: LoadProgress };
  /** One turn of the conversation. */
  'lookOnce/ask': { params: AskParams; result: AskResult; progress: AskProgress };
  /** Forgets the conversation; the model stays loaded. */
  'lookOnce/reset': { params: undefined; result: null; progress: never };
}

export type Method = keyof Requests;
