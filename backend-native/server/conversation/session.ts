import type { AskParams, AskProgress, AskResult, HistoryTurn } from '../../protocol/ask.js';
import { asBackendError, BackendError } from '../../protocol/errors.js';
import type { KvMap } from '../../protocol/kvMap.js';
import type {
  CacheInfo,
  CacheSettings,
  EngineSettings,
  LoadParams,
  LoadProgress,
  LoadResult,
  ModelInfo,
} from '../../protocol/model.js';
import type { ReadAheadParams, ReadAheadResult } from '../../protocol/readAhead.js';
import type { SweepParams, SweepProgress, SweepResult } from '../../protocol/sweep.js';
import { cacheInfo } from '../cache/cacheFolder.js';
import type { DocumentCache } from '../cache/documentCache.js';
import { nativeCacheFor } from '../cache/nativeCache.js';
import { HeldConversation, conversationFrom } from './conversation.js';
import type { Held } from './held.js';
import { IdleRelease } from './idleRelease.js';
import { withLines } from '../attachments/matchingLines.js';
import { loadSharp } from '../attachments/pictures/sharp.js';
import type { TextLayerReader } from '../attachments/pictures/textLayer/readTextLayer.js';
import type { TokenCounter } from '../attachments/tokenCounter.js';
import { modelCounter } from './modelCounter.js';
import { canGoOn } from './reasoning.js';
import { kvMapOf, reportsOf } from './slicedImages.js';
import { advisedSamplingOf, advisedSamplingUsed } from '../models/advisedSampling.js';
import { embeddedModel } from '../models/embeddedModel.js';
import { freeMemory } from '../models/freeMemory.js';
import { gpuLayersFor } from '../models/gpuLayers.js';
import { resolveModelFiles } from '../models/modelFiles.js';
import type { ModelFiles } from '../models/modelPaths.js';
import type { NativeAddon, NativeEngine } from '../transport/nativeAddon.js';
import { withNativePaths } from '../transport/nativePaths.js';
import { checkRpcServers } from '../models/rpcServers.js';
import { engineSettingsFrom } from './settings.js';
import { withId } from './tools.js';
import { checkTurn, readTurn, type ReadTurn, type TurnPlan } from './turnReader.js';
import { layersOf, whereOf } from './where.js';
import { cancelledSweep, sweepFrom, sweepProgressOf } from './sweep.js';
import { cancelledBeforeStart, progressOf, withNextStep, withPage } from './turnResult.js';

/** Stands where the question will: what comes before it is read the same whatever it is. */
const anyQuestion = '?';

type Log = Parameters<NativeAddon['createEngine']>[0];

/** The one engine with its model and conversation. Its methods must not overlap: they belong into the queue. */
export class Session {
  private engine: NativeEngine | undefined;
  private loaded: ModelInfo | undefined;
  /** That the context of the model holds that was loaded last. */
  contextTokens = 0;
  /** Whether the model is the one that comes with the package, and not its tiny stand-in. */
  private embedded = false;
  private held: Held | undefined;
  /** Counts with the loaded model, beside whatever runs; null while there is none. */
  counter: TokenCounter | null = null;
  /** That the loaded model uses. */
  private cacheSettings: CacheSettings | undefined;
  private holdMinutes = 0;
  private readonly idleRelease = new IdleRelease(() => this.engine?.release());

  /** @param addon is called when the addon is first needed, so that a missing one is an answer and not a crash */
  constructor(
    private readonly addon: () => NativeAddon,
    private readonly log: Log,
    private readonly textLayers: TextLayerReader,
    private readonly documents?: DocumentCache,
  ) {}

  get model(): ModelInfo | null {
    return this.loaded ?? null;
  }

  /** Where the loaded model keeps what was looked at; undefined when it keeps nothing. */
  get cacheFolder(): CacheSettings | undefined {
    return this.cacheSettings;
  }

  /** The cache on disk of the loaded model, as it is now; null when there is none. */
  async cache(): Promise<CacheInfo | null> {
    return this.cacheSettings ? cacheInfo(this.cacheSettings) : null;
  }

