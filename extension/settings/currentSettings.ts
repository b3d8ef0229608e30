import type { DocumentLimits, DocumentReadAs, SamplingSettings } from '../../backend-native/protocol/ask.js';
import type { ImageTextSetting } from '../../backend-native/protocol/imageText.js';
import type { LargeImageSetting } from '../../backend-native/protocol/largeImages.js';
import type {
  KvMethod,
  KvRatio,
  KvSettings,
  KvType,
  MergeTargets,
  MethodParts,
  ReadingRule,
} from '../../backend-native/protocol/kv.js';
import type { AdvisedSampling, EngineSettings, LoadParams } from '../../backend-native/protocol/model.js';

/** `onMains`: not while the machine that the backend runs on draws on its battery. */
export type ReadAheadSetting = 'onMains' | 'always' | 'never';

/** The settings as the backend takes them, every value checked. */
export interface CurrentSettings {
  /** The parts that a method is made of only where the user set them: the others are the backend's. */
  readonly kv: Omit<KvSettings, keyof MethodParts> & Partial<Pick<MethodParts, 'merge' | 'textPrior' | 'recentShare'>>;
  /** What `lookOnce/load` gets. */
  readonly load: LoadParams;
  readonly modelFolders: readonly string[];
  /** Whether models may be fetched when the user asks for one. */
  readonly downloads: boolean;
  /** What is left open is as the model's file advises. */
  readonly sampling: Omit<SamplingSettings, keyof AdvisedSampling> & AdvisedSampling;
  /** Undefined for none. */
  readonly systemPrompt: string | undefined;
  readonly documents: DocumentLimits & { readonly readAs: DocumentReadAs };
  readonly imageText: ImageTextSetting;
  readonly largeImages: LargeImageSetting;
  /** Whether pictures without an alternative text are marked in Markdown and HTML. */
  readonly altTextDiagnostics: boolean;
  readonly unresponsiveSeconds: number;
  /** When attachments are read before they are asked about. */
  readonly readAhead: ReadAheadSetting;
  /** 0 for never. */
  readonly unloadAfterMinutes: number;
}

/** Gives the checked value of a setting by its whole name: of the type that package.json declares. */
export type ReadSetting = (name: string) => unknown;

/**
 * Every setting is read here and only here.
 * @param absolute makes a path of the user's, such as ~/models, absolute
 * @param cacheFolder where the backend may keep what it looked at
 */
export function settingsFrom(
  read: ReadSetting,
  absolute: (path: string) => string,
  cacheFolder: string,
): CurrentSettings {
  const number = (name: string) => read(`lookOnce.${name}`) as number;
  const string = (name: string) => read(`lookOnce.${name}`) as string;
  const seed = number('generation.seed');
  const systemPrompt = string('generation.systemPrompt').trim();
  const load = loadFrom(number, string, read('lookOnce.model.rpcServers') as readonly string[], absolute);
  return {
    kv: {
      method: string('kv.method') as KvMethod,
      ratio: (read('lookOnce.kv.ratio') ?? 'auto') as KvRatio,
      ...unlessAuto('recentShare', read('lookOnce.kv.recentShare') ?? 'auto'),
      ...unlessAuto('merge', read('lookOnce.kv.merge')),
      mergeWhat: string('kv.mergeWhat') as MergeTargets,
      ...unlessAuto('textPrior', read('lookOnce.kv.textPrior')),
      minPromptTokens: number('kv.minPromptTokens'),
      reading: string('kv.reading') as ReadingRule,
      seed,
    },
    load: { ...load, engine: { ...load.engine, ...cacheFrom(number('cache.maxGigabytes'), cacheFolder) } },
    downloads: read('lookOnce.model.downloads') as boolean,
    modelFolders: (read('lookOnce.model.folders') as readonly string[])
      .filter((folder) => folder.trim() !== '')
      .map(absolute),
    sampling: {
      maxTokens: number('generation.maxTokens'),
      ...unlessEmpty('temperature', read('lookOnce.generation.temperature')),
      ...unlessEmpty('topK', read('lookOnce.generation.topK')),
      ...unlessEmpty('topP', read('lookOnce.generation.topP')),
      ...unlessEmpty('minP', read('lookOnce.generation.minP')),
      seed,
      ignoreEnd: false,
      reasoning: string('generation.reasoning') === 'on',
      maxReasoningTokens: number('generation.maxReasoningTokens'),
      stop: (read('lookOnce.generation.stop') as readonly string[]).filter((text) => text !== ''),
      endLoops: read('lookOnce.generation.endLoops') as boolean,
    },
    systemPrompt: systemPrompt === '' ? undefined : systemPrompt,
    documents: {
      readAs: string('documents.readAs') as DocumentReadAs,
      maxTokens: number('documents.maxTokens'),
      maxImagePages: number('documents.maxImagePages'),
    },
    imageText: string('images.text') as ImageTextSetting,
    largeImages: string('images.large') as LargeImageSetting,
    altTextDiagnostics: read('lookOnce.images.altTextDiagnostics') as boolean,
    unresponsiveSeconds: number('backend.unresponsiveSeconds'),
    readAhead: string('cache.readAhead') as ReadAheadSetting,
    unloadAfterMinutes: number('model.unloadAfterMinutes'),
  };
}

/** A part that is left to the method is one that is not sent. */
function unlessAuto<K extends keyof MethodParts>(name: K, value: unknown): Partial<Pick<MethodParts, K>> {
  return value === 'auto' ? {} : ({ [name]: value } as Partial<Pick<MethodParts, K>>);
}

function unlessEmpty(name: keyof AdvisedSampling, value: unknown): AdvisedSampling {
  return value === null ? {} : { [name]: value };
}

function loadFrom(
  number: (name: string) => number,
  string: (name: string) => string,
  servers: readonly string[],
  absolute: (path: string) => string,
): LoadParams {
  const modelPath = string('model.path').trim();
  const mmprojPath = string('model.projectorPath').trim();
  const device = string('model.device').trim();
  return {
    ...(modelPath === '' ? {} : { modelPath: absolute(modelPath) }),
    // The embedded model has its own projector; the setting belongs to the setting of the model.
    ...(mmprojPath === '' || modelPath === '' ? {} : { mmprojPath: absolute(mmprojPath) }),
    engine: {
      ...(device === '' ? {} : { device }),
      rpcServers: servers.map((server) => server.trim()).filter((server) => server !== ''),
      gpuLayers: number('model.gpuLayers'),
      threads: number('model.threads'),
      contextSize: number('model.contextSize'),
      kvType: string('kv.type') as KvType,
      imageMinTokens: number('model.imageMinTokens'),
      imageMaxTokens: number('model.imageMaxTokens'),
      holdMinutes: number('cache.holdMinutes'),
    },
  };
}

/** 0 keeps nothing. */
function cacheFrom(gigabytes: number, folder: string): Pick<EngineSettings, 'cache'> {
  return gigabytes > 0 ? { cache: { folder, maxBytes: Math.max(1, Math.round(gigabytes * 2 ** 30)) } } : {};
}
