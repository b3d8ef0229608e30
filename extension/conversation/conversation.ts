/** A conversation as it is kept: plain data that goes into a file as it is. */
import type { AnswerView } from '../../webview/protocol/state.js';
import type { Attachment } from '../attachments/attachment.js';

export interface Conversation {
  readonly id: string;
  title: string;
  /** Milliseconds since 1970. */
  changed: number;
  turns: Turn[];
}

export interface Turn {
  readonly id: string;
  readonly question: string;
  readonly attachments: readonly Attachment[];
  /** One; two where KV ratios are compared, the full cache first. */
  answers: Answer[];
}

export type Answer = AnswerView;
