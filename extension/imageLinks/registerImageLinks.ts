import * as vscode from 'vscode';
import type { Settings } from '../settings/settings.js';
import { AltTextDiagnostics } from './altTextDiagnostics.js';
import { ImageActions, ImageHover } from './imageActions.js';
import { linkLanguages } from './linkedPicture.js';

/**
 * Pictures in Markdown and HTML. In the extension and not in the backend by its language server: that is a process
 * with a model, which is not to be started by opening a text.
 */
export function registerImageLinks({
  settings,
}: {
  readonly settings: Pick<Settings, 'current' | 'onDidChange'>;
}): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(linkLanguages, new ImageActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
    }),
    vscode.languages.registerHoverProvider(linkLanguages, new ImageHover()),
    new AltTextDiagnostics(settings),
  );
}
