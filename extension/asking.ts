import * as vscode from 'vscode';
import type { RunningView } from '../webview/protocol/state.js';
import type { Attachment } from './attachments/attachment.js';

export interface Question {
  readonly question: string;
  readonly attachments: readonly Attachment[];
  /** The panel's, or else the setting's, when it is left out. */
  readonly ratio?: number;
  /** Answers with the full cache first, and then with the ratio. */
  readonly compare?: boolean;
}

/** Asks the model, one question at a time, and keeps what it answers. */
export class Asking implements vscode.Disposable {
  private readonly progressed = new vscode.EventEmitter<RunningView | null>();
  readonly onDidProgress = this.progressed.event;
  readonly running: RunningView | null = null;

  /**
   * Adds a turn to the open conversation, streams it and saves it; resolves when the answer is over, however it ended:
   * a failure is told in the answer.
   */
  ask(_question: Question): Promise<void> {
    return Promise.reject(new Error('soon'));
  }

  stop(): void {
    this.progressed.fire(null);
  }

  dispose(): void {
    this.progressed.dispose();
  }
}
