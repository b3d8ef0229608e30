/**
 * The requests that the backend serves, over JSON-RPC on Node IPC. The life cycle is that of the Language Server
 * Protocol, so that vscode-languageclient can drive it: `initialize`, `initialized`, `shutdown`, `exit`,
 * `$/cancelRequest` to cancel, `$/progress` for partial results and `window/logMessage` for the log.
 *
 * Cancelling a request, queued or running, gives a result that says so, never an error.
 * A failed request carries BackendErrorData in its error's data.
 */
import type { AskParams, AskProgress, AskResult } from './ask.js';
import type { CatalogueResult } from './catalogue.js';
import type { FindParams, FindProgress, FindResult } from './find.js';
import type {
  DeleteModelParams,
  DeleteModelResult,
  DownloadParams,
  DownloadProgress,
  DownloadResult,
  HubModelParams,
  HubModelResult,
  HubSearchParams,
  HubSearchResult,
} from './hub.js';
import type { InspectParams, InspectResult } from './inspect.js';
import type { KvMap } from './kvMap.js';
import type { InitializeParams, InitializeResult } from './lifecycle.js';
import type { BackendInfo, ClearCacheParams, ClearCacheResult, LoadParams, LoadProgress, LoadResult } from './model.js';
import type { ListModelsParams, ListModelsResult } from './models.js';
import type { ReadAheadParams, ReadAheadResult } from './readAhead.js';
import type { ReadAllPlan } from './readAll.js';
import type { InputReport, ShowInputParams } from './showInput.js';
import type { SweepParams, SweepProgress, SweepResult } from './sweep.js';

/** Raised when a message changes its meaning. Client and server have to agree on it. */
export const protocolVersion = 3;

export interface Requests {
  'initialize': { params: InitializeParams; result: InitializeResult; progress: never };
  'shutdown': { params: undefined; result: null; progress: never };
  /** What this backend is and which devices it sees. Answered at once, also while a generation runs. */
  'lookOnce/info': { params: undefined; result: BackendInfo; progress: never };
  /** Loads a model and lets go of the one before. */
  'lookOnce/load': { params: LoadParams; result: LoadResult; progress: LoadProgress };
  /** One turn of the conversation. */
  'lookOnce/ask': { params: AskParams; result: AskResult; progress: AskProgress };
  /**
   * Reads attachments before they are asked about, so that the question finds them in the cache on disk. Gives way to
   * every other request for the model.
   */
  'lookOnce/readAhead': { params: ReadAheadParams; result: ReadAheadResult; progress: never };
  /** What reading all in parts would take; null when it was cancelled. Reads files, and counts with the model. */
  'lookOnce/readAllPlan': { params: AskParams; result: ReadAllPlan | null; progress: never };
  /** One prompt under many KV settings, beside the conversation. */
  'lookOnce/sweep': { params: SweepParams; result: SweepResult; progress: SweepProgress };
  /** Lets go of the model and its conversation, and gives their memory back; the next load brings one. */
  'lookOnce/unload': { params: undefined; result: null; progress: never };
  /** Forgets the conversation; the model stays loaded. */
  'lookOnce/reset': { params: undefined; result: null; progress: never };
  /** What the image tokens of the conversation have become; null before the first answer. */
  'lookOnce/kvMap': { params: undefined; result: KvMap | null; progress: never };
  /** Looks at attachments. Reads files, not the model. */
  'lookOnce/inspect': { params: InspectParams; result: InspectResult; progress: never };
  /** What would be read of an attachment; null when it was cancelled. Reads files, not the model. */
  'lookOnce/showInput': { params: ShowInputParams; result: InputReport | null; progress: never };
  /**
   * Which pictures and pages have to do with some words; null when it was cancelled. Reads files, not the model.
   */
  'lookOnce/find': { params: FindParams; result: FindResult | null; progress: FindProgress };
  /** The models on this machine: the embedded one, those in the caches, those in the folders named. */
  'lookOnce/models': { params: ListModelsParams; result: ListModelsResult; progress: never };
  /**
   * The models of the hub that are offered by themselves, and which suits this machine. Asks nothing of the network.
   */
  'lookOnce/catalogue': { params: undefined; result: CatalogueResult; progress: never };
  /** Repositories of the hub by a part of their name. Asks the network. */
  'lookOnce/hubSearch': { params: HubSearchParams; result: HubSearchResult; progress: never };
  /** What a repository of the hub offers, and what it would take. Asks the network. */
  'lookOnce/hubModel': { params: HubModelParams; result: HubModelResult; progress: never };
  /** Fetches a model of the hub into the hub's cache, or goes on with it. Asks the network. Runs beside answers. */
  'lookOnce/download': { params: DownloadParams; result: DownloadResult; progress: DownloadProgress };
  /** Takes a model out of the hub's cache. */
  'lookOnce/deleteModel': { params: DeleteModelParams; result: DeleteModelResult; progress: never };
  /** Deletes what is kept on disk. The model and its conversation stay. */
  'lookOnce/clearCache': { params: ClearCacheParams; result: ClearCacheResult; progress: never };
}

export type Method = keyof Requests;
