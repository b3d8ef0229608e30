/** What the panel shows. The extension sends all of it at every change, so that a message lost changes nothing. */
import type { AskProgress, AskResult, DocumentReadAs, PicturePart } from '../../backend-native/protocol/ask.js';
import type { DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';

export interface PanelState {
  readonly backend: BackendView;
  readonly model: ModelView;
  /** The open conversation. */
  readonly conversation: ConversationView;
  /** The saved ones of this workspace, the last changed first. */
  readonly conversations: readonly ConversationSummary[];
  readonly draft: DraftView;
  readonly kv: KvView;
  /** Things to know that belong to no turn, such as a setting with a value out of range. */
  readonly notices: readonly NoticeView[];
  /** False in a workspace that is not trusted: settings of the workspace that name paths are ignored. */
  readonly trusted: boolean;
}

export interface BackendView {
  readonly status: 'stopped' | 'starting' | 'loading' | 'ready' | 'busy' | 'crashed';
  /** While loading, from 0 to 1. */
  readonly fraction?: number;
  /** Why it crashed or does not start. */
  readonly error?: BackendErrorData;
}

export interface ModelView {
  readonly name: string;
  readonly embedded: boolean;
  /** False once it is known that the model reads no images. */
  readonly vision: boolean;
  /** Where it runs, such as "CPU"; empty before it is loaded. */
  readonly device: string;
}

export interface ConversationView {
  readonly id: string;
  readonly title: string;
  readonly turns: readonly TurnView[];
}

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly turns: number;
  /** File names of what was attached, the first first. */
  readonly about: readonly string[];
}

export interface TurnView {
  readonly id: string;
  readonly question: string;
  readonly attachments: readonly AttachmentView[];
  /** One; two where KV ratios are compared, the full cache first. */
  readonly answers: readonly AnswerView[];
}

export interface AnswerView {
  /** The KV ratio that was asked for; the result has what auto became. */
  readonly ratio: KvRatio;
  /** Markdown, not trusted. */
  readonly text: string;
  /** What the model wrote for itself before the answer; Markdown, not trusted. Left out for nothing. */
  readonly reasoning?: string;
  readonly status: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
  /** Why it failed, with what had arrived in text. */
  readonly error?: BackendErrorData;
  /** What was shrunk, left out or decided otherwise. */
  readonly notes: readonly AnswerNoteView[];
  /** What the turn cost, once it is over. */
  readonly result?: AnswerStats;
  /** Whether `kvMap` has something to show for it. */
  readonly hasKvMap: boolean;
}

/** Something that a reader of the answer alone would not know: one line, and what is behind it. */
export interface AnswerNoteView {
  readonly kind: AnswerNoteKind;
  /** A warning is about the answer itself: it may be wrong, or is not whole. */
  readonly severity: 'info' | 'warning';
  readonly text: string;
  /** One sentence for each thing that the line counts; none where the line says it all. */
  readonly details: readonly string[];
  /** Which of the turn's documents it is about, when pages of it can be chosen. */
  readonly document?: number;
  /** What helps. */
  readonly action?: ActionName;
}

export const answerNoteKinds = [
  'parts',
  'shrunk',
  'document',
  'standIn',
  'imageText',
  'picture',
  'nowhere',
  'pixels',
  'cut',
  'repetition',
  'reasoning',
  'cache',
  'device',
  'history',
  /** Of an earlier version, which kept the sentence alone. */
  'other',
] as const;
export type AnswerNoteKind = (typeof answerNoteKinds)[number];

export type AnswerStats = Pick<
  AskResult,
  'tokens' | 'stop' | 'prompt' | 'kv' | 'ms' | 'images' | 'documents' | 'reread' | 'advisedSampling'
> & {
  /** Lines that the model was given once more beside the question; none in answers of earlier versions. */
  readonly matching?: readonly string[];
  /** Places in the pictures that words of the answer come from; none in answers of earlier versions. */
  readonly where?: readonly WhereView[];
  readonly tokensPerSecond: number;
  /** How long the model took to load, for the first answer after that; in milliseconds. */
  readonly loadMs?: number;
  readonly model: string;
  readonly device: string;
};

/** A line of a picture, on the picture. */
export interface WhereView {
  readonly attachmentId: string;
  /** Of a document. */
  readonly page?: number;
  /** Of the picture, in the pixels of the box. */
  readonly width: number;
  readonly height: number;
  /** Left, top, width, height. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly text: string;
}

/** The next question's attachments. The text of the question belongs to the panel. */
export interface DraftView {
  readonly attachments: readonly AttachmentView[];
  /** What they would add, and what the context takes; null while no model is loaded. */
  readonly tokens: number | null;
  readonly contextTokens: number | null;
  /** What the open conversation holds of the context already. */
  readonly heldTokens: number;
}

export interface AttachmentView {
  readonly id: string;
  readonly kind: 'image' | 'document' | 'selection';
  readonly name: string;
  /** Where it comes from, for the tooltip; empty for pasted bytes. */
  readonly detail: string;
  readonly state: 'reading' | 'ready' | 'failed';
  readonly error?: BackendErrorData;
  readonly hasThumbnail: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Parts of a document, what they are called there, those chosen ("1-3,7"; empty for all), how they are read. */
  readonly pages?: number;
  readonly unit?: DocumentUnit;
  readonly chosenPages?: string;
  readonly readAs?: DocumentReadAs;
  /** Of an image: the part that is asked about, whose size width and height are. */
  readonly part?: PicturePart & { readonly wholeWidth: number; readonly wholeHeight: number };
  /** What the loaded model takes for it; null when it is not known yet. */
  readonly tokens: number | null;
  /** Of an image, once they were read: how many words are written in it. */
  readonly words?: number;
}

export interface KvView {
  /** Of the next question: chosen in the panel, which counts until it is reset, or else the setting's. */
  readonly ratio: KvRatio;
  /** The setting's. */
  readonly settingRatio: KvRatio;
  readonly method: string;
  readonly minPromptTokens: number;
  /** What a comparison would hold against the full cache. */
  readonly comparedRatio: number;
}

export interface NoticeView {
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly NoticeAction[];
}

export interface NoticeAction {
  readonly label: string;
  readonly action: ActionName;
}

/** What a button of a notice or an error does; the extension knows how. */
export const actionNames = [
  'restartBackend',
  'showLog',
  'openSettings',
  'chooseModel',
  'copyDiagnostics',
  'newConversation',
  'halveRatio',
  'smallerContext',
  'manageTrust',
  'openSample',
  'openWalkthrough',
] as const;
export type ActionName = (typeof actionNames)[number];

/** How far the running answer is. A snapshot: it holds the whole answer so far. */
export interface RunningView {
  readonly conversationId: string;
  readonly turnId: string;
  readonly answerIndex: number;
  /** 'loading' comes before the backend has the question. */
  readonly progress: AskProgress | { readonly phase: 'loading'; readonly fraction: number };
  readonly text: string;
  /** What the model wrote for itself so far; empty for nothing. */
  readonly reasoning: string;
  /** Since the question was sent. */
  readonly elapsedMs: number;
  /** Of the answer so far; 0 before its second token. */
  readonly tokensPerSecond: number;
}
