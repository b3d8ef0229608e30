/** `@lookonce` in VS Code's chat: asks the model of the settings about what is attached to the message. */
import * as vscode from 'vscode';
import { chatId } from '../../backend-native/client/chatTurns.js';
import type { HistoryTurn, ImageSource } from '../../backend-native/protocol/ask.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import { findScreenshots } from '../attachments/screenshots/findScreenshots.js';
import type { Screenshot } from '../attachments/screenshots/screenshot.js';
import { comparedRatio } from '../asking/asking.js';
import { escapeInline } from '../conversation/conversationMarkdown.js';
import { errorView } from '../errors.js';
import { askModel, type Answered, type ChatQuestion, type ChatServices } from './askModel.js';
import { sourceOfUri } from './chatSources.js';
import { userError } from '../userError.js';

/** Of `chatParticipants` in package.json. */
export const participantId = 'look-once.lookonce';
/** Of the workspace, for /screenshots. */
const newestScreenshots = 8;

type Request = Pick<vscode.ChatRequest, 'prompt' | 'command' | 'references'>;

export function registerParticipant(services: ChatServices): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(participantId, async (request, context, stream, token) => {
    await answerChat(services, request, context, stream, token);
  });
  participant.iconPath = new vscode.ThemeIcon('eye');
  participant.followupProvider = {
    provideFollowups: () => [{ prompt: '', label: vscode.l10n.t('Where is that shown?'), command: 'where' }],
  };
  return participant;
}

/** Streams the answer; what goes wrong is said in it, with what to do. */
export async function answerChat(
  services: ChatServices,
  request: Request,
  context: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<void> {
  try {
    const question = await questionOf(request, context, stream, token);
    if (request.command === 'compare') {
      for (const ratio of [1, comparedRatio(services.asking.ratio)]) {
        stream.markdown(`**${vscode.l10n.t('KV ratio {0}', ratio)}**\n\n`);
        await answerOnce({ ...services, asking: { ratio } }, question, request.command, stream, token);
        stream.markdown('\n\n');
      }
    } else await answerOnce(services, question, request.command, stream, token);
    stream.button({ command: 'lookOnce.openPanel', title: vscode.l10n.t('Open the Panel') });
  } catch (error) {
    const { message, nextStep } = errorView(error);
    stream.markdown(`${message} ${nextStep}`.trim());
  }
}

async function answerOnce(
  services: ChatServices,
  question: ChatQuestion,
  command: string | undefined,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<void> {
  stream.progress(vscode.l10n.t('Looking'));
  const answered = await askModel(services, question, token, (text) => {
    stream.markdown(text);
  });
  if (!answered) return;
  if (command === 'where') showWhere(answered.result, stream);
  for (const note of answered.notes) stream.markdown(`\n\n*${escapeInline(note)}*`);
}

function showWhere({ where }: Answered['result'], stream: vscode.ChatResponseStream): void {
  const lines = where.map(({ text }) => `- ${escapeInline(text)}`);
  stream.markdown(
    lines.length > 0
      ? `\n\n${vscode.l10n.t('Lines of the pictures that it rests on:')}\n\n${lines.join('\n')}`
      : `\n\n${vscode.l10n.t('The words of the answer are in none of the pictures.')}`,
  );
}

/** Pictures of earlier messages stay part of the chat. */
async function questionOf(
  { prompt, command, references }: Request,
  { history }: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<ChatQuestion> {
  const asked = prompt.trim();
  if (asked === '') throw userError('invalid_argument', vscode.l10n.t('The question is empty.'));
  const uris = command === 'screenshots' ? await newest(token) : referencesOf(references);
  const active = command === 'document' && uris.length === 0 ? vscode.window.activeTextEditor?.document.uri : undefined;
  if (active) uris.push(active);
  for (const uri of uris) stream.reference(uri);
  return {
    question: asked,
    ...split(await Promise.all(uris.map(sourceOfUri))),
    conversation: { id: chatId(firstPrompt(history) ?? asked), history: await turnsOf(history) },
  };
}

async function turnsOf(history: vscode.ChatContext['history']): Promise<HistoryTurn[]> {
  const turns: HistoryTurn[] = [];
  let asked: vscode.ChatRequestTurn | undefined;
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) asked = turn;
    else if (asked && turn.participant === participantId) {
      const answer = turn.response
        .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ''))
        .join('');
      const sources = await Promise.all(referencesOf(asked.references).map(sourceOfUri));
      turns.push({ question: asked.prompt, answer, ...split(sources) });
      asked = undefined;
    }
  }
  return turns;
}

function firstPrompt(history: vscode.ChatContext['history']): string | undefined {
  return history.find((turn) => turn instanceof vscode.ChatRequestTurn)?.prompt;
}

function referencesOf(references: Request['references']): vscode.Uri[] {
  return references.flatMap(({ value }) =>
    value instanceof vscode.Uri ? [value] : value instanceof vscode.Location ? [value.uri] : [],
  );
}

function split(sources: readonly AttachmentSource[]): Pick<ChatQuestion, 'documents'> & { images: ImageSource[] } {
  return {
    images: sources.flatMap((one) => (one.kind === 'image' ? [one.source] : [])),
    documents: sources.flatMap((one) => (one.kind === 'document' ? [one.source] : [])),
  };
}

async function newest(token: vscode.CancellationToken): Promise<vscode.Uri[]> {
  const found: Screenshot[] = [];
  await findScreenshots(vscode.workspace.workspaceFolders ?? [], token, (screenshot) => found.push(screenshot));
  return found
    .sort((a, b) => b.modified - a.modified)
    .slice(0, newestScreenshots)
    .map(({ uri }) => vscode.Uri.parse(uri))
    .reverse();
}
