import * as vscode from 'vscode';
import type { Draft } from '../attachments/draft.js';
import type { Panel } from '../panel/panel.js';
import { pickScreenshots } from '../attachments/screenshots/pickScreenshots.js';

export const problemCommand = 'lookOnce.askAboutProblem';

/** Lines of the text before and after a problem that go along. */
const linesAround = 10;

export interface ProblemServices {
  readonly context: Parameters<typeof pickScreenshots>[0];
  readonly draft: Pick<Draft, 'addUris' | 'addSelection'>;
  readonly panel: Pick<Panel, 'reveal'>;
}

/** What the Problems view and the light bulb offer on an error, in any language. */
export class ProblemActions implements vscode.CodeActionProvider {
  provideCodeActions(
    document: vscode.TextDocument,
    _: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const errors = diagnostics.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    const [first] = errors;
    if (!first) return [];
    const title = vscode.l10n.t('Ask About This With a Screenshot…');
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = errors;
    action.command = { title, command: problemCommand, arguments: [document.uri, first.range.start.line] };
    return [action];
  }
}

/**
 * Asks for screenshots, and attaches them with the text about a problem.
 * @param args the address of a document and the line of a problem in it; those of the cursor when they are left out
 */
export async function askAboutProblem(services: ProblemServices, args: readonly unknown[]): Promise<void> {
  const [uri, given] = args;
  const editor = vscode.window.activeTextEditor;
  const document = uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  const line = typeof given === 'number' ? given : (editor?.selection.active.line ?? 0);
  const problems = document
    ? vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ range }) => range.start.line <= line && range.end.line >= line)
    : [];
  const [problem] = problems.sort((a, b) => a.severity - b.severity);
  if (!document || !problem) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor on a line with a problem first.'));
    return;
  }
  const screenshots = await pickScreenshots(services.context);
  if (screenshots.length === 0) return;
  const { start, end } = problem.range;
  const about = document.validateRange(
    new vscode.Range(Math.max(0, start.line - linesAround), 0, end.line + linesAround, Number.MAX_SAFE_INTEGER),
  );
  await Promise.all([
    services.panel.reveal({
      focusQuestion: true,
      text: vscode.l10n.t(
        'What does the screenshot say about this problem in line {0}? {1}',
        line + 1,
        problem.message,
      ),
    }),
    (async () => {
      await services.draft.addUris(screenshots);
      await services.draft.addSelection(document, about);
    })(),
  ]);
}
