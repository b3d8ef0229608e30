/** Models of the Hugging Face hub. Nothing here is asked of the network unless the user asked for it. */
import type { MemoryEstimate, MemoryUse } from './memory.js';

/** What every request to the hub may bring along. */
export interface HubAccessParams {
  /** For gated and private repositories; that of the environment (HF_TOKEN) when it is left out. */
  readonly token?: string;
}

export interface HubSearchParams extends HubAccessParams {
  /** A part of a repository's name. */
  readonly query: string;
}

export interface HubSearchResult {
  /** The most downloaded first. */
  readonly repositories: readonly HubRepository[];
}

export interface HubRepository {
  /** Such as "ggml-org/SmolVLM-256M-Instruct-GGUF". */
  readonly name: string;
  readonly downloads: number;
  readonly likes: number;
  /** Whether its terms have to be accepted on the hub first. */
  readonly gated: boolean;
  /** Whether the hub lists it among the models that read images; some that do are not listed. */
  readonly readsImages: boolean;
}

export interface HubModelParams extends HubAccessParams {
  /** "owner/name", or "owner/name:quantisation". */
  readonly repository: string;
  /** Which come first where the repository has them, the best first, unless its name says one. */
  readonly quantisations?: readonly string[];
  /** Adds estimates of what each variant takes; for that the head of one file is read. */
  readonly memory?: MemoryUse;
}

export interface HubModelResult {
  readonly repository: string;
  /** The commit whose files are listed. */
  readonly revision: string;
  /** As the repository says, such as "apache-2.0"; empty when it does not. */
  readonly licence: string;
  readonly gated: boolean;
  /** The one to take first: the quantisation that was asked for, or one of the middle. */
  readonly variants: readonly HubVariant[];
}

/** A text model in one quantisation, with the projector that goes with it. */
export interface HubVariant {
  /** Such as "Q4_K_M", as the file's name says; the file's name when it does not say. */
  readonly quantisation: string;
  /** The text model, in as many files as it is split into; the projector, if there is one, last. */
  readonly files: readonly HubFile[];
  readonly readsImages: boolean;
  readonly totalBytes: number;
  /** Of that what is on this machine already. */
  readonly bytesHere: number;
  readonly memory?: MemoryEstimate;
}

export interface HubFile {
  /** In the repository. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface DownloadParams extends HubAccessParams {
  /** "owner/name", or "owner/name:quantisation". */
  readonly repository: string;
  /** Empty for the usual one. */
  readonly quantisation: string;
  /** The commit, as HubModelResult gave it; the newest when it is left out. */
  readonly revision?: string;
  /** Asks nothing of the network: gives what was fetched before, or `absent`. */
  readonly onlyHere?: boolean;
  readonly partialResultToken?: number | string;
}

export type DownloadProgress =
  | { readonly phase: 'listing' }
  /** Another process fetches the same file; its bytes are counted. */
  | ({ readonly phase: 'shared' } & DownloadCount)
  | ({ readonly phase: 'fetching'; readonly bytesPerSecond: number } & DownloadCount)
  /** The hub asks for patience, or does not answer: when it is asked again. */
  | ({ readonly phase: 'waiting'; readonly seconds: number } & DownloadCount)
  | ({ readonly phase: 'verifying' } & DownloadCount);

export interface DownloadCount {
  readonly file: string;
  /** Of all files together. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type DownloadResult =
  | {
      readonly status: 'downloaded';
      readonly modelPath: string;
      readonly mmprojPath: string | null;
      /** That came over the network now; the rest was here. */
      readonly fetchedBytes: number;
      readonly totalBytes: number;
    }
  /** It was not fetched before, and was not to be. */
  | { readonly status: 'absent' }
  /** What was fetched stays, for the next time. */
  | { readonly status: 'cancelled'; readonly keptBytes: number };

export type DeleteModelParams =
  | {
      /** A file in the hub's cache. */
      readonly modelPath: string;
      readonly mmprojPath?: string | null;
    }
  | {
      /** "owner/name": what a download of it left that did not come to its end, and is not going on. */
      readonly partsOf: string;
    };

export interface DeleteModelResult {
  readonly freedBytes: number;
  readonly files: readonly string[];
}