  /** Stops what the engine does. Safe at any time. */
  cancel(): void {
    this.engine?.cancel();
  }

  async load(
    params: LoadParams,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadResult> {
    const settings = engineSettingsFrom(params.engine);
    const files = await resolveModelFiles(params);
    const start = performance.now();
    this.engine ??= this.addon().createEngine(this.log);
    // A failed load leaves the engine without a model, and so it must look from here.
    this.loaded = undefined;
    this.counter = null;
    this.held = undefined;
    this.cacheSettings = undefined;
    try {
      if (settings.rpcServers.length > 0) {
        // A server has one client at a time, which may be the model that was loaded.
        await this.engine.close();
        await checkRpcServers(settings.rpcServers, signal);
      }
      const { cache: cacheSettings, holdMinutes, ...given } = settings;
      this.holdMinutes = holdMinutes;
      const gpuLayers = await this.gpuLayers(this.engine, files, settings);
      const engineSettings = { ...given, gpuLayers, holdsWholeCache: holdMinutes > 0 };
      const cache = await nativeCacheFor(cacheSettings, files, this.addon().buildInfo().llamaCpp, (message) => {
        this.log('warn', message);
      });
      const options = { adapterPaths: [], ...files, ...engineSettings, ...(cache ? { cache } : {}) };
      const loading = this.whileCancellable(signal, (engine) =>
        engine.load(withNativePaths(options, process.platform), (fraction) => {
          onProgress({ fraction });
        }),
      );
      // While the engine's thread loads: what is missing of sharp is said when a picture is read.
      const sampling = advisedSamplingOf(files.modelPath);
      void loadSharp().catch(() => undefined);
      const info = await loading;
      const missing = params.modelPath === undefined ? embeddedModel().missing : [];
      const model = { ...files, ...info, sampling, ...(missing.length > 0 ? { standIn: { missing } } : {}) };
      this.loaded = model;
      this.counter = modelCounter(this.engine, model);
      this.cacheSettings = cache ? cacheSettings : undefined;
      this.contextTokens = settings.contextSize || info.contextTrain;
      this.embedded = params.modelPath === undefined && missing.length === 0;
      this.idleRelease.restart(holdMinutes); // what was read last may be in memory again
      return { status: 'loaded', model, ms: performance.now() - start };
    } catch (error) {
      if (signal.aborted) return { status: 'cancelled' };
      throw asBackendError(error);
    }
  }

  /** As they were set, or as many as fit where they do not all fit. */
  private async gpuLayers(engine: NativeEngine, files: ModelFiles, settings: EngineSettings): Promise<number> {
    const hasGpu = freeMemory(this.addon().listDevices()).systemFreeBytes !== undefined;
    // What the model before holds is free for this one.
    if (hasGpu) await engine.close();
    const layers = gpuLayersFor(files, settings, freeMemory(this.addon().listDevices()));
    if (layers !== settings.gpuLayers)
      this.log('info', `The GPU has room for ${layers} layers of ${files.modelPath}; the others run on the CPU`);
    return layers;
  }

  /** @param arrived when the request came in, by performance.now() */
  async ask(
    params: AskParams,
    signal: AbortSignal,
    arrived: number,
    onProgress: (progress: AskProgress) => void,
  ): Promise<AskResult> {
    const started = performance.now();
    const plan = this.planTurn(params);
    const read = await this.readTurn(params, plan, signal, onProgress);
    const { turn, reports, pages, texts, notes, slices, pastTexts, pastSlices, lines, matching, looks, partly } = read;
    if (signal.aborted) return cancelledBeforeStart(performance.now() - arrived);
    const handed = performance.now();
    const toProgress = progressOf(slices.reduce((sum, layout) => sum + (layout?.pieces.length ?? 0), 0));
    const pastImages = turn.history.reduce((sum, { images }) => sum + images.length, 0);
    const imagesRead = new Set<number>();
    try {
      this.idleRelease.stop();
      const { inConversation, contextTokens, images, ...answer } = await this.whileCancellable(signal, (engine) =>
        engine.ask(turn, (event) => {
          // Images of the history come first, and none that was restored.
          if (event.type === 'image') imagesRead.add(event.index);
          onProgress(toProgress(event));
        }),
      );
      const layers = [...(plan.continues ? (this.held?.layers ?? []) : pastTexts.map(layersOf)), layersOf(texts)];
      const goesOn = inConversation && canGoOn(answer, this.loaded);
      if (inConversation && !goesOn) this.held = undefined;
      else {
        const kept = {
          answer: answer.answer,
          contextTokens,
          layers,
          slices: [...pastSlices, ...slices],
          lines,
          partly,
        };
        this.remember(params, plan, goesOn ? kept : undefined);
      }
      const waited = handed - arrived;
      const advisedSampling = advisedSamplingUsed(this.loaded?.sampling ?? {}, params.sampling);
      return {
        ...answer,
        ...(answer.toolCalls ? { toolCalls: answer.toolCalls.map(withId) } : {}),
        reread:
          plan.history.length > 0 &&
          ([...imagesRead].some((index) => index < pastImages) || answer.prompt.restoredTokens === 0),
        images: reportsOf(images, slices).map((image, index) =>
          withPage(image, pages[index], texts[index], notes[index]),
        ),
        documents: reports,
        matching: [...new Set(matching)],
        ...(looks.length > 0 ? { looks } : {}),
        ...whereOf(answer.answer, params.question, layers),
        ...(advisedSampling ? { advisedSampling } : {}),
        ms: {
          ...answer.ms,
          queue: started - arrived,
          ingest: handed - started,
          firstToken: waited + answer.ms.firstToken,
        },
      };
    } catch (error) {
      const failure = asBackendError(error);
      // Found before anything was read, so that a cache that was to be continued is as it was.
      if (!plan.continues || failure.code !== 'context_overflow') this.held = undefined;
      throw withNextStep(failure);
    } finally {
      this.idleRelease.restart(this.holdMinutes);
    }
  }

  /** Reads attachments onto the disk, beside the conversation. */
  async readAhead(params: ReadAheadParams, signal: AbortSignal): Promise<ReadAheadResult> {
    const none = { tokens: 0, knownTokens: 0, readTokens: 0, ms: 0 };
    if (!this.loaded) return { end: 'busy', ...none };
    if (!this.cacheSettings) return { end: 'nowhere', ...none };
    const fresh = { continues: false, history: [] };
    const asked = { ...params, question: anyQuestion };
    const { turn, reports } = await this.readTurn(asked, fresh, signal, () => undefined);
    if (signal.aborted) return { end: 'cancelled', ...none };
    if (reports.some(({ complete }) => !complete)) return { end: 'byQuestion', ...none };
    const start = performance.now();
    try {
      const read = await this.whileCancellable(signal, (engine) => engine.readAhead(turn, () => undefined));
      return { ...read, ms: performance.now() - start };
    } catch (error) {
      throw asBackendError(error);
    }
  }

  /**
   * Reads a prompt once and answers it under many settings, in caches beside that of the conversation, which stays.
   * @param arrived when the request came in, by performance.now()
   */
  async sweep(
    params: SweepParams,
    signal: AbortSignal,
    arrived: number,
    onProgress: (progress: SweepProgress) => void,
  ): Promise<SweepResult> {
    const started = performance.now();
    const { first, variants, followUps } = sweepFrom(params);
    const fresh = { continues: false, history: [] };
    const read = await this.readTurn(first, fresh, signal, (progress) => {
      onProgress(progress as SweepProgress);
    });
    const { turn, reports, pages, texts, notes, slices, lines } = read;
    if (signal.aborted) return cancelledSweep(performance.now() - arrived);
    const handed = performance.now();
    try {
      const { images, ms, ...result } = await this.whileCancellable(signal, async (engine) => {
        if (!engine.sweep) throw new BackendError('native_incompatible', { kind: 'noSweeps' });
        const asked = followUps.map((question, i) =>
          this.embedded
            ? withLines(question, lines.matching(question, [first.question, ...followUps.slice(0, i)]))
            : question,
        );
        return engine.sweep({ turn, variants, followUps: asked }, (event) => {
          onProgress(sweepProgressOf(event));
        });
      });
      return {
        ...result,
        images: reportsOf(images, slices).map((image, index) =>
          withPage(image, pages[index], texts[index], notes[index]),
        ),
        documents: reports,
        ms: {
          ...ms,
          queue: started - arrived,
          ingest: handed - started,
          answers: performance.now() - handed - ms.restore - ms.encode - ms.prefill,
        },
      };
    } catch (error) {
      throw withNextStep(asBackendError(error));
    }
  }

  async reset(): Promise<void> {
    this.held = undefined;
    await this.engine?.reset();
  }

  /** Gives up what is held in memory for the next question; the conversation stays. */
  readonly release = async (): Promise<void> => this.engine?.release();

  /** What the image tokens of the conversation have become; null before the first answer. */
  async kvMap(): Promise<KvMap | null> {
    const map = await this.engine?.kvMap();
    return map ? kvMapOf(map, this.held?.slices ?? []) : null;
  }

  async close(): Promise<void> {
    this.idleRelease.stop();
    const engine = this.engine;
    this.engine = undefined;
    this.loaded = undefined;
    this.counter = null;
    this.held = undefined;
    this.cacheSettings = undefined;
    await engine?.close();
  }

  /** Whether a turn goes on from the cache, and if not, what has to be read before it. */
  private planTurn(params: AskParams): TurnPlan {
    const conversation = conversationFrom(params);
    if (!conversation) return { continues: false, history: [] };
    const continues =
      params.tools === undefined &&
      conversation.history.length > 0 &&
      (this.held?.turns.holds(conversation, params.system) ?? false);
    return { continues, history: continues ? [] : conversation.history };
  }

  private async readTurn(
    params: AskParams,
    plan: TurnPlan,
    signal: AbortSignal,
    onProgress: (progress: AskProgress) => void,
  ): Promise<ReadTurn> {
    const { loaded, counter, engine, contextTokens, embedded, textLayers, documents } = this;
    checkTurn(params);
    if (!loaded || !counter || !engine) throw new BackendError('model_not_loaded', { kind: 'noModelLoaded' });
    return readTurn(params, plan, {
      model: loaded,
      contextTokens,
      embedded,
      counter,
      readSize: (width, height) => engine.measureImage(width, height),
      textLayers,
      ...(documents ? { documentCache: documents } : {}),
      keepsImages: this.cacheSettings !== undefined || this.holdMinutes > 0,
      held: plan.continues ? this.held : undefined,
      signal,
      onProgress,
    });
  }

  /** @param kept what of the turn became part of the conversation, if it did */
  private remember(
    params: AskParams,
    plan: TurnPlan,
    kept: ({ answer: string } & Omit<Held, 'turns'>) | undefined,
  ): void {
    if (!kept) {
      // A turn that was to begin a conversation has left none.
      if (!plan.continues) this.held = undefined;
      return;
    }
    const { question, images = [], documents = [] } = params;
    const past: HistoryTurn = { question, answer: kept.answer, images, documents };
    const held = plan.continues ? this.held : undefined;
    const turns = held?.turns ?? new HeldConversation(params.conversation?.id, params.system, plan.history);
    turns.add(past);
    const { contextTokens, layers, lines, partly } = kept;
    this.held = { turns, contextTokens, slices: [...(held?.slices ?? []), ...kept.slices], layers, lines, partly };
  }

  private async whileCancellable<T>(signal: AbortSignal, work: (engine: NativeEngine) => Promise<T>): Promise<T> {
    const engine = this.engine;
    if (!engine) throw new BackendError('model_not_loaded', { kind: 'noModelLoaded' });
    const cancel = () => {
      engine.cancel();
    };
    signal.addEventListener('abort', cancel);
    try {
      return await work(engine);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}
