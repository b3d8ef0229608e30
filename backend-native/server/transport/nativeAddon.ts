/**
 * The typed face of the C++ addon. The C++ side checks every value again and rejects with an Error whose `code` is a
 * code of the protocol. Calls on one engine never overlap: the queue sees to that.
 */
import type {
  KvMethod,
  KvSettings,
  MergeRule,
  MergeTargets,
  MethodParts,
  SelectionSettings,
} from '../../protocol/kv.js';
import type { AskResult, ImageReport, KvReport, SamplingSettings, StopReason } from '../../protocol/ask.js';
import type { KvImageMap, KvMap } from '../../protocol/kvMap.js';
import type { CacheSettings, DeviceInfo, ModelInfo } from '../../protocol/model.js';
import type { ReadAheadResult } from '../../protocol/readAhead.js';
import type { SweepResult } from '../../protocol/sweep.js';
import type { ToolCall, ToolResult } from '../../protocol/tools.js';

/** Raised when this face changes; an addon of another version is refused. */
export const nativeAbiVersion = 12;

export interface NativeAddon {
  readonly abiVersion: number;
  buildInfo(): { llamaCpp: string; compiler: string; buildType: string };
  /**
   * Generations of processors whose builds run here, the best first, by ggml's names. A package that keeps no CPU code
   * in libraries of their own has an addon for each beside the one that runs everywhere.
   */
  processorLevels(): string[];
  listDevices(): DeviceInfo[];
  /** @param log receives llama.cpp's words on the main thread, some time after they were said */
  createEngine(log: (level: 'info' | 'warn' | 'error', text: string) => void): NativeEngine;
  /** The method's core on one layer, synchronously, without a model. */
  compressLayer(input: LayerInput): LayerOutput;
  strategies(): NativeStrategies;
  /** @param template Jinja; one that cannot be parsed takes none */
  templateTakesTools(template: string): boolean;
  /**
   * Writes a copy of a GGUF model with its weights in another type, off the main thread. A failure leaves part of the
   * target behind: write beside the place that counts, then rename.
   */
  quantize(options: { source: string; target: string; type: 'q4_0' }): Promise<void>;
}

/** The table of the method's rules, by their names. */
export interface NativeStrategies {
  /** The parts of each where a request leaves them out. */
  readonly methods: Readonly<Record<string, MethodParts>>;
  readonly merges: readonly string[];
  readonly querySets: readonly string[];
}

export interface NativeEngine {
  load(options: NativeLoadOptions, onProgress: (fraction: number) => void): Promise<NativeModelInfo>;
  ask(turn: NativeTurn, onEvent: (event: NativeEvent) => void): Promise<NativeAnswer>;
  /** Reads what comes before the question of a turn onto the disk, beside the conversation. */
  readAhead(turn: NativeTurn, onEvent: (event: NativeEvent) => void): Promise<NativeAhead>;
  /** Reads the prompt once and answers it under many settings, beside the conversation. Not in what is shipped. */
  sweep?(sweep: NativeSweep, onEvent: (event: NativeEvent) => void): Promise<NativeSweepResult>;
  /** Forgets the conversation. */
  reset(): Promise<void>;
  /** Gives the memory of the cache back that is held for the next question. Rejects while the engine is at work. */
  release(): Promise<void>;
  /** What the image tokens of the conversation have become; null before the first answer. */
  kvMap(): Promise<NativeKvMap | null>;
  /** Tokens of a text in the middle of a prompt. May be called beside any other call. */
  countTokens(text: string): Promise<number>;
  /** What the model would make of an image of this size; encodes nothing. May be called beside any other call. */
  measureImage(width: number, height: number): Promise<NativeImageMeasure>;
  /**
   * Stops what runs, in any phase; an ask that runs resolves with stop 'cancelled', a sweep with cancelled, reading
   * ahead with the end 'cancelled'. Does nothing when idle.
   */
  cancel(): void;
  /** Frees the model, if there is one; `load` gives another. */
  close(): Promise<void>;
}

export type NativeAhead = Omit<ReadAheadResult, 'ms'>;

export interface NativeLoadOptions {
  modelPath: string;
  mmprojPath?: string;
  /** LoRA adapters of the text model, each with a scale of 1. */
  adapterPaths: readonly string[];
  /** -1 for all. */
  gpuLayers: number;
  device?: string;
  /** host:port, each of which answers: ggml ends the process when it cannot connect. */
  rpcServers: readonly string[];
  /** 0 for as many as suit the machine. */
  threads: number;
  /** 0 for as large as a prompt needs, up to the model's own. */
  contextSize: number;
  kvType: 'f16' | 'q8_0' | 'q4_0';
  /** 0 for the model's own. */
  imageMinTokens: number;
  imageMaxTokens: number;
  /** Whether the full cache of what was read stays in memory for the next question, where there is room for it. */
  holdsWholeCache: boolean;
  /** Nothing is kept when it is left out. */
  cache?: CacheSettings & {
    /** Tell the files of the model and of the projector from any others; empty for no projector. */
    readonly modelId: string;
    readonly projectorId: string;
  };
}

