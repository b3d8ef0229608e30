/** Writes alternative texts: the model looks at every picture, and one edit puts in what it says. */
import * as vscode from 'vscode';
import { askModel, type ChatServices } from '../chat/askModel.js';
import { errorView } from '../errors.js';
import { altTextFrom, altTextQuestion } from './altText.js';
import { altReplacement, lacksAlt, type ImageLink } from './imageLinks.js';
import { linkLanguages, linksIn, pictureOf, shortOf } from './linkedPicture.js';
import { userError } from '../userError.js';

/** Tokens of one description. */
const mostTokens = 64;

interface Described {
  readonly link: ImageLink;
  readonly alt: string;
}

/**
 * @param args the address of the document and where its links start; otherwise the links that the selection of the
 *   active editor touches, or else all that lack a text
 */
export async function describeImages(services: ChatServices, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenLinks(args);
  if (!chosen) return;
  const { document, links } = chosen;
  const done = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Describing pictures'),
      cancellable: true,
    },
    (progress, token) => describeAll(services, document.uri, links, progress, token),
  );
  if (!done) return;
  const lost = await putIn(document, done.described);
  tell(done.described.length - lost, [
    ...done.failed,
    ...(lost > 0 ? [vscode.l10n.t('Pictures that are no longer where they were: {0}.', lost)] : []),
    ...done.notes,
  ]);
}

async function chosenLinks(
  args: readonly unknown[],
): Promise<{ document: vscode.TextDocument; links: readonly ImageLink[] } | undefined> {
  const [uri, starts] = args;
  const editor = vscode.window.activeTextEditor;
  const document = uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  if (!document || !linkLanguages.includes(document.languageId)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a Markdown or HTML file first.'));
    return undefined;
  }
  const all = linksIn(document);
  const touched = all.filter(
    ({ start, end }) =>
      document === editor?.document &&
      editor.selections.some(
        (selection) => document.offsetAt(selection.start) <= end && document.offsetAt(selection.end) >= start,
      ),
  );
  const links = Array.isArray(starts)
    ? all.filter(({ start }) => starts.includes(start))
    : touched.length > 0
      ? touched
      : all.filter(lacksAlt);
  if (links.length > 0) return { document, links };
  void vscode.window.showInformationMessage(
    all.length > 0
      ? vscode.l10n.t('Every picture here has an alternative text. Put the cursor on one to describe it anew.')
      : vscode.l10n.t('No pictures are linked here.'),
  );
  return undefined;
}

/** @returns undefined when it was cancelled: nothing is changed then */
async function describeAll(
  services: ChatServices,
  document: vscode.Uri,
  links: readonly ImageLink[],
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<{ described: Described[]; failed: string[]; notes: string[] } | undefined> {
  const described: Described[] = [];
  const failed: string[] = [];
  const notes = new Set<string>();
  for (const [index, link] of links.entries()) {
    const name = shortOf(link.target);
    progress.report({
      message: vscode.l10n.t('{0} of {1}: {2}', index + 1, links.length, name),
      increment: index === 0 ? 0 : 100 / links.length,
    });
    try {
      const images = [await pictureOf(link, document)];
      const answered = await askModel(
        services,
        { question: altTextQuestion, images, maxTokens: mostTokens },
        token,
        ignored,
      );
      if (!answered || token.isCancellationRequested) return undefined;
      const alt = altTextFrom(answered.result.answer);
      if (alt === '') failed.push(vscode.l10n.t('{0}: the model said nothing.', name));
      else described.push({ link, alt });
      for (const note of answered.notes) notes.add(note);
    } catch (error) {
      const { message, nextStep } = errorView(error);
      failed.push(`${name}: ${message} ${nextStep}`.trim());
    }
  }
  return { described, failed, notes: [...notes] };
}

/**
 * One edit, so that one undo takes all of it back. What was written meanwhile moves the links.
 * @returns how many are not there any more
 * @throws BackendError when the document cannot be changed
 */
async function putIn(document: vscode.TextDocument, described: readonly Described[]): Promise<number> {
  const edit = new vscode.WorkspaceEdit();
  const left = [...linksIn(document)];
  let lost = 0;
  for (const { link, alt } of described) {
    const [now] = left
      .filter((one) => one.target === link.target && one.alt === link.alt)
      .sort((one, other) => Math.abs(one.start - link.start) - Math.abs(other.start - link.start));
    if (!now) {
      lost += 1;
      continue;
    }
    left.splice(left.indexOf(now), 1);
    const range = new vscode.Range(document.positionAt(now.altStart), document.positionAt(now.altEnd));
    edit.replace(document.uri, range, altReplacement(now, alt));
  }
  if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit)))
    throw userError(
      'invalid_argument',
      vscode.l10n.t('The document could not be changed.'),
      vscode.l10n.t('Check whether it is read-only.'),
    );
  return lost;
}

function tell(count: number, remarks: readonly string[]): void {
  const text = [vscode.l10n.t('Pictures described: {0}. Check the words.', count), ...remarks].join(' ');
  if (remarks.length > 0) void vscode.window.showWarningMessage(text);
  else void vscode.window.showInformationMessage(text);
}

function ignored(): void {
  return undefined;
}
