import * as vscode from 'vscode';
import { messageLimits } from '../../webview/protocol/messages.js';
import { activeTabUri } from '../attachments/activeTab.js';
import type { Attachment } from '../attachments/attachment.js';
import { attachClipboardImage, type ClipboardServices } from '../attachments/clipboard/attachClipboardImage.js';
import type { Draft } from '../attachments/draft.js';
import { pickFiles } from '../attachments/pickFiles.js';
import { attachScreen } from '../attachments/screen/attachScreen.js';
import { pickScreenshots } from '../attachments/screenshots/pickScreenshots.js';
import type { Conversations } from '../conversation/conversations.js';
import { comparedRatio, type Asking } from './asking.js';

export interface QuestionServices extends ClipboardServices {
  readonly context: Pick<vscode.ExtensionContext, 'globalState'>;
  readonly asking: Pick<Asking, 'ratio' | 'ask'>;
  readonly conversations: Pick<Conversations, 'open'>;
  readonly draft: ClipboardServices['draft'] &
    Pick<Draft, 'attachments' | 'take' | 'putBack' | 'addSelection' | 'addUris'>;
  readonly panel: {
    reveal(options?: { readonly focusQuestion?: boolean; readonly text?: string }): Promise<void>;
  };
}

export interface QuestionFirst {
  /** The question, when whoever runs the command has one already: then nothing is asked of the user. */
  readonly given: unknown;
  /** Answers with the full cache first, and then with the KV ratio. */
  readonly compare: boolean;
}

/**
 * Asks for the question, then what it is about unless something is attached already, and sends it. A question that was
 * typed is never lost: where the user stops on the way, it waits in the panel.
 */
export async function askQuestionFirst(services: QuestionServices, { given, compare }: QuestionFirst): Promise<void> {
  const { asking, draft, panel } = services;
  const isGiven = typeof given === 'string' && given.trim() !== '';
  const isTwoSteps = !isGiven && draft.attachments.length === 0;
  const question = isGiven ? given : await askForQuestion(services, compare, isTwoSteps);
  if (question === undefined) return;
  if (isTwoSteps && !(await chooseSubject(services, title(compare, true)))) {
    await panel.reveal({ focusQuestion: true, text: question });
    return;
  }
  await panel.reveal();
  let attachments: readonly Attachment[] = [];
  try {
    attachments = await draft.take();
    await asking.ask({ question, attachments, compare });
  } catch (error) {
    // It was not asked: a failure of the answer would be in the answer.
    draft.putBack(attachments);
    await panel.reveal({ focusQuestion: true, text: question });
    throw error;
  }
}

async function askForQuestion(
  { asking, conversations }: Pick<QuestionServices, 'asking' | 'conversations'>,
  compare: boolean,
  isTwoSteps: boolean,
): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: isTwoSteps ? vscode.l10n.t('{0} (1 of 2)', title(compare, false)) : title(compare, false),
    prompt: compare
      ? vscode.l10n.t('Asked twice: with the full KV cache, and at the KV ratio {0}', comparedRatio(asking.ratio))
      : '',
    placeHolder: vscode.l10n.t('Your question'),
    value: compare ? (conversations.open.turns.at(-1)?.question ?? '') : '',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return vscode.l10n.t('Type a question.');
      return text.length > messageLimits.questionCharacters
        ? vscode.l10n.t('A question has at most {0} characters.', messageLimits.questionCharacters)
        : undefined;
    },
  });
}

function title(compare: boolean, isSecondStep: boolean): string {
  const name = compare ? vscode.l10n.t('Compare KV Ratios') : vscode.l10n.t('Ask');
  return isSecondStep ? vscode.l10n.t('{0} (2 of 2)', name) : name;
}

interface Subject extends vscode.QuickPickItem {
  readonly attach: () => Promise<void>;
  /** Whether the question makes sense when nothing was attached in the end. */
  readonly optional?: boolean;
}

/** @returns false when the user stopped on the way */
async function chooseSubject(services: QuestionServices, name: string): Promise<boolean> {
  const subject = await vscode.window.showQuickPick(subjects(services), {
    title: name,
    placeHolder: vscode.l10n.t('What is the question about?'),
    ignoreFocusOut: true,
  });
  if (!subject) return false;
  await subject.attach();
  return subject.optional === true || services.draft.attachments.length > 0;
}

/** The likeliest first. */
function subjects(services: QuestionServices): readonly Subject[] {
  const { conversations, context, draft } = services;
  const nothing: Subject =
    conversations.open.turns.length > 0
      ? {
          label: vscode.l10n.t('$(comment-discussion) This conversation'),
          description: conversations.open.title,
          attach: () => Promise.resolve(),
          optional: true,
        }
      : {
          label: vscode.l10n.t('$(circle-slash) Nothing'),
          description: vscode.l10n.t('Ask the model alone'),
          attach: () => Promise.resolve(),
          optional: true,
        };
  const editor = vscode.window.activeTextEditor;
  const active = activeTabUri();
  return [
    ...(conversations.open.turns.length > 0 ? [nothing] : []),
    ...(editor && !editor.selection.isEmpty
      ? [
          {
            label: vscode.l10n.t('$(list-selection) The selection'),
            attach: () => draft.addSelection(editor.document, editor.selection),
          },
        ]
      : []),
    ...(active
      ? [
          {
            label: vscode.l10n.t('$(go-to-file) The open file'),
            description: vscode.workspace.asRelativePath(active),
            attach: () => draft.addUris([active]),
          },
        ]
      : []),
    {
      label: vscode.l10n.t('$(file-media) Workspace screenshots…'),
      attach: async () => {
        await draft.addUris(await pickScreenshots(context));
      },
    },
    { label: vscode.l10n.t('$(clippy) The picture in the clipboard'), attach: () => attachClipboardImage(services) },
    { label: vscode.l10n.t('$(device-camera) The screen…'), attach: () => attachScreen(services) },
    {
      label: vscode.l10n.t('$(folder-opened) Files…'),
      attach: async () => {
        await draft.addUris(await pickFiles());
      },
    },
    ...(conversations.open.turns.length > 0 ? [] : [nothing]),
  ];
}
