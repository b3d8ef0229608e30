import * as vscode from 'vscode';
import { activeTabUri } from '../attachments/activeTab.js';
import { attachClipboardImage } from '../attachments/clipboard/attachClipboardImage.js';
import { pickFiles, pickFolders } from '../attachments/pickFiles.js';
import { attachScreen } from '../attachments/screen/attachScreen.js';
import { findByWords, type FindServices } from '../attachments/screenshots/findByWords.js';
import { pickScreenshots } from '../attachments/screenshots/pickScreenshots.js';
import { openWalkthrough } from '../openWalkthrough.js';
import { askAboutOutput } from './askAboutOutput.js';
import { askAboutProblem } from './askAboutProblem.js';
import { askAboutTerminal } from './askAboutTerminal.js';
import { askQuestionFirst, type QuestionServices } from './askQuestionFirst.js';

export interface AskServices extends QuestionServices, FindServices {
  readonly context: QuestionServices['context'] & Pick<vscode.ExtensionContext, 'extension' | 'extensionUri'>;
}

export type AskCommand =
  | 'ask'
  | 'compareKvRatios'
  | 'askAboutImage'
  | 'askAboutDocument'
  | 'askAboutFolder'
  | 'askAboutSelection'
  | 'askAboutWorkspaceScreenshots'
  | 'findScreenshot'
  | 'askAboutClipboardImage'
  | 'askAboutScreen'
  | 'askAboutOutput'
  | 'askAboutProblem'
  | 'askAboutTerminal'
  | 'askAboutSample'
  | 'openWalkthrough';

/**
 * The ways in, by their names without "lookOnce.". Each attaches something and shows the panel with the cursor in the
 * question; the arguments are those of VS Code's menus, or of whoever runs the command.
 */
export function askCommands(services: AskServices): Record<AskCommand, (...args: readonly unknown[]) => Promise<void>> {
  return {
    ask: (question) => askQuestionFirst(services, { given: question, compare: false }),
    compareKvRatios: (question) => askQuestionFirst(services, { given: question, compare: true }),
    askAboutImage: (...args) => askAboutFiles(services, args, 'images'),
    askAboutDocument: (...args) => askAboutFiles(services, args, 'documents'),
    askAboutFolder: (...args) => askAboutFolders(services, args),
    askAboutSelection: () => askAboutSelection(services),
    askAboutWorkspaceScreenshots: () => askAboutWorkspaceScreenshots(services),
    findScreenshot: () => findScreenshot(services),
    askAboutClipboardImage: () => askAboutPicture(services, attachClipboardImage),
    askAboutScreen: () => askAboutPicture(services, attachScreen),
    askAboutOutput: (...args) => askAboutOutput(services, args),
    askAboutProblem: (...args) => askAboutProblem(services, args),
    askAboutTerminal: () => askAboutTerminal(services),
    askAboutSample: (which) => askAboutSample(services, which === 'eight'),
    openWalkthrough: () => openWalkthrough(services.context),
  };
}

/** What a menu was opened on, else the file of the active tab, else what the user chooses. */
async function askAboutFiles(
  services: AskServices,
  args: readonly unknown[],
  kind: 'images' | 'documents',
): Promise<void> {
  const given = urisFrom(args);
  const active = given.length > 0 ? undefined : activeTabUri();
  const uris = given.length > 0 ? given : active ? [active] : await pickFiles(kind);
  if (uris.length > 0) await attachAndFocus(services, () => services.draft.addUris(uris));
}

/** The folders that a menu was opened on, else those that the user chooses. */
async function askAboutFolders(services: AskServices, args: readonly unknown[]): Promise<void> {
  const given = urisFrom(args);
  const uris = given.length > 0 ? given : await pickFolders();
  if (uris.length > 0) await attachAndFocus(services, () => services.draft.addUris(uris));
}

async function askAboutSelection(services: AskServices): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selections.every((selection) => selection.isEmpty)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Select some text in an editor first.'));
    return;
  }
  const selections = editor.selections.filter((selection) => !selection.isEmpty);
  await attachAndFocus(services, async () => {
    for (const selection of selections) await services.draft.addSelection(editor.document, selection);
  });
}

async function askAboutWorkspaceScreenshots(services: AskServices): Promise<void> {
  const uris = await pickScreenshots(services.context);
  if (uris.length > 0) await attachAndFocus(services, () => services.draft.addUris(uris));
}

async function findScreenshot(services: AskServices): Promise<void> {
  const found = await findByWords(services);
  if (found) await attachAndFocus(services, () => services.draft.addUris(found.uris), found.query);
}

/** @param attach what gets a picture from elsewhere, or says why there is none */
async function askAboutPicture(services: AskServices, attach: (services: AskServices) => Promise<void>): Promise<void> {
  const before = services.draft.attachments.length;
  await attach(services);
  if (services.draft.attachments.length > before) await services.panel.reveal({ focusQuestion: true });
}

/** @param eight attaches eight screenshots, which is enough for a cache to be compressed, instead of one */
async function askAboutSample(services: AskServices, eight: boolean): Promise<void> {
  const samples = vscode.Uri.joinPath(services.context.extensionUri, 'media', 'samples');
  const uris = eight
    ? Array.from({ length: 8 }, (_, index) => vscode.Uri.joinPath(samples, 'eight', `${index + 1}.png`))
    : [vscode.Uri.joinPath(samples, 'terminal.png')];
  const question = eight ? vscode.l10n.t('Is there an error?') : vscode.l10n.t('What is the error code?');
  await attachAndFocus(services, () => services.draft.addUris(uris), question);
}

/** The panel comes up at once; what is attached appears in it. */
async function attachAndFocus(services: AskServices, attach: () => Promise<void>, text?: string): Promise<void> {
  await Promise.all([attach(), services.panel.reveal({ focusQuestion: true, ...(text !== undefined && { text }) })]);
}

/** Menus give the resource and, from the Explorer, all that are selected. */
function urisFrom(args: readonly unknown[]): readonly vscode.Uri[] {
  const [first, selected] = args;
  const all: readonly unknown[] =
    Array.isArray(selected) && selected.length > 0 ? selected : Array.isArray(first) ? first : [first];
  return all.filter((one) => one instanceof vscode.Uri);
}
