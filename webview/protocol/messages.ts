/**
 * The messages between the panel and the extension. The panel asks, the extension always replies, with a result or an
 * error; on its own it sends snapshots. Both sides check what they receive.
 */
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { DocumentReadAs, PicturePart } from '../../backend-native/protocol/ask.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import type { InputLine } from '../../backend-native/protocol/showInput.js';
import type { ActionName, ConversationSummary, PanelState, RunningView } from './state.js';

/** What the extension sends on its own. */
export type HostMessage =
  | {
      readonly type: 'init';
      /** The strings of the display language; null for English. */ readonly l10n: Readonly<
        Record<string, string>
      > | null;
      readonly state: PanelState;
      readonly running: RunningView | null;
    }
  | { readonly type: 'state'; readonly state: PanelState }
  /** Null when nothing runs; then the state holds the answer. */
  | { readonly type: 'running'; readonly running: RunningView | null }
  /** Puts the cursor into the question, with a text to begin with when there is one. */
  | { readonly type: 'focusQuestion'; readonly text?: string }
  /** Opens the view of what was kept of an image. */
  | { readonly type: 'showKvMap'; readonly turnId: string; readonly answerIndex: number; readonly image: number }
  | PanelResponse;

/** `params` and `result` of everything that the panel may ask. */
export interface PanelRequests {
  /** The panel is up; `init` follows. */
  ready: { params: null; result: null };

  /** Whether it was asked; not when it was stopped while its attachments were still being read. */
  ask: { params: { readonly question: string; readonly compare: boolean }; result: boolean };
  stop: { params: null; result: null };
  regenerate: { params: { readonly turnId: string }; result: null };
  /** What reading all of a turn's documents in parts would take; null when it was cancelled. */
  readAllCost: {
    params: { readonly turnId: string };
    result: {
      readonly parts: number;
      readonly tokens: number;
      /** By the speed of the turn's answer; null when that is not known. */
      readonly seconds: number | null;
    } | null;
  };
  /** Asks a turn again, of all that its documents hold. */
  readAll: { params: { readonly turnId: string }; result: null };
  /** Asks a turn again, of so many tokens of its documents: those that its question is about. */
  readLess: { params: { readonly turnId: string; readonly tokens: number }; result: null };
  /** Asks a turn again, with large images as a whole. */
  shrinkImages: { params: { readonly turnId: string }; result: null };
  /** Drops the turn and what follows it, and asks again with its attachments. */
  editAndAsk: { params: { readonly turnId: string; readonly question: string }; result: null };

  /**
   * Takes back a question that waits. With 'edit' its attachments are the next question's again. The question, or null
   * when it does not wait (any more).
   */
  withdraw: {
    params: { readonly turnId: string; readonly to: 'edit' | 'drop' };
    result: { readonly question: string } | null;
  };

  newConversation: { params: null; result: null };
  openConversation: { params: { readonly id: string }; result: null };
  renameConversation: { params: { readonly id: string; readonly title: string }; result: null };
  deleteConversation: { params: { readonly id: string }; result: null };
  exportConversation: { params: { readonly id: string }; result: null };
  /** Those whose title, questions or answers hold the text. */
  searchConversations: { params: { readonly text: string }; result: readonly ConversationSummary[] };

  /** Opens the file dialog. */
  attachFiles: { params: null; result: null };
  /** Files dropped from the Explorer or an editor tab. */
  attachUris: { params: { readonly uris: readonly string[] }; result: null };
  /** Bytes pasted, or dropped from outside of VS Code. */
  attachBytes: { params: { readonly name: string; readonly mime: string; readonly base64: string }; result: null };
  removeAttachment: { params: { readonly id: string }; result: null };
  /** @param to its new index */
  moveAttachment: { params: { readonly id: string; readonly to: number }; result: null };
  setAttachmentPages: {
    params: { readonly id: string; readonly pages: string; readonly readAs: DocumentReadAs };
    result: null;
  };
  /** Asks about a part of an image only; null for all of it again. */
  setAttachmentPart: { params: { readonly id: string; readonly part: PicturePart | null }; result: null };
  openAttachment: { params: { readonly id: string }; result: null };
  /** A data: URI; null when there is none. */
  thumbnail: { params: { readonly id: string }; result: string | null };
  /**
   * The picture itself as a data: URI, at most 2048 pixels long; `page` for a page of a document, `whole` for all of an
   * image of which a part was chosen.
   */
  picture: {
    params: { readonly id: string; readonly page?: number; readonly whole?: boolean };
    result: string | null;
  };

  /** What is written in an image, or a page of a document, with its places; null when nothing is. */
  imageText: {
    params: { readonly id: string; readonly page?: number };
    result: {
      readonly width: number;
      readonly height: number;
      readonly lines: readonly Pick<InputLine, 'text' | 'box'>[];
      /** In reading order, columns and tables told apart. */
      readonly text: string;
      /** Why there is no text; empty when there is. */
      readonly note: string;
    } | null;
  };

  /** Until it is set again; null takes the setting's. */
  setKvRatio: { params: { readonly ratio: KvRatio | null }; result: null };
  /**
   * What was kept; null when it is not known (any more). `pictures` has the attachment, and page, of every image of the
   * map.
   */
  kvMap: {
    params: { readonly turnId: string; readonly answerIndex: number };
    result: {
      readonly map: KvMap;
      readonly pictures: readonly { readonly attachmentId: string; readonly page?: number }[];
    } | null;
  };

  copy: { params: { readonly text: string }; result: null };
  insertAtCursor: { params: { readonly text: string }; result: null };
  /** http, https and mailto only; VS Code asks the user first. */
  openLink: { params: { readonly href: string }; result: null };
  dismissNotice: { params: { readonly id: string }; result: null };
  runAction: { params: { readonly action: ActionName }; result: null };
}

export type PanelMethod = keyof PanelRequests;

/** What the panel sends. */
export type PanelRequest = {
  [M in PanelMethod]: {
    readonly type: 'request';
    readonly id: number;
    readonly method: M;
    readonly params: PanelRequests[M]['params'];
  };
}[PanelMethod];

export type PanelResponse =
  | { readonly type: 'response'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'response'; readonly id: number; readonly ok: false; readonly error: BackendErrorData };

/** Checked before a message is taken; longer ones are refused. */
export const messageLimits = {
  questionCharacters: 200_000,
  titleCharacters: 200,
  /** Of pasted or dropped bytes, in base64. */
  base64Characters: 90 * 2 ** 20,
  uris: 320,
} as const;
