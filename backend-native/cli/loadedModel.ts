/** The one model in memory, for callers who may each ask for another. */
import { BackendError } from '../protocol/errors.js';
import type { LoadParams, LoadProgress } from '../protocol/model.js';
import type { BackendClient, Loaded } from './backendClient.js';
import { modelNamed } from './modelsOnDisk.js';

/** Callers that may wait behind the one that is served. */
const maxWaiting = 64;

export interface UseOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export class LoadedModel {
  /** Resolves when the caller before has been served. */
  private turn: Promise<void> = Promise.resolve();
  private waiting = 0;

  /** @param own is loaded for callers who ask for no other */
  constructor(
    private readonly client: Pick<BackendClient, 'request' | 'ensureLoaded'>,
    private readonly own: LoadParams,
  ) {}

  /**
   * One caller at a time, so that no other model takes the place of theirs while they ask it.
   * @param wanted the path of a model that is listed on this machine; undefined for the own
   * @returns what the work returns; undefined when it was cancelled before it began
   * @throws BackendError `busy` when too many wait, `file_not_found` for a model that is not listed, and what loading
   *   throws
   */
  async use<T>(
    wanted: string | undefined,
    { signal, onProgress }: UseOptions,
    work: (loaded: Loaded) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.waiting >= maxWaiting) throw new BackendError('busy', { kind: 'queueFull', most: maxWaiting });
    this.waiting += 1;
    const result = this.turn.then(async () => {
      this.waiting -= 1;
      if (signal.aborted) return undefined;
      const loaded = await this.load(wanted, { signal, ...(onProgress && { onProgress }) });
      return loaded && work(loaded);
    });
    this.turn = result.then(nothing, nothing);
    return result;
  }

  private async load(wanted: string | undefined, options: UseOptions): Promise<Loaded | undefined> {
    const { engine } = this.own;
    const params: LoadParams =
      wanted === undefined
        ? this.own
        : { ...(await modelNamed(wanted, this.client)), ...(engine === undefined ? {} : { engine }) };
    return this.client.ensureLoaded(params, options);
  }
}

function nothing(): void {
  return undefined;
}
