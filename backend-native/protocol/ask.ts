import type { DocumentNote, DocumentUnit } from './documentNotes.js';
import type { DocumentFormat } from './formats.js';
import type { ImageTextReport, ImageTextSetting, NowhereReason, WhereLine } from './imageText.js';
import type { LargeImageSetting } from './largeImages.js';
import type { PictureNote } from './pictureNotes.js';
import type { KvSettings, ReadingRule } from './kv.js';
import type { AdvisedSampling } from './model.js';
import type { PartContent, PartReport } from './readAll.js';
import type { ToolCall, ToolOffer, ToolResult } from './tools.js';

/** An image by its path, or its encoded bytes (PNG, JPEG, …) from a clipboard or a drop. */
export type ImageSource = ({ readonly path: string } | { readonly name: string; readonly base64: string }) & {
  /** From 1, of an animation or a TIFF with several pages; the first when it is left out. */
  readonly frame?: number;
  /** Only this part of it is read. */
  readonly part?: PicturePart;
};

/** A rectangle on a picture, in pixels from the upper left corner of the upright picture. */
export interface PicturePart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A document by its path, its bytes (from a drop), or its text. What it is (see formats.ts) is worked out from its
 * bytes.
 */
export type DocumentSource =
  | ({ readonly path: string } & DocumentReading)
  | ({ readonly name: string; readonly base64: string } & DocumentReading)
  | { readonly name: string; readonly text: string };

/** How much of a document is read, and how. */
export interface DocumentReading {
  /** Pages such as "1-3,7", counted from 1; all of them when it is left out. Documents without pages take none. */
  readonly pages?: string;
  /** 'auto': the text of a page where it has some, otherwise the page as an image. */
  readonly readAs?: DocumentReadAs;
  /** Opens an encrypted PDF. It is used and forgotten: never saved, never logged. */
  readonly password?: string;
}

export const documentReadAs = ['auto', 'text', 'images'] as const;
export type DocumentReadAs = (typeof documentReadAs)[number];

export interface AskParams {
  /** May be empty where there are results of tools. */
  readonly question: string;
  /** To every call of the answer before. */
  readonly toolResults?: readonly ToolResult[];
  /**
   * What the model may call. The conversation is read again with every turn that offers tools, but for what of it is on
   * disk. Refused where the model's chat template takes none.
   */
  readonly tools?: ToolOffer;
  /**
   * The conversation that this turn belongs to; one of its own when it is left out. The backend goes on with its cache
   * when it holds exactly the turns of the history; otherwise it reads them again, and the result says so.
   */
  readonly conversation?: ConversationSource;
  readonly system?: string;
  readonly images?: readonly ImageSource[];
  readonly documents?: readonly DocumentSource[];
  readonly documentLimits?: Partial<DocumentLimits>;
  /**
   * Reads every part of the documents, asks about each, and puts the answers together: for questions about the whole of
   * what is longer than the context. Takes as many questions as there are parts, and some more; see readAllPlan.
   */
  readonly readAll?: boolean;
  /** 'auto' when it is left out. */
  readonly imageText?: ImageTextSetting;
  /** 'auto' when it is left out. */
  readonly largeImages?: LargeImageSetting;
  readonly kv?: Partial<KvSettings>;
  readonly sampling?: Partial<SamplingSettings>;
  readonly partialResultToken?: number | string;
}

/** How many of each kind one turn brings at most. */
export const turnLimits = { images: 64, documents: 256 } as const;

export interface DocumentLimits {
  /** Of all documents of a turn together; 0 for as many as fit into the context beside everything else. */
  readonly maxTokens: number;
  /** The most pages that are read as images, of all documents of a turn together. */
  readonly maxImagePages: number;
}

export const defaultDocumentLimits: DocumentLimits = { maxTokens: 0, maxImagePages: 16 };

export interface ConversationSource {
  /** Chosen by the client, the same for every turn of a conversation. */
  readonly id: string;
  /** Every turn before this one, oldest first; empty for a new conversation. */
  readonly history: readonly HistoryTurn[];
}

/** A turn as it was asked and answered. */
export interface HistoryTurn {
  readonly question: string;
  readonly answer: string;
  /** Come before the question. */
  readonly toolResults?: readonly ToolResult[];
  /** Of the answer. */
  readonly toolCalls?: readonly ToolCall[];
  readonly images?: readonly ImageSource[];
  readonly documents?: readonly DocumentSource[];
}