export type NativeModelInfo = Omit<ModelInfo, 'modelPath' | 'mmprojPath' | 'adapterPaths'>;

/** What a turn brings along. */
export interface NativeContent {
  images: readonly NativeImage[];
  documents: readonly { name: string; text: string }[];
  question: string;
  /** Come before the question, which may then be empty. */
  toolResults?: readonly ToolResult[];
}

export interface NativeTools {
  list: readonly { name: string; description: string; /** A JSON Schema. */ parameters: string }[];
  required: boolean;
  parallel: boolean;
}

export interface NativeImage {
  name: string;
  width: number;
  height: number;
  /** width * height * 3 bytes, row by row. */
  rgb: Uint8Array;
  /** Of the sides and the pixels; empty: its encoding is not kept. */
  hash: string;
  /**
   * What is written in the image, which the model reads right after it; may be empty. Left out: the image stands alone.
   */
  text?: string;
  /** Which image of the conversation it is, from 1; left out: by its place. */
  number?: number;
  /** Of an image that is read in pieces: which this is, from 1, and how many there are. */
  part?: number;
  parts?: number;
}

export interface NativeTurn extends NativeContent {
  continueConversation: boolean;
  system?: string;
  /** Turns that the cache does not hold, read in one prompt with the question; empty when it continues. */
  history: readonly (NativeContent & { answer: string; toolCalls?: readonly ToolCall[] })[];
  /** A turn with tools does not continue, and leaves no conversation. */
  tools?: NativeTools;
  kv: KvSettings;
  sampling: SamplingSettings;
}

export type NativeEvent =
  /** Images of the history come first; none that was restored from the disk. */
  | { type: 'image'; index: number; count: number; name: string; width: number; height: number; tokens: number }
  | { type: 'prefill'; done: number; total: number }
  | { type: 'compress'; done: number; total: number }
  /** Of a sweep: settings. */
  | { type: 'answers'; done: number; total: number }
  /** What came since the last one: so many tokens, and whole characters. */
  | { type: 'text'; tokens: number; text: string }
  /** The same of what the model writes before its answer. */
  | { type: 'reasoning'; tokens: number; text: string };

export interface NativeAnswer {
  answer: string;
  reasoning: string;
  tokens: number;
  reasoningTokens: number;
  reasoningCut: boolean;
  /** Of a turn with tools; an empty id where the model gave it none. */
  toolCalls?: readonly ToolCall[];
  toolCallBroken?: boolean;
  stop: StopReason;
  /** False: cancelled so early that the conversation is as it was before the turn, or no conversation is left. */
  inConversation: boolean;
  /** How much of the context the conversation takes now. */
  contextTokens: number;
  prompt: AskResult['prompt'];
  kv: KvReport;
  /** firstToken: from the call of ask. */
  ms: {
    restore: number;
    encode: number;
    prefill: number;
    compress: number;
    firstToken: number;
    decode: number;
    compute: number;
  };
  /** Of this turn. */
  images: ImageReport[];
}

export interface NativeSweep {
  /** The first of a conversation; its kv is not read. */
  turn: NativeTurn;
  variants: readonly KvSettings[];
  followUps: readonly string[];
}

export interface NativeSweepResult extends Pick<SweepResult, 'cancelled' | 'prompt' | 'full' | 'variants'> {
  images: ImageReport[];
  ms: { restore: number; encode: number; prefill: number };
}

export interface NativeImageMeasure {
  /** With the marks around the image and between its tiles. */
  tokens: number;
  /** 0 where it is not known. */
  readWidth: number;
  readHeight: number;
}

export interface NativeKvMap extends Omit<KvMap, 'images'> {
  images: (Omit<KvImageMap, 'survival'> & { survival: Uint8Array })[];
}

/**
 * `queries` and `recent` are not read: scores are summed already, and a layer knows of no question. A `share` of
 * 'model' is one of 'layer', for there is no other layer.
 */
export interface LayerInput extends SelectionSettings {
  nTokens: number;
  nHeadKv: number;
  dHead: number;
  ratio: number;
  recentShare: number;
  textPrior: boolean;
  method: KvMethod;
  merge: MergeRule;
  mergeWhat: Exclude<MergeTargets, 'auto'>;
  /** 0 text, 1 image; [nTokens] */
  kinds: Uint8Array;
  /** [nTokens, nHeadKv, dHead] */
  keys: Float32Array;
  values: Float32Array;
  /** [nTokens, nHeadKv], eq 4 summed */
  scores: Float32Array;
  seed: number;
}

export interface LayerOutput {
  nKept: number;
  /** [nHeadKv, nKept] */
  kept: Int32Array;
  /** [nKept, nHeadKv, dHead] */
  keys: Float32Array;
  values: Float32Array;
}
