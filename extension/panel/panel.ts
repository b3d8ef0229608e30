import type * as vscode from 'vscode';

/** The panel, in the secondary side bar, in an editor, or in both with the same state. */
export class Panel implements vscode.Disposable {
  /** Shows the panel; `text` is put into the question. */
  reveal(_options: { readonly focusQuestion?: boolean; readonly text?: string } = {}): Promise<void> {
    return Promise.reject(new Error('soon'));
  }

  dispose(): void {
    return undefined;
  }
}
