import * as vscode from 'vscode';

/** Of the data part that carries notes to programs: `{"notes": […], "kvRatio": …}`. */
export const notesMime = 'application/vnd.look-once.notes+json';

/** Notes that are remembered as told. */
const mostTold = 1000;

/**
 * Tells a reader of VS Code's chat what an answer does not say. Not in the answer itself: that is read by programs, and
 * comes back as history. Each note is told once in a window.
 */
export class ChatNotes {
  private readonly told = new Set<string>();

  tell(notes: readonly string[]): void {
    const fresh = notes.filter((note) => !this.told.has(note));
    if (fresh.length === 0) return;
    if (this.told.size > mostTold) this.told.clear();
    for (const note of fresh) this.told.add(note);
    void vscode.window.showInformationMessage(vscode.l10n.t('About the answer: {0}', fresh.join(' ')));
  }
}
