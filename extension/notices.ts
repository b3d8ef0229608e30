/** Things to know that belong to no turn. The panel shows them until they are dismissed or no longer true. */
import * as vscode from 'vscode';
import type { NoticeView } from '../webview/protocol/state.js';

export class Notices implements vscode.Disposable {
  private readonly shown = new Map<string, NoticeView>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  get current(): readonly NoticeView[] {
    return [...this.shown.values()];
  }

  /** Shows a notice, in place of the one with the same id. */
  show(notice: NoticeView): void {
    this.shown.set(notice.id, notice);
    this.changed.fire();
  }

  dismiss(id: string): void {
    if (this.shown.delete(id)) this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
