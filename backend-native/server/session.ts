import path from 'node:path';
import type { AskParams, AskProgress, AskResult } from '../protocol/ask.js';
import { BackendError } from '../protocol/errors.js';
import type { KvMap } from '../protocol/kvMap.js';
import type { LoadParams, LoadProgress, LoadResult, ModelInfo } from '../protocol/model.js';
import { asBackendError } from './asBackendError.js';
import { readImages } from './ingest/images.js';
import { readDocument } from './ingest/text.js';
import { projectorsBeside, resolveModelFiles } from './models/modelFiles.js';
import type { NativeAddon, NativeEngine, NativeEvent } from './nativeAddon.js';
import { engineSettingsFrom, kvSettingsFrom, samplingSettingsFrom } from './settings.js';

type Log = Parameters<NativeAddon['createEngine']>[0];

/** The one engine with its model and conversation. Its methods must not overlap: they belong into the queue. */
export class Session {
  private engine: NativeEngine | undefined;
  private loaded: ModelInfo | undefined;

  /** @param addon is called when the addon is first needed, so that a missing one is an answer and not a crash */
  constructor(
    private readonly addon: () => NativeAddon,
    private readonly log: Log,
  ) {}

  get model(): ModelInfo | null {
    return this.loaded ?? null;
  }

  /** Stops what the engine does. Safe at any time. */
  cancel(): void {
    this.engine?.cancel();
  }

  async load(params: LoadParams, signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<LoadResult> {
    const settings = engineSettingsFrom(params.engine);
    const files = await resolveModelFiles(params);
    const start = performance.now();
    this.engine ??= this.addon().createEngine(this.log);
    // A failed load leaves the engine without a model, and so it must look from here.
    this.loaded = undefined;
    try {
      const info = await this.whileCancellable(signal, (engine) =>
        engine.load({ ...files, ...settings }, (fraction) => { onProgress({ fraction }); }),
      );
      const model = { ...files, ...info };
      this.loaded = model;
      return { status: 'loaded', model, ms: performance.now() - start };
    } catch (error) {
      if (signal.aborted) return { status: 'cancelled' };
      throw asBackendError(error);
    }
  }

  /** @param arrived when the request came in, by performance.now() */
  async ask(params: AskParams, signal: AbortSignal, arrived: number, onProgress: (progress: AskProgress) => void): Promise<AskResult> {
    const started = performance.now();
    const turn = await this.readTurn(params, signal, onProgress);
    if (signal.aborted) return cancelledBeforeStart(performance.now() - arrived);
    const handed = performance.now();
    const toProgress = progressOf();
    try {
      const answer = await this.whileCancellable(signal, (engine) => engine.ask(turn, (event) => { onProgress(toProgress(event)); }));
      const waited = handed - arrived;
      return {
        ...answer,
        reread: false,
        documents: [],
        ms: { ...answer.ms, queue: started - arrived, ingest: handed - started, firstToken: waited + answer.ms.firstToken },
      };
    } catch (error) {
      throw asBackendError(error);
    }
  }

  async reset(): Promise<void> {
    await this.engine?.reset();
  }

  /** What the image tokens of the conversation have become; null before the first answer. */
  async kvMap(): Promise<KvMap | null> {
    return await this.engine?.kvMap() ?? null;
  }

  async close(): Promise<void> {
    const engine = this.engine;
    this.engine = undefined;
    this.loaded = undefined;
    await engine?.close();
  }

  private async readTurn(params: AskParams, signal: AbortSignal, onProgress: (progress: AskProgress) => void) {
    const kv = kvSettingsFrom(params.kv);
    const sampling = samplingSettingsFrom(params.sampling);
    if (typeof params.question !== 'string' || params.question.trim() === '') {
      throw new BackendError('invalid_argument', 'The question is empty', 'Ask something.');
    }
    if (!this.loaded) throw new BackendError('model_not_loaded', 'No model is loaded');
    const sources = params.images ?? [];
    if (sources.length > 0 && !this.loaded.vision) throw withoutVision(this.loaded, sources.length);
    const documents = await Promise.all((params.documents ?? []).map(readDocument));
    if (sources.length > 0) onProgress({ phase: 'ingest', done: 0, total: sources.length });
    const images = await readImages(sources, signal, (done) => { onProgress({ phase: 'ingest', done, total: sources.length }); });
    return {
      continueConversation: params.continueConversation ?? false,
      ...(params.system === undefined ? {} : { system: params.system }),
      images,
      documents,
      question: params.question,
      kv,
      sampling,
    };
  }

  private async whileCancellable<T>(signal: AbortSignal, work: (engine: NativeEngine) => Promise<T>): Promise<T> {
    const engine = this.engine;
    if (!engine) throw new BackendError('model_not_loaded', 'No model is loaded');
    const cancel = () => { engine.cancel(); };
    signal.addEventListener('abort', cancel);
    try {
      return await work(engine);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}

/** Turns the engine's events into snapshots: the answer grows, every snapshot holds all of it. */
function progressOf(): (event: NativeEvent) => AskProgress {
  let text = '';
  let tokens = 0;
  return (event) => {
    if (event.type === 'token') {
      text += event.text;
      tokens += 1;
      return { phase: 'answer', tokens, text };
    }
    const { type, ...rest } = event;
    return { phase: type, ...rest } as AskProgress;
  };
}

function withoutVision(model: ModelInfo, images: number): BackendError {
  const what = images === 1 ? 'an image' : `${images} images`;
  if (model.mmprojPath !== undefined) {
    return new BackendError('projector_invalid', `${model.mmprojPath} reads no images`, 'Give a projector (mmproj) with a vision encoder.');
  }
  const message = `The question comes with ${what} and ${model.modelPath} was loaded without a projector`;
  const beside = projectorsBeside(model.modelPath).map((file) => path.basename(file));
  return beside.length === 0
    ? new BackendError('projector_missing', message)
    : new BackendError('projector_missing', message, `Give the projector that belongs to the model, with --mmproj; in its folder there is ${beside.join(', ')}.`);
}

/** The result of a turn that was cancelled before the engine saw it. */
export function cancelledBeforeStart(waitedMs: number): AskResult {
  return {
    answer: '',
    tokens: 0,
    stop: 'cancelled',
    prompt: { tokens: 0, textTokens: 0, imageTokens: 0, images: 0 },
    kv: {
      cellsBefore: 0, cellsAfter: 0, bytesBefore: 0, bytesAfter: 0, residentBefore: 0, residentAfter: 0,
      ratio: 1, method: 'full', merge: 'none', mergeWhat: 'values', compressed: false, note: 'cancelled before the start',
    },
    ms: { queue: waitedMs, ingest: 0, encode: 0, prefill: 0, compress: 0, firstToken: 0, decode: 0 },
    reread: false,
    images: [],
    documents: [],
  };
}