export interface SamplingSettings {
  readonly maxTokens: number;
  /** 0 always takes the likeliest token. */
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly seed: number;
  /** Never ends the answer before maxTokens: benchmarks need answers of one length. */
  readonly ignoreEnd: boolean;
  /** Whether a model that reasons before it answers may do so. */
  readonly reasoning: boolean;
  /** The reasoning is ended there; 0 for nowhere. They do not count for maxTokens. */
  readonly maxReasoningTokens: number;
  /** The answer ends before the first of these words, which are not part of it. */
  readonly stop: readonly string[];
  /** Ends an answer that goes in circles; not one that follows a schema, which would be broken by it. */
  readonly endLoops: boolean;
  /** A JSON Schema, as JSON, that the answer follows; none when it is left out. */
  readonly jsonSchema?: string;
}

export const defaultSamplingSettings: SamplingSettings = {
  maxTokens: 256,
  temperature: 0,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  seed: 0,
  ignoreEnd: false,
  reasoning: true,
  maxReasoningTokens: 1024,
  stop: [],
  endLoops: true,
};

/** How far a turn is. Every one is a snapshot: a client that misses some is right again with the next. */
export type AskProgress =
  | { readonly phase: 'queued'; /** Requests before this one. */ readonly ahead: number }
  | { readonly phase: 'ingest'; readonly done: number; readonly total: number }
  | {
      readonly phase: 'image';
      readonly index: number;
      readonly count: number;
      readonly name: string;
      /** Its size in the file; the result tells the size at which it was read. */
      readonly width: number;
      readonly height: number;
      readonly tokens: number;
    }
  | {
      readonly phase: 'document';
      readonly index: number;
      readonly count: number;
      readonly name: string;
      /** Pages. */ readonly done: number;
      readonly total: number;
    }
  /** Of what is read in parts; without a label and content while answers are put together. */
  | {
      readonly phase: 'part';
      readonly index: number;
      readonly count: number;
      readonly label: string;
      readonly content?: PartContent;
    }
  /** Text recognition in pictures. */
  | {
      readonly phase: 'imageText';
      readonly index: number;
      readonly count: number;
      readonly name: string;
      /** From 0 to 1. */ readonly done: number;
    }
  | {
      readonly phase: 'prefill';
      /** Tokens. */
      readonly done: number;
      readonly total: number;
      /** About how long the rest takes, at the speed so far; not there while that is not known, or soon over. */
      readonly secondsLeft?: number;
      /** In how many pieces large images of this turn are read; not there where each is read as a whole. */
      readonly pieces?: number;
    }
  | { readonly phase: 'compress'; /** Layers. */ readonly done: number; readonly total: number }
  | {
      readonly phase: 'reasoning';
      /** Tokens so far. */ readonly tokens: number;
      /** The whole reasoning so far. */ readonly text: string;
    }
  | {
      readonly phase: 'answer';
      /** Tokens so far. */ readonly tokens: number;
      /** The whole answer so far. */ readonly text: string;
    };

export type StopReason =
  /** The model ended its answer. */
  | 'end'
  /** maxTokens was reached. */
  | 'length'
  /** The request was cancelled; the answer holds what there was. */
  | 'cancelled'
  /** The context is full. */
  | 'context'
  /** The answer came to one of the words that end it. */
  | 'stop-string'
  /** The answer went in circles. */
  | 'repetition';

export interface AskResult {
  readonly answer: string;
  /** Of a turn that offered tools. */
  readonly toolCalls?: readonly ToolCall[];
  /**
   * Whether the model began a call that is none, or was ended in it. It is not among the calls; where there is no other
   * one, the answer has its words.
   */
  readonly toolCallBroken?: boolean;
  /** What the model wrote before the answer, for itself; empty for nothing. Later turns are not told of it. */
  readonly reasoning: string;
  /** Tokens of the answer. */
  readonly tokens: number;
  readonly reasoningTokens: number;
  /** Whether the reasoning was ended before the model ended it: it used up its tokens, or went in circles. */
  readonly reasoningCut: boolean;
  readonly stop: StopReason;
  readonly prompt: {
    readonly tokens: number;
    readonly textTokens: number;
    readonly imageTokens: number;
    /** Of these tokens, how many were not read now but restored from the cache on disk. */
    readonly restoredTokens: number;
    readonly images: number;
  };
  /**
   * Whether earlier turns of the conversation had to be read again. False when the cache still held them, and when the
   * cache on disk had all of their pictures: then at most their last words were read again, and the prompt tells how
   * much was restored.
   */
  readonly reread: boolean;
  readonly kv: KvReport;
  readonly ms: AskTimes;
  /** The images that this turn brought, page images of its documents included, in the order of the prompt. */
  readonly images: readonly ImageReport[];
  readonly documents: readonly DocumentReport[];
  /** Given the embedded model beside the question: lines that share its words, or what the pixels show of a look. */
  readonly matching: readonly string[];
  /** Of these, what the pixels show and no text says; left out when there is nothing of it. */
  readonly looks?: readonly string[];
  /** The lines of pictures that words of the answer come from, in reading order; those of earlier turns come first. */
  readonly where: readonly WhereLine[];
  /** Why there are none; left out when there are. */
  readonly whereNone?: NowhereReason;
  /** What each part answered, when all was read in parts. */
  readonly parts?: readonly PartReport[];
  /** What the model's own file advised for the choice of tokens and the question left open; left out for nothing. */
  readonly advisedSampling?: AdvisedSampling;
}

