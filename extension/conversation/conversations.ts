import * as vscode from 'vscode';
import type { ConversationSummary } from '../../webview/protocol/state.js';
import type { Attachment } from '../attachments/attachment.js';
import type { Conversation } from './conversation.js';

/** The conversations of this workspace: the open one, and those that were saved. */
export class Conversations implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly deleted = new vscode.EventEmitter<readonly Attachment[]>();
  readonly onDidChange = this.changed.event;
  /** Attachments that no conversation holds any more: their copies may go. */
  readonly onDidDropAttachments = this.deleted.event;

  /** The open one; it has no turns when nothing was asked yet. */
  readonly open: Conversation = { id: '', title: '', changed: 0, turns: [] };
  readonly summaries: readonly ConversationSummary[] = [];

  /** An attachment of the open conversation's turns. */
  attachment(id: string): Attachment | undefined {
    return this.open.turns.flatMap((turn) => turn.attachments).find((attachment) => attachment.id === id);
  }

  dispose(): void {
    this.changed.dispose();
    this.deleted.dispose();
  }
}