/** How much of a document the model was given. Nothing is left out without a word here. */
export interface DocumentReport {
  readonly name: string;
  readonly format: DocumentFormat;
  /** What its parts are called. */
  readonly unit: DocumentUnit;
  /** Parts of the file; null where it has none. */
  readonly pages: number | null;
  /** Pages that were read as text and as images, such as "1-3,7"; empty for none. */
  readonly pagesAsText: string;
  readonly pagesAsImages: string;
  /** Pictures inside the document that the model saw. */
  readonly picturesRead: number;
  /** Characters that the chosen pages hold, and how many of them were read. */
  readonly characters: number;
  readonly charactersRead: number;
  /** Tokens of the text; page images count as images. */
  readonly tokens: number;
  /** Whether all that was asked for was read. */
  readonly complete: boolean;
  /**
   * Set for a document that an earlier turn brought, of which this question needed other pages. Pages are those that
   * were read for it; characters are those of all questions. It comes after the documents of the turn itself.
   */
  readonly ofEarlierTurn?: true;
  /** What was left out and why, or anything else worth knowing. */
  readonly notes: readonly DocumentNote[];
  /** The same in English; empty when there is nothing. */
  readonly note: string;
}

/** What compression did, as it was in the end. */
export interface KvReport {
  readonly cellsBefore: number;
  readonly cellsAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /**
   * The most cells that were in use at once, and the most that the caches took at once as they were allocated; 0 bytes
   * where it is not known.
   */
  readonly cellsPeak: number;
  readonly bytesPeak: number;
  /** Of the full cache that stays in memory beside this one, for the next question about the same; 0 when none does. */
  readonly heldBytes: number;
  /** Memory of the process once the prompt was read, and once the cache was compressed; 0 where it is not known. */
  readonly residentBefore: number;
  readonly residentAfter: number;
  /** That was compressed to; 1 when the cache was left alone. */
  readonly ratio: number;
  readonly ratioChoice: RatioChoice;
  readonly method: string;
  readonly merge: string;
  readonly mergeWhat: string;
  readonly compressed: boolean;
  /** Whether it was compressed once all was read, or while it was read: what the setting 'auto' became. */
  readonly reading: Exclude<ReadingRule, 'auto'>;
  /**
   * Why the cache was left alone, or anything else worth knowing; left out for nothing, and by an addon that only has
   * words.
   */
  readonly reason?: KvReason;
  /** The same in English; empty when there is nothing. */
  readonly note: string;
}

/**
 * Left alone: a short prompt, a follow-up, within the budget already, a model whose cache cannot be packed. Done
 * otherwise: the rest.
 */
export const kvReasons = [
  'short-prompt',
  'follow-up',
  'within-budget',
  'no-compression',
  'window-whole',
  'partly-cpu',
] as const;
export type KvReason = (typeof kvReasons)[number];

/**
 * Who chose the ratio: the request, or 'auto' by the number of tokens, or less by the free memory, or not knowing that.
 */
export type RatioChoice = 'asked' | 'auto-by-length' | 'auto-by-memory' | 'auto-memory-unknown';

/** Milliseconds. */
export interface AskTimes {
  /** Waiting in the queue. */
  readonly queue: number;
  /** Reading and decoding the files. */
  readonly ingest: number;
  /** Reading back from the cache on disk. */
  readonly restore: number;
  /** The image encoder; 0 when it had seen every image before. */
  readonly encode: number;
  readonly prefill: number;
  readonly compress: number;
  /** From the arrival of the request to the first token of the answer: all of the above but the compression. */
  readonly firstToken: number;
  readonly decode: number;
  /** Of that, inside llama.cpp; the rest is choosing tokens, their text, and its way here. */
  readonly compute: number;
}

export interface ImageReport {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The size at which the model read it. */
  readonly readWidth: number;
  readonly readHeight: number;
  readonly tokens: number;
  /**
   * Whether it was not encoded now: what the encoder made of it, or all that was read of it, came from the cache on
   * disk.
   */
  readonly fromCache: boolean;
  /**
   * For what a document brought: which of the turn's documents, its page counted from 1 (0 where it has none), and
   * which picture in it.
   */
  readonly document?: { readonly index: number; readonly page: number; readonly picture?: number };
  /** What became of the words that are in it. */
  readonly text?: ImageTextReport;
  /** What else is worth knowing about it. */
  readonly notes?: readonly PictureNote[];
}
